import type { LeaseRequest } from "#contracts/portfolio-rpc.ts";
import type { SendMessage } from "#contracts/queue-messages.ts";
import { LEASE_AHEAD_MS } from "#core/lines/leases.ts";
import { SLOTS_A_RUN } from "#core/lines/pacing.ts";
import { eligibleLines, usability } from "#core/lines/rotation.ts";
import type { Alert } from "#core/operations/alert.ts";
import {
  IDLE_MS,
  LONGEST_SLEEP_MS,
  type NextStep,
  planTick,
  TICK_MS,
  type TickLine,
  type TickPlan,
} from "#core/sending/plan-tick.ts";
import { groupsOf, inTurns } from "#core/shared/groups.ts";
import { MINUTE_MS } from "#core/shared/time.ts";
import { templateStop } from "#core/templates/sync.ts";
import { withTimeout } from "#durable/shared/with-timeout.ts";
import { whoIsServed } from "#services/audience/in-service.ts";
import { exclude, noteServed, skipServed } from "./contacts.ts";
import { isBehind, mayNotSend, reserve } from "./reserve.ts";
import type { CampaignRun } from "./run.ts";
import type { CampaignLine } from "./state.ts";
import type { RecipientRecord } from "./tables.ts";
import { lookOf, noteRequeued, noteWaits, pinnedByLine } from "./waiting.ts";
import { closedUntil, nextWaveDue, openDueWaves } from "./waves.ts";

/** Lines, links, opt-outs, blocks and who is in service are read again this often while sending. */
const CATALOGUE_MS = 15_000;
/** All who are in service, not only whoever came, are read this often: some are no more. */
const ALL_SERVED_MS = 5 * MINUTE_MS;
/** Somebody queued and not claimed after this is put on the queue once more, and again after each of the second. */
const REQUEUE_FIRST_MS = 5_000;
const REQUEUE_AGAIN_MS = 10_000;
/** A message that has waited this long is dropped unread: by then it has been put on the queue anew many times. */
const MESSAGE_TTL_MS = 10 * MINUTE_MS;
/** More slots are asked for than there are people, so that a claim finds one near whenever it comes; the portfolio is fair. */
const SPARE_FACTOR = 2;
const SPARE_SLOTS = 10;
/** What a campaign expects of a line that it has not asked yet, messages a second: a tick's worth of the usual rate. */
const FIRST_SHARE = 32;
/** Why a campaign paused that may go on by itself. */
const NO_LINE_LEFT = "no_line_left";
const TEMPLATE_NOT_APPROVED = "template_not_approved";
const mayGoOnByItself = (reason: string | null) => reason === NO_LINE_LEFT || reason === TEMPLATE_NOT_APPROVED;

type SendToQueue = (messages: SendMessage[]) => Promise<void>;

/**
 * One tick of a running campaign: opens the waves that are due, leases slots of its lines, and queues as many people as
 * it holds slots for.
 * @returns when to tick again, ms
 */
export async function dispatch(run: CampaignRun, sendToQueue: SendToQueue): Promise<number> {
  const { state, deps } = run;
  await refreshCatalogueInTime(run);
  if (state.status !== "running") return deps.now() + IDLE_MS;
  const reopensAt = closedUntil(run);
  if (reopensAt !== null) {
    noteWaits(run, run.waits.look);
    return Math.min(reopensAt, deps.now() + LONGEST_SLEEP_MS);
  }
  await withTimeout(
    // By its document or a corrected phone somebody may have come under a block that is not new.
    openDueWaves(run, () => refreshCatalogue(run, { whole: true })),
    "wave_not_opened",
    state.campaignId,
  );
  if (state.status !== "running") return deps.now() + IDLE_MS;
  await reserve(run);
  if (state.status !== "running") return deps.now() + IDLE_MS;
  if (mayNotSend(run)) return deps.now() + TICK_MS;

  const leased = await leaseSlots(run);
  if (leased.linesMissing && leased.lines.length === 0) throw new Error("No portfolio has answered.");
  // Other events have run while the portfolios were asked.
  if (state.status !== "running") return deps.now() + IDLE_MS;
  const now = deps.now();
  const late = requeueLate(run, now);
  const { plan, messages, isReady } = queuePeople(run, leased, now);
  if (plan.fewLines) warnOfFewLines(run, plan.fewLines);
  if (late.length + messages.length > 0) await sendToQueue([...late, ...messages]);
  const wakeAt = takeStep(run, plan.next, now);
  noteWaits(
    run,
    lookOf(run, { ...seenIn(leased), moved: messages.length, ready: isReady, laterAt: run.storage.nextReadyAt(now) }),
  );
  return wakeAt;
}

/** A campaign that ran out of lines goes on by itself once one is back, when its tenant wants that. */
export async function waitForLine(run: CampaignRun): Promise<number | null> {
  const { state, deps } = run;
  noteWaits(run, run.waits.look);
  if (!mayGoOnByItself(state.statusReason)) return null;
  await refreshCatalogueInTime(run);
  const seen = await askPortfolios(run, new Map(), () => 0);
  const { lines } = seen;
  const now = deps.now();
  noteWaits(run, lookOf(run, { ...seenIn(seen), moved: 0, ready: true, laterAt: null }));
  // A person who resumes must see that a line is back.
  if (!state.policy.resumeWhenLinesReturn) return now + LONGEST_SLEEP_MS;
  const waits = state.status === "paused" && mayGoOnByItself(state.statusReason);
  if (waits && lines.some((line) => usability(line, now).usable)) run.resume(now);
  return now + IDLE_MS;
}

/** Tells portfolios what came of sends; what can't be told now is advice that was lost. */
export async function reportToPortfolios({ pipeline, deps, state }: CampaignRun): Promise<void> {
  await Promise.all(
    pipeline
      .takeNews()
      .map(([portfolioId, { unused, incidents }]) =>
        withTimeout(
          deps.portfolio(portfolioId).report({ campaignId: state.campaignId, unused, incidents }),
          "portfolio_not_reported",
          state.campaignId,
        ),
      ),
  );
}

/**
 * D1 being away does not stop sends under way; a wave that falls due does wait for its check. A restart has forgotten who is
 * in service, so it asks before anybody is queued again.
 */
async function refreshCatalogueInTime(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  const { catalogueTriedAt } = run;
  if (catalogueTriedAt > 0 && deps.now() - Math.max(state.catalogueReadAt, catalogueTriedAt) < CATALOGUE_MS) return;
  run.catalogueTriedAt = deps.now();
  await withTimeout(refreshCatalogue(run), "catalogue_not_read", state.campaignId);
}

/**
 * Lines come and go, templates are paused, people opt out, are blocked or are being served, the tenant decides anew: read
 * again what the catalogue says.
 *
 * @param whole all blocks and all who are in service, not only what is new
 */
async function refreshCatalogue(run: CampaignRun, { whole = false } = {}): Promise<void> {
  const { state, deps } = run;
  const store = deps.store(state.tenantId);
  const now = deps.now();
  const since = state.catalogueReadAt - CATALOGUE_MS;
  const allServed = whole || now - run.servedReadAt >= ALL_SERVED_MS;
  const [lines, policy, optedOut, blocked, served] = await Promise.all([
    store.campaigns.linesFor(state.spec),
    store.campaigns.policyOf(state.campaignId),
    store.contacts.optedOutSince(since),
    store.blocks.coveredSince({ since: whole ? 0 : since, segmentId: state.spec.segmentId, now }),
    whoIsServed(deps, state.tenantId, state.spec.inService, allServed ? undefined : since),
  ]);
  run.set({ lines, policy: policy ?? state.policy, catalogueReadAt: now }, { waitsForTick: false });
  run.pipeline.readAgain();
  exclude(run, optedOut, "optedOut");
  exclude(run, blocked, "blocked");
  if (allServed) {
    noteServed(run, served.contactIds);
    run.servedReadAt = now;
  } else skipServed(run, served.contactIds);
}

interface Leased {
  lines: TickLine[];
  /** A portfolio did not answer. */
  linesMissing: boolean;
  /** When a line of those asked for is due more slots, at the soonest. */
  slotsAt: number;
  /** When users leave the 24-hour window of a portfolio next. */
  roomAt: number | null;
  /** Users left in it, over the portfolios with a usable line; null when one of them has no limit. */
  room: number | null;
}
const seenIn = ({ lines, roomAt, room }: Leased) => ({ lines, roomAt, room });

/** Asks for new slots, and lets the portfolios count the people who are about to be queued. */
async function leaseSlots(run: CampaignRun): Promise<Leased> {
  const { state, deps, pipeline } = run;
  const now = deps.now();
  const candidates = eligibleLines(state.lines, state.spec.sender).filter((line) => line.templateLinked);
  // Of a line that is gone no portfolio says that it can't send.
  const known = new Set(candidates.map((line) => line.lineId));
  for (const { lineId } of pinnedByLine(run)) if (!known.has(lineId)) pipeline.closeLine(lineId);
  const room = new Map(candidates.map((line) => [line.lineId, roomOf(run, line.lineId, now)]));
  const most = [...room.values()].reduce((sum, each) => sum + each, 0);
  readDue(run, most + 1, now);
  const waiting = [...pipeline.due.values()];
  const byPortfolio = choosePortfolios(run, waiting, candidates, room);
  const perLine = Math.ceil(waiting.length / Math.max(1, candidates.length));
  return askPortfolios(run, byPortfolio, (lineId) => {
    // Those on the queue whose slot has passed need another.
    const withSlot = pipeline.lines.get(lineId)?.slots.left(now) ?? 0;
    const needed = Math.max(0, pipeline.queuedOn(lineId) - withSlot) + perLine;
    return needed === 0 ? 0 : SPARE_FACTOR * needed + SPARE_SLOTS;
  });
}

/** Reads people who are due until so many of them are known, or all. */
function readDue(run: CampaignRun, wanted: number, now: number): void {
  const { pipeline, storage } = run;
  for (let left = wanted - pipeline.due.size; left > 0; left = wanted - pipeline.due.size) {
    const rows = storage.ready(pipeline.readTo, run.openPositions(), now, left, pipeline.closedLines());
    pipeline.read(rows);
    if (rows.length < left) return;
  }
}

/** How many more people could be queued for a line than are, with the share of it that the campaign has. */
function roomOf({ pipeline }: CampaignRun, lineId: string, now: number): number {
  const line = pipeline.lines.get(lineId);
  const whole = Math.max(SLOTS_A_RUN, Math.ceil(((line?.share ?? FIRST_SHARE) * LEASE_AHEAD_MS) / 1_000));
  return Math.max(0, whole - pipeline.queuedOn(lineId), line ? pipeline.free(lineId, now) : 0);
}

/** Which portfolio each person will be written to from, as far as there is room; whoever was counted stays there. */
function choosePortfolios(
  { pipeline }: CampaignRun,
  waiting: RecipientRecord[],
  lines: CampaignLine[],
  roomOfLine: ReadonlyMap<string, number>,
): Map<string, LeaseRequest["candidates"]> {
  const room = new Map<string, number>();
  for (const { lineId, portfolioId } of lines)
    room.set(portfolioId, (room.get(portfolioId) ?? 0) + (roomOfLine.get(lineId) ?? 0));
  const portfolioOf = new Map(lines.map((line) => [line.lineId, line.portfolioId]));
  const chosen = new Map<string, LeaseRequest["candidates"]>();
  for (const { contactId, phone, pinnedLine } of waiting) {
    const counted = pipeline.counted.get(contactId)?.portfolioId;
    const roomiest = [...room].reduce<[string | null, number]>((a, b) => (b[1] > a[1] ? b : a), [null, 0])[0];
    const portfolioId = pinnedLine === null ? (counted ?? roomiest) : (portfolioOf.get(pinnedLine) ?? null);
    if (portfolioId === null || phone === null) continue;
    room.set(portfolioId, (room.get(portfolioId) ?? 0) - 1);
    if (portfolioId === counted) continue;
    const people = chosen.get(portfolioId) ?? [];
    people.push({ contactId, phone });
    chosen.set(portfolioId, people);
  }
  return chosen;
}

/** One call to each portfolio. One that does not answer costs its own lines a tick, not the others. */
async function askPortfolios(
  run: CampaignRun,
  candidates: Map<string, LeaseRequest["candidates"]>,
  wanted: (lineId: string) => number,
): Promise<Leased> {
  const { state, deps, storage, pipeline } = run;
  const own = eligibleLines(state.lines, state.spec.sender);
  const waiting = storage.tally.status("pending");
  let slotsAt = Number.POSITIVE_INFINITY;
  let linesMissing = false;
  let roomAt: number | null = null;
  let room: number | null = 0;
  const lines: TickLine[] = [];
  await Promise.all(
    [...Map.groupBy(own, (line) => line.portfolioId)].map(async ([portfolioId, together]) => {
      const askedAt = deps.now();
      const people = candidates.get(portfolioId) ?? [];
      const request: LeaseRequest = {
        campaignId: state.campaignId,
        waiting,
        lines: together.map(({ lineId, templateLinked }) => ({ lineId, wanted: templateLinked ? wanted(lineId) : 0 })),
        candidates: people,
      };
      const leasing = deps.portfolio(portfolioId).lease(request);
      const answer = await withTimeout(leasing, "slots_not_leased", state.campaignId);
      if (answer === null) {
        linesMissing = true;
        return;
      }
      const { refused, remaining24h, lines: states } = answer;
      const receivedAt = deps.now();
      if (remaining24h !== null && answer.roomAt !== null) roomAt = Math.min(roomAt ?? answer.roomAt, answer.roomAt);
      let anyUsable = false;
      pipeline.leased(portfolioId, askedAt, receivedAt, answer);
      const kept = new Set(refused);
      for (const { contactId, phone } of people)
        if (!kept.has(contactId)) pipeline.counted.set(contactId, { portfolioId, phone });
      for (const { slots, share, againInMs, ...line } of states) {
        const candidate = together.find(({ lineId }) => lineId === line.lineId);
        if (!candidate) continue;
        if (share > 0) slotsAt = Math.min(slotsAt, receivedAt + againInMs);
        const { kind, templateLinked } = candidate;
        const used = storage.tally.get(`line/${line.lineId}`);
        const snapshot = { ...line, kind, templateLinked, portfolioId, remaining24h, used };
        // Whoever has been counted may be sent to, also when the limit is spent by now.
        const { usable } = usability({ ...snapshot, remaining24h: null }, receivedAt);
        if (!usable) pipeline.closeLine(line.lineId);
        // Whoever is tied to a line that is back was passed over: the next tick reads them.
        else if (pipeline.openLine(line.lineId)) run.changed();
        anyUsable ||= usable;
        lines.push({ ...snapshot, free: pipeline.free(line.lineId, receivedAt) });
      }
      if (anyUsable) room = room === null || remaining24h === null ? null : room + remaining24h;
    }),
  );
  // Where nobody asked for slots nothing waits for them.
  return { lines, linesMissing, slotsAt: slotsAt === Number.POSITIVE_INFINITY ? deps.now() : slotsAt, roomAt, room };
}

/** Puts people on the queue as the plan says. In memory: only a claim is written down. */
function queuePeople(
  run: CampaignRun,
  { lines, linesMissing, slotsAt, roomAt }: Leased,
  now: number,
): { plan: TickPlan; messages: SendMessage[]; isReady: boolean } {
  const { state, storage, pipeline } = run;
  const { tally } = storage;
  const waiting = [...pipeline.due.values()];
  const plan = planTick({
    now,
    prospect: state.spec.sender.mode === "prospect",
    lines,
    linesMissing,
    people: waiting.flatMap(({ contactId, pinnedLine }) => {
      const counted = pipeline.counted.get(contactId);
      return counted ? [{ contactId, pinnedLine, portfolioId: counted.portfolioId }] : [];
    }),
    anyDue: waiting.length > 0,
    open: tally.status("pending") + tally.status("sending"),
    queued: pipeline.queued.size,
    sending: tally.status("sending"),
    slotsAt,
    roomAt,
    anyTied: pinnedByLine(run).length > 0,
    templateStop: templateStop(eligibleLines(state.lines, state.spec.sender)),
    dueAt: [nextWaveDue(run), isBehind(run) ? now : null, storage.nextReadyAt(now), storage.nextClaimEnd()],
  });
  const dispatches = new Map<string, number>();
  const messages = plan.assign.flatMap(({ contactId, lineId, reason }): SendMessage[] => {
    const row = pipeline.due.get(contactId);
    if (!row) return [];
    const dispatchId = dispatches.get(lineId) ?? storage.addDispatch(now, lineId, reason);
    dispatches.set(lineId, dispatchId);
    const attempt = row.attempt + 1;
    pipeline.counted.delete(contactId);
    pipeline.due.delete(contactId);
    pipeline.queued.set(contactId, {
      ...{ row, lineId, dispatchId, attempt, requestedAt: now },
      requeueAt: now + REQUEUE_FIRST_MS,
    });
    return [{ campaignId: state.campaignId, contactId, attempt, until: now + MESSAGE_TTL_MS }];
  });
  if (messages.length > 0) run.changed({ waitsForTick: false });
  return { plan, messages: linesInTurn(run, messages), isReady: pipeline.due.size > 0 };
}

/** A consumer's batch is then one claim of neighbouring slots of each line, and is soon done. */
function linesInTurn({ pipeline }: CampaignRun, messages: SendMessage[]): SendMessage[] {
  return inTurns(groupsOf(messages, ({ contactId }) => pipeline.queued.get(contactId)?.lineId ?? ""));
}

/** Whoever has waited too long gets a second message: the row still takes only one of them. */
function requeueLate(run: CampaignRun, now: number): SendMessage[] {
  const { state, pipeline } = run;
  const late: SendMessage[] = [];
  for (const [contactId, send] of pipeline.queued) {
    if (send.requeueAt > now) continue;
    send.requeueAt = now + REQUEUE_AGAIN_MS;
    late.push({ campaignId: state.campaignId, contactId, attempt: send.attempt, until: now + MESSAGE_TTL_MS });
  }
  noteRequeued(run, late.length);
  return linesInTurn(run, late);
}

function warnOfFewLines(run: CampaignRun, { healthy, all }: { healthy: number; all: number }): void {
  const { tally } = run.storage;
  if (tally.get("warned/few_lines") > 0) return;
  tally.add("warned/few_lines", 1);
  run.storage.saveCounters();
  run.alert({ kind: "too_few_lines", params: { healthy, all } }, "warning");
}

function takeStep(run: CampaignRun, next: NextStep, now: number): number {
  const { storage } = run;
  switch (next.kind) {
    case "go_on":
      return next.wakeAt;
    case "stop":
      run.pause(next.reason, now);
      alertStop(run, next.reason);
      return now + IDLE_MS;
    case "complete": {
      run.transition("complete", { statusReason: null, completedAt: now });
      const unknown = storage.tally.status("unknown");
      if (unknown > 0) run.alert({ kind: "in_doubt", params: { when: "campaign_ended", count: unknown } }, "warning");
      return now + IDLE_MS;
    }
  }
}

function alertStop(run: CampaignRun, reason: Extract<NextStep, { kind: "stop" }>["reason"]): void {
  const alert: Alert =
    reason === NO_LINE_LEFT
      ? { kind: "line_blocked", params: { cause: reason, resumesByItself: run.state.policy.resumeWhenLinesReturn } }
      : { kind: "template_paused", params: { cause: reason } };
  run.alert(alert, "critical");
}
