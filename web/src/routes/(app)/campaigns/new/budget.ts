import type { Line, Preflight } from "$lib/api/types.ts";

/**
 * How many people the lines in use may still write to in 24 hours; null when Meta sets no limit. Lines of one business
 * portfolio share theirs, so each portfolio counts once.
 */
export function budget24h(checked: Preflight["lines"], lines: readonly Line[]): number | null {
  const byPortfolio = new Map<string, number | null>();
  for (const { lineId, usable, remaining24h } of checked) {
    if (!usable) continue;
    const portfolioId = lines.find((line) => line.id === lineId)?.portfolioId ?? lineId;
    byPortfolio.set(portfolioId, remaining24h);
  }
  let sum = 0;
  for (const remaining of byPortfolio.values()) {
    if (remaining === null) return null;
    sum += remaining;
  }
  return sum;
}
