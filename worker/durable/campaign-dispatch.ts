import type { Withdrawal } from "../core/model.ts";
import { eligibleLines, type LineFacts, MIN_PROSPECT_LINES, spread, usability } from "../core/rotation.ts";
import { type Look, noUsableLine } from "../core/waiting.ts";
import type { SendMessage } from "../queue/messages.ts";
import type { CampaignRun } from "./campaign-run.ts";
import type { CampaignLine } from "./campaign-state.ts";
import type { RecipientRecord } from "./campaign-tables.ts";
import { lookOf, noteWaits, pinnedByLine } from "./campaign-waiting.ts";
import { closedUntil, nextWaveDue, openDueWaves } from "./campaign-waves.ts";
import { inTime } from "./patience.ts";
import type { GrantAnswer } from "./rpc.ts";

/** A tick tops up the queue; short ticks keep what is on it, and can't be withdrawn, small. */
export const TICK_MS = 1_000;
/** How much of a line's rate may be on the queue or under way. */
const BACKLOG_MS = 4_000;
/** What was marked but never claimed after this long is queued again: a queue may lose or delay a message. */
const QUEUED_LEASE_MS = 30_000;
/** Lines, links and opt-outs are read again this often while sending. */
const FACTS_MS = 15_000;
/** More than any tick could put on the queue. */
const MOST_A_TICK = 10_000;
/** Nothing to do until something changes outside: look again after this long. */
const IDLE_MS = 15_000;
const LONGEST_SLEEP_MS = 60_000;
/** Why a campaign paused that may go on by itself. */
const NO_LINE_LEFT = "no_line_left";

type SendToQueue = (messages: SendMessage[]) => Promise<void>;

/**
 * One tick of a running campaign: ends leases, opens the waves that are due, asks the portfolios what may leave now and
 * puts that much on the queue.
 * @returns when to tick again, ms
 */
export async function dispatch(run: CampaignRun, sendToQueue: SendToQueue): Promise<number> {
  const { state, deps, storage } = run;
  await refreshFactsInTime(run);
  if (state.status !== "running") return deps.now() + IDLE_MS;
  const reopensAt = closedUntil(run);
  if (reopensAt !== null) {
    noteWaits(run, run.waits.look);
    return Math.min(reopensAt, deps.now() + LONGEST_SLEEP_MS);
  }
  await inTime(
    openDueWaves(run, () => refreshFacts(run)),
    "wave_not_opened",
    state.campaignId,
  );
  if (state.status !== "running") return deps.now() + IDLE_MS;

  const { lines, grants, roomAt, room } = await askForGrants(run);
  // Other events have run while the portfolios were asked.
  if (state.status !== "running") return deps.now() + IDLE_MS;
  const now = deps.now();
  const granted = [...grants.values()].reduce((sum, line) => sum + line.granted, 0);
  const upTo = run.openUpTo();
  const people = granted > 0 ? storage.ready(upTo, now, [...grants.keys()], granted) : [];
  const messages = assign(run, people, lines, grants, now);
  const moved = messages.length;
  if (moved > 0) await sendToQueue(messages);
  const seen = { lines, roomAt, moved, room: room === null ? null : room - moved };
  const { next, ready, laterAt } =
    moved > 0 ? { next: now + TICK_MS, ready: false, laterAt: null } : whenNext(run, seen, now);
  noteWaits(run, lookOf(run, { ...seen, ready, laterAt }));
  return next;
}

/** A campaign that ran out of lines goes on by itself once one is back, when its tenant wants that. */
export async function waitForLine(run: CampaignRun): Promise<number | null> {
  const { state, deps } = run;
  noteWaits(run, run.waits.look);
  if (state.statusReason !== NO_LINE_LEFT) return null;
  await refreshFactsInTime(run);
  if (!state.policy.resumeWhenLinesReturn) return deps.now() + LONGEST_SLEEP_MS;
  const { lines, roomAt, room } = await askForGrants(run);
  const now = deps.now();
  noteWaits(run, lookOf(run, { lines, roomAt, room, moved: 0, ready: true, laterAt: null }));
  const waits = state.status === "paused" && state.statusReason === NO_LINE_LEFT;
  if (waits && lines.some((line) => usability(line, now).usable)) run.resume(now);
  return now + IDLE_MS;
}

/** D1 being away does not stop sends under way; a wave that falls due does wait for its check. */
async function refreshFactsInTime(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  if (deps.now() - Math.max(state.factsAt, run.factsTriedAt) < FACTS_MS) return;
  run.factsTriedAt = deps.now();
  await inTime(refreshFacts(run), "facts_not_read", state.campaignId);
}

/** Lines come and go, templates are paused, people opt out, the tenant decides anew: read again what the catalogue says. */
async function refreshFacts(run: CampaignRun): Promise<void> {
  const { state, deps } = run;
  const store = deps.store(state.tenantId);
  const now = deps.now();
  const [lines, policy, optedOut] = await Promise.all([
    store.campaigns.linesFor(state.spec),
    store.campaigns.policyOf(state.campaignId),
    store.contacts.optedOutSince(state.factsAt - FACTS_MS),
  ]);
  run.set({ lines, policy: policy ?? state.policy, factsAt: now });
  withdraw(run, optedOut, "optedOut");
}

/**
 * Whoever waits gets nothing. It is noted for the others too: a call that is under way, or a send in doubt, may yet come
 * back to be tried again, and while the audience is being read some have no row.
 */
export function withdraw(run: CampaignRun, contactIds: string[], reason: Withdrawal): void {
  for (let i = 0; i < contactIds.length; i += 1_000) {
    const some = contactIds.slice(i, i + 1_000);
    if (reason === "optedOut") run.storage.addOptOuts(some);
    run.storage.addWithdrawn(some, reason);
    run.change(run.storage.byIds(some), (row) =>
      row.status === "pending" || row.status === "queued"
        ? { ...row, status: "skipped", skipReason: reason, leaseUntil: null }
        : row,
    );
  }
}

type Grants = Map<string, GrantAnswer["lines"][number] & { remaining24h: number | null }>;

interface Granted {
  lines: LineFacts[];
  grants: Grants;
  /** When users leave the 24-hour window of a portfolio next. */
  roomAt: number | null;
  /** Users left in it, over the portfolios with a usable line; null when one of them has no limit. */
  room: number | null;
}

async function askForGrants(run: CampaignRun): Promise<Granted> {
  const { state, deps, storage } = run;
  const candidates = eligibleLines(state.lines, state.spec.sender);
  const underWay = storage.underWayByLine();
  const waiting = storage.readyCount(run.openUpTo(), deps.now(), MOST_A_TICK);
  const answers = await Promise.all(
    [...groupByPortfolio(candidates)].map(([portfolioId, lines]) =>
      deps.portfolio(portfolioId).grant({
        campaignId: state.campaignId,
        periodMs: BACKLOG_MS,
        wanted: lines.map(({ lineId, templateLinked }) => ({
          lineId,
          count: templateLinked ? waiting : 0,
          underWay: underWay.get(lineId) ?? 0,
        })),
      }),
    ),
  );
  const now = deps.now();
  const grants: Grants = new Map();
  const lines = answers.flatMap(({ remaining24h, lines }) =>
    lines.flatMap((line): LineFacts[] => {
      const candidate = candidates.find(({ lineId }) => lineId === line.lineId);
      if (!candidate) return [];
      const facts: LineFacts = {
        ...line,
        kind: candidate.kind,
        templateLinked: candidate.templateLinked,
        remaining24h,
        used: usedBy(run, line.lineId),
      };
      if (usability(facts, now).usable) grants.set(line.lineId, { ...line, remaining24h });
      return [facts];
    }),
  );
  const limited = answers.filter(({ remaining24h }) => remaining24h !== null);
  const rooms = limited.flatMap(({ roomAt }) => roomAt ?? []);
  const usable = answers.filter((answer) => answer.lines.some(({ lineId }) => grants.has(lineId)));
  return {
    lines,
    grants,
    roomAt: rooms.length > 0 ? Math.min(...rooms) : null,
    room: usable.reduce<number | null>(
      (sum, { remaining24h }) => (sum === null || remaining24h === null ? null : sum + remaining24h),
      0,
    ),
  };
}

function usedBy(run: CampaignRun, lineId: string): number {
  return run.storage.tally.get(`line/${lineId}`);
}

/** Gives recipients to lines and marks them as on the queue, in one commit. */
function assign(
  run: CampaignRun,
  ready: RecipientRecord[],
  lines: LineFacts[],
  grants: Grants,
  now: number,
): SendMessage[] {
  const { state, storage } = run;
  const shares = spread(
    ready.length,
    [...grants.values()].map((grant) => ({ ...grant, used: usedBy(run, grant.lineId) })),
  );
  const places = shares.flatMap(({ lineId, count, reason }) => {
    const dispatchId = storage.addDispatch(now, lineId, reason);
    storage.tally.add(`line/${lineId}`, count);
    return [{ lineId, dispatchId, left: count }];
  });
  const portfolioOf = new Map(state.lines.map((line) => [line.lineId, line.portfolioId]));
  let turn = 0;
  const messages: SendMessage[] = [];
  run.change(ready, (row) => {
    // Lines in turn, so that neighbours in the list do not all come from one number.
    const open = places.filter(
      (place) => place.left > 0 && (row.pinnedLine === null || row.pinnedLine === place.lineId),
    );
    const place = open[turn++ % Math.max(1, open.length)];
    const portfolioId = place && portfolioOf.get(place.lineId);
    if (!place || !portfolioId || row.phone === null) return row;
    place.left -= 1;
    const attempt = row.attempt + 1;
    const { tenantId, campaignId } = state;
    const { contactId, phone } = row;
    messages.push({ tenantId, campaignId, contactId, phone, lineId: place.lineId, portfolioId, attempt });
    return {
      ...row,
      status: "queued",
      lineId: place.lineId,
      dispatchId: place.dispatchId,
      attempt,
      leaseUntil: now + QUEUED_LEASE_MS,
      requestedAt: row.requestedAt ?? now,
    };
  });
  warnOfFewLines(run, lines, now);
  return messages;
}

function warnOfFewLines(run: CampaignRun, lines: LineFacts[], now: number): void {
  if (run.state.spec.sender.mode !== "prospect" || run.storage.tally.get("warned/few_lines") > 0) return;
  const healthy = lines.filter((line) => {
    const found = usability(line, now);
    // A spent limit belongs to the portfolio; the line itself is well.
    return found.usable || found.reason === "limit_spent";
  }).length;
  if (healthy >= MIN_PROSPECT_LINES) return;
  run.storage.tally.add("warned/few_lines", 1);
  run.storage.saveCounters();
  run.alert(
    "too_few_lines",
    "warning",
    `Only ${healthy} of ${lines.length} Prospect lines can send; the campaign goes on with them.`,
  );
}

interface Next extends Pick<Look, "ready" | "laterAt"> {
  /** When to tick again, ms. */
  next: number;
}

/** Nothing left now: done, or wait for what comes first. */
function whenNext(run: CampaignRun, seen: Pick<Look, "lines" | "roomAt">, now: number): Next {
  const { storage, deps } = run;
  const { tally } = storage;
  const open = tally.status("pending") + tally.status("queued") + tally.status("sending");
  if (open === 0) {
    run.set({ status: "completed", statusReason: null, completedAt: now });
    const unknown = tally.status("unknown");
    if (unknown > 0) {
      run.alert(
        "in_doubt",
        "warning",
        `The campaign has ended with ${unknown} sends whose answer from Meta never came.`,
      );
    }
    return { next: now + TICK_MS, ready: false, laterAt: null };
  }
  const usable = seen.lines.filter((line) => usability(line, now).usable).map(({ lineId }) => lineId);
  const ready = storage.ready(run.openUpTo(), now, usable, 1).length > 0;
  if (ready) return { next: usable.length > 0 ? now + TICK_MS : whenNoLine(run, seen, now), ready, laterAt: null };
  const laterAt = storage.nextReadyAt(run.openUpTo(), now);
  // For news of a line that can't send, while people are tied to it.
  const looksAgain = pinnedByLine(run).length > 0 ? IDLE_MS : LONGEST_SLEEP_MS;
  const instants = [nextWaveDue(run), laterAt, storage.nextLeaseEnd()].filter((at) => at !== null);
  const first = Math.min(...instants, now + looksAgain);
  // A wave that is due and could not be opened is tried again, but not without a pause.
  return { next: first > deps.now() ? first : deps.now() + TICK_MS, ready, laterAt };
}

/** What ends by itself is waited for, such as a spent limit; anything else needs a person. */
function whenNoLine(run: CampaignRun, { lines, roomAt }: Pick<Look, "lines" | "roomAt">, now: number): number {
  const { kind, until } = noUsableLine(lines, roomAt, now);
  if (kind === "limit_spent" || until !== null) return now + IDLE_MS;
  run.pause(NO_LINE_LEFT, now);
  const comesBack = run.state.policy.resumeWhenLinesReturn ? "a line is back" : "somebody resumes it";
  run.alert("line_blocked", "critical", `No line of the campaign can send; it is paused until ${comesBack}.`);
  return now + TICK_MS;
}

function groupByPortfolio(lines: CampaignLine[]): Map<string, CampaignLine[]> {
  const groups = new Map<string, CampaignLine[]>();
  for (const line of lines) groups.set(line.portfolioId, [...(groups.get(line.portfolioId) ?? []), line]);
  return groups;
}
