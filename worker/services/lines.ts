import type { Failure } from "../core/failures.ts";
import type { PhoneNumberFacts } from "../core/graph.ts";
import { endsRest } from "../core/line-health.ts";
import { err, type LineKind, ok, type Result } from "../core/model.ts";
import type { Deps } from "../deps.ts";
import { logFailure } from "../log.ts";
import { graphFailure } from "./graph-failures.ts";
import { type LineRow, sealToken, withToken } from "./line-token.ts";

export interface LineChanges {
  segmentId?: string | undefined;
  kind?: LineKind | undefined;
  name?: string | undefined;
  accessToken?: string | undefined;
}

/** Stands for the portfolio that Meta did not name: one per account, until a sync learns better. */
export const unnamedPortfolio = (wabaId: string) => `waba_${wabaId}`;

export function noSuchSegment(): Failure {
  const message = "There is no segment with this id.";
  return { code: "invalid_request", detail: message, errors: [{ path: "segmentId", message }] };
}

/**
 * Reads a line's number, quality, limit and status from Meta, and tells the portfolio's object.
 * @param askedBy a person's sync also ends a rest that waits for somebody to look after its cause
 */
export async function syncLine(
  deps: Deps,
  tenantId: string,
  line: LineRow,
  askedBy: "person" | "clock",
): Promise<Result<LineRow, Failure>> {
  const read = await withToken(deps, line, "number", async (token) => {
    const number = await deps.graph.phoneNumber(token, line.phoneNumberId);
    if (!number.ok) return number;
    const portfolioId = await namedPortfolio(deps, line, token);
    return ok({ facts: number.value, change: portfolioId === null ? {} : { portfolioId } });
  });
  return read.ok ? save(deps, tenantId, line, read.value.facts, read.value.change, askedBy) : read;
}

/** Changes a line. A new token must be able to read the number before it takes the old one's place. */
export async function changeLine(
  deps: Deps,
  tenantId: string,
  line: LineRow,
  { accessToken, ...change }: LineChanges,
): Promise<Result<LineRow, Failure>> {
  const store = deps.store(tenantId);
  if (change.segmentId !== undefined && !(await store.segments.get(change.segmentId))) return err(noSuchSegment());
  if (accessToken === undefined) {
    if (Object.values(change).every((value) => value === undefined)) return ok(line);
    const row = await store.lines.update(line.id, change);
    return row ? ok(row) : err(gone());
  }
  const number = await deps.graph.phoneNumber(accessToken, line.phoneNumberId);
  if (!number.ok) return err(graphFailure(number.error, "number"));
  // The new token may be of another app, which has to be subscribed too; the line can send without.
  await deps.graph.subscribe(accessToken, line.wabaId);
  const sealedToken = await sealToken(deps, line.phoneNumberId, accessToken);
  return save(deps, tenantId, line, number.value, { ...change, sealedToken }, "person");
}

/** Takes a deleted line out of its portfolio; one that stays there, since nothing names it, does no harm. */
export async function forgetLine(deps: Deps, line: LineRow): Promise<void> {
  try {
    await deps.portfolio(line.portfolioId).removeLine(line.id);
  } catch (error) {
    logFailure("portfolio_line_left", error, { lineId: line.id, portfolioId: line.portfolioId });
  }
}

/** Columns of a line that are Meta's to say. */
type FactColumns = Pick<
  LineRow,
  "displayPhoneNumber" | "verifiedName" | "qualityRating" | "messagingLimitTier" | "status" | "throughputPerSecond"
>;

/** Of a number that was never read. It is taken as connected, since a send that is refused will say otherwise. */
export const NOTHING_KNOWN: FactColumns = {
  displayPhoneNumber: null,
  verifiedName: null,
  qualityRating: "UNKNOWN",
  messagingLimitTier: null,
  status: "CONNECTED",
  throughputPerSecond: 80,
};

/** What Meta says now; what it does not say stays what it was. */
export function factColumns(facts: PhoneNumberFacts, before: FactColumns, now: number) {
  const displayPhoneNumber = facts.displayPhoneNumber ?? before.displayPhoneNumber;
  return {
    displayPhoneNumber,
    digits: displayPhoneNumber?.replace(/\D/g, "") ?? null,
    verifiedName: facts.verifiedName ?? before.verifiedName,
    qualityRating: facts.quality ?? before.qualityRating,
    messagingLimitTier: facts.limitTier ?? before.messagingLimitTier,
    status: facts.status ?? before.status,
    throughputPerSecond: facts.ratePerSecond ?? before.throughputPerSecond,
    syncedAt: now,
  };
}

/** What the portfolio's object needs to know of a line. */
export const portfolioLine = (row: LineRow) => ({
  lineId: row.id,
  tenantId: row.tenantId,
  phoneNumberId: row.phoneNumberId,
  sealedToken: row.sealedToken,
  status: row.status,
  quality: row.qualityRating,
  ratePerSecond: row.throughputPerSecond,
});

async function save(
  deps: Deps,
  tenantId: string,
  line: LineRow,
  facts: PhoneNumberFacts,
  change: Partial<LineRow>,
  askedBy: "person" | "clock",
): Promise<Result<LineRow, Failure>> {
  const now = deps.now();
  const row = await deps.store(tenantId).lines.update(line.id, { ...change, ...factColumns(facts, line, now) });
  if (!row) return err(gone());
  const portfolio = deps.portfolio(row.portfolioId);
  await portfolio.putLine(portfolioLine(row));
  if (facts.limit !== null) await portfolio.putLimit(facts.limit);
  if (row.portfolioId !== line.portfolioId) await deps.portfolio(line.portfolioId).removeLine(row.id);
  const state = (await portfolio.overview()).lines.find((each) => each.lineId === row.id);
  if (state && endsRest(state, state.resting, askedBy, now)) await portfolio.setRest(row.id, null);
  return ok(row);
}

/** The portfolio's id, when it was not known and Meta names it now; null when nothing changes. */
async function namedPortfolio(deps: Deps, line: LineRow, token: string): Promise<string | null> {
  if (line.portfolioId !== unnamedPortfolio(line.wabaId)) return null;
  const portfolio = await deps.graph.portfolioOf(token, line.wabaId);
  return portfolio.ok ? portfolio.value : null;
}

const gone = (): Failure => ({ code: "not_found", detail: "There is no line with this id." });
