/** Arithmetic over moments: instants in ms, ascending. */

/** Most moments in any window of this length, wherever it begins. */
export function worstSliding(moments: readonly number[], windowMs = 1_000): number {
  let first = 0;
  let worst = 0;
  for (const [i, at] of moments.entries()) {
    // The window is open at one end: moments that are exactly its length apart are not in the same one.
    while ((moments[first] ?? at) <= at - windowMs) first += 1;
    worst = Math.max(worst, i - first + 1);
  }
  return worst;
}

/** Most moments in one second of the clock. */
export function worstByClock(moments: readonly number[]): number {
  let worst = 0;
  let second = Number.NaN;
  let count = 0;
  for (const at of moments) {
    const now = Math.floor(at / 1_000);
    count = now === second ? count + 1 : 1;
    second = now;
    worst = Math.max(worst, count);
  }
  return worst;
}

/** Moments in `[fromMs, toMs)`. */
export const countBetween = (moments: readonly number[], fromMs: number, toMs: number): number =>
  lowerBound(moments, toMs) - lowerBound(moments, fromMs);

/** Moments a second in `[fromMs, toMs)`; 0 when it is empty. */
export const rateBetween = (moments: readonly number[], fromMs: number, toMs: number): number =>
  toMs > fromMs ? (1_000 * countBetween(moments, fromMs, toMs)) / (toMs - fromMs) : 0;

/**
 * Seconds from an instant until the rate is back: until the beginning of the first window that holds `rate` a second.
 * Null when none does before `untilMs`.
 */
export function secondsUntilRate(
  moments: readonly number[],
  fromMs: number,
  untilMs: number,
  rate: number,
  { windowMs = 5_000, stepMs = 250 }: { windowMs?: number; stepMs?: number } = {},
): number | null {
  for (let at = fromMs; at + windowMs <= untilMs; at += stepMs) {
    if (rateBetween(moments, at, at + windowMs) >= rate) return (at - fromMs) / 1_000;
  }
  return null;
}

/** The value below which this share of the others is (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function lowerBound(moments: readonly number[], at: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
