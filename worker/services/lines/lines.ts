import { endsCooldown, lineHealth, type SyncTrigger } from "#core/lines/health.ts";
import type { LineKind } from "#core/lines/line.ts";
import type { PhoneNumberSnapshot } from "#core/meta/graph.ts";
import type { Failure } from "#core/sending/failures.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { graphFailure } from "./graph-failures.ts";
import { type LineRow, sealToken, withToken } from "./line-token.ts";

type Needs = Pick<Deps, "campaign" | "graph" | "now" | "portfolio" | "sealer" | "store">;

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
 * @param trigger a person's sync also ends a cooldown that waits for somebody to look after its cause
 */
export async function syncLine(
  deps: Needs,
  tenantId: string,
  line: LineRow,
  trigger: SyncTrigger,
): Promise<Result<LineRow, Failure>> {
  const read = await readLine(deps, tenantId, line, trigger);
  return read.ok ? ok(read.value.row) : read;
}

/**
 * Brings a line back that was stopped, if Meta lets it send by now; campaigns that wait for it look at once.
 * @returns `line_still_blocked` with Meta's reason when it does not
 */
export async function resumeLine(deps: Needs, tenantId: string, line: LineRow): Promise<Result<LineRow, Failure>> {
  const read = await readLine(deps, tenantId, line, "resume");
  if (!read.ok) return read;
  const { row, blocked } = read.value;
  const stillBlocked = (reason: string) => err<Failure>({ code: "line_still_blocked", detail: reason });
  if (blocked !== null) return stillBlocked(`Meta still reports that this number can't send: ${blocked}`);
  const { status, qualityRating: quality } = row;
  const { usable, reason } = lineHealth({ status, quality }, null, deps.now());
  if (!usable)
    return stillBlocked(
      reason === "quality_red"
        ? "Meta rates the number's quality RED; let it rest until it has recovered."
        : `Meta reports the number as ${status}.`,
    );
  await wakeCampaigns(deps, tenantId);
  return ok(row);
}

/** One that can't be reached looks by itself, some seconds later. */
async function wakeCampaigns(deps: Needs, tenantId: string): Promise<void> {
  const ids = await deps.store(tenantId).campaigns.activeIds();
  await Promise.all(
    ids.map(async (id) => {
      try {
        await deps.campaign(id).lookAgain();
      } catch (error) {
        logFailure("campaign_not_woken", error, { campaignId: id });
      }
    }),
  );
}

async function readLine(
  deps: Needs,
  tenantId: string,
  line: LineRow,
  trigger: SyncTrigger,
): Promise<Result<SavedLine, Failure>> {
  const read = await withToken(deps, line, "number", async (token) => {
    const number = await deps.graph.phoneNumber(token, line.phoneNumberId);
    if (!number.ok) return number;
    const portfolioId = await namedPortfolio(deps, line, token);
    return ok({ snapshot: number.value, change: portfolioId === null ? {} : { portfolioId } });
  });
  return read.ok ? save(deps, tenantId, line, read.value.snapshot, read.value.change, trigger) : read;
}

/** Changes a line. A new token must be able to read the number before it takes the old one's place. */
export async function changeLine(
  deps: Needs,
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
  const saved = await save(deps, tenantId, line, number.value, { ...change, sealedToken }, "person");
  return saved.ok ? ok(saved.value.row) : saved;
}

/** Takes a deleted line out of its portfolio; one that stays there, since nothing names it, does no harm. */
export async function forgetLine(deps: Needs, line: LineRow): Promise<void> {
  try {
    await deps.portfolio(line.portfolioId).removeLine(line.id);
  } catch (error) {
    logFailure("portfolio_line_left", error, { lineId: line.id, portfolioId: line.portfolioId });
  }
}

/** Columns of a line that are Meta's to say. */
type SyncedColumns = Pick<
  LineRow,
  "displayPhoneNumber" | "verifiedName" | "qualityRating" | "messagingLimitTier" | "status" | "throughputPerSecond"
>;

/** Of a number that was never read. It is taken as connected, since a send that is refused will say otherwise. */
export const NOTHING_KNOWN: SyncedColumns = {
  displayPhoneNumber: null,
  verifiedName: null,
  qualityRating: "UNKNOWN",
  messagingLimitTier: null,
  status: "CONNECTED",
  throughputPerSecond: 80,
};

/** What Meta says now; what it does not say stays what it was. */
export function syncedColumns(snapshot: PhoneNumberSnapshot, before: SyncedColumns, now: number) {
  const displayPhoneNumber = snapshot.displayPhoneNumber ?? before.displayPhoneNumber;
  return {
    displayPhoneNumber,
    digits: displayPhoneNumber?.replace(/\D/g, "") ?? null,
    verifiedName: snapshot.verifiedName ?? before.verifiedName,
    qualityRating: snapshot.quality ?? before.qualityRating,
    messagingLimitTier: snapshot.limitTier ?? before.messagingLimitTier,
    status: snapshot.status ?? before.status,
    throughputPerSecond: snapshot.ratePerSecond ?? before.throughputPerSecond,
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

interface SavedLine {
  row: LineRow;
  /** Why Meta does not let it send. */
  blocked: string | null;
}

async function save(
  deps: Needs,
  tenantId: string,
  line: LineRow,
  snapshot: PhoneNumberSnapshot,
  change: Partial<LineRow>,
  trigger: SyncTrigger,
): Promise<Result<SavedLine, Failure>> {
  const now = deps.now();
  const row = await deps.store(tenantId).lines.update(line.id, { ...change, ...syncedColumns(snapshot, line, now) });
  if (!row) return err(gone());
  const portfolio = deps.portfolio(row.portfolioId);
  await portfolio.putLine(portfolioLine(row));
  if (snapshot.limit !== null) await portfolio.putLimit(snapshot.limit);
  if (row.portfolioId !== line.portfolioId) await deps.portfolio(line.portfolioId).removeLine(row.id);
  const state = (await portfolio.overview()).lines.find((each) => each.lineId === row.id);
  // What a person asks for is not done against Meta's word; the clock ends no more than the reading has disproved.
  const mayEnd = trigger === "clock" || snapshot.blocked === null;
  if (state && mayEnd && endsCooldown(state, state.cooldown, trigger, now)) await portfolio.setCooldown(row.id, null);
  return ok({ row, blocked: snapshot.blocked });
}

/** The portfolio's id, when it was not known and Meta names it now; null when nothing changes. */
async function namedPortfolio(deps: Needs, line: LineRow, token: string): Promise<string | null> {
  if (line.portfolioId !== unnamedPortfolio(line.wabaId)) return null;
  const portfolio = await deps.graph.portfolioOf(token, line.wabaId);
  return portfolio.ok ? portfolio.value : null;
}

const gone = (): Failure => ({ code: "not_found", detail: "There is no line with this id." });
