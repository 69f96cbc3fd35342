import type { PortfolioOverview } from "#contracts/portfolio-rpc.ts";
import { type LineHealth, lineHealth } from "#core/lines/health.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import type { LineRow } from "./line-token.ts";

type Needs = Pick<Deps, "now" | "portfolio">;

export type LineWithHealth = LineRow & { health: LineHealth };

/** Lines with whether they may send now: status and quality as last heard of, and whether the portfolio rests them. */
export async function withHealth(deps: Needs, rows: LineRow[]): Promise<LineWithHealth[]> {
  const portfolioIds = [...new Set(rows.map((row) => row.portfolioId))];
  const overviews = await Promise.all(portfolioIds.map((id) => askOverview(deps, id)));
  const cooldowns = new Map(
    overviews.flatMap((overview) => overview?.lines ?? []).map((line) => [line.lineId, line.cooldown]),
  );
  const now = deps.now();
  return rows.map((row) => {
    const state = { status: row.status, quality: row.qualityRating };
    return { ...row, health: lineHealth(state, cooldowns.get(row.id) ?? null, now) };
  });
}

/** Null when the object can't be asked just now: the list of lines is worth more than their rests. */
async function askOverview(deps: Needs, portfolioId: string): Promise<PortfolioOverview | null> {
  try {
    return await deps.portfolio(portfolioId).overview();
  } catch (error) {
    logFailure("portfolio_not_asked", error, { portfolioId });
    return null;
  }
}
