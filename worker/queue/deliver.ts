import { type Departure, groupDepartures, patienceFor } from "../core/departures.ts";
import type { SendAnswer } from "../core/graph.ts";
import { groupsOf } from "../core/groups.ts";
import { CALLS_AT_A_TIME, type Limiter } from "../core/limit-concurrency.ts";
import { lineTrouble } from "../core/refusal.ts";
import type { Deps } from "../deps.ts";
import type { LineTrouble } from "../durable/rpc.ts";
import { logFailure } from "../log.ts";
import { makeRetimer, type Ready, type Refused, type Retimer, reserve } from "./departure-times.ts";
import type { Durations } from "./durations.ts";
import type { SendMessage, Settlement } from "./messages.ts";

/**
 * A claim is a permission to send that runs out: a call that has not begun by then is not made. So a pause that is
 * answered is kept within a second, whatever a consumer is doing.
 */
const PERMISSION_MS = 900;
/** A call may leave this much after its time: a part of the room that Meta's rate has left; the way there needs the rest. */
const LATE_MS = 12;
/** Departures claimed together lie within this: what a crash finds claimed and not called is in doubt. */
const CLAIM_SPAN_MS = 125;
/** Waits between tries to tell a campaign its results, ms. */
const SETTLE_RETRIES_MS = [50, 250, 1_000, 3_000];

/** How a consumer sends. */
export interface Sending {
  /** Lets as many calls run at a time as the platform allows. */
  limit: Limiter;
  /** Kept up to date, and followed. */
  durations: Durations;
  /** Gets the work on calls that nobody should wait for: it goes on after the batch has been answered for. */
  later: (work: Promise<void>) => void;
}

/** Takes messages through gate, claim, call and settlement. */
export async function deliver(messages: SendMessage[], deps: Deps, sending: Sending): Promise<void> {
  const { durations, limit } = sending;
  // Departures are asked for no nearer to each other than calls can be made.
  const spacingMs = durations.spacingMs(CALLS_AT_A_TIME);
  const { departures, refused } = await reserve(messages, deps, spacingMs, durations);
  const retime = makeRetimer(departures, deps, spacingMs, durations);
  // Each group at its time, whether the one before has been claimed, called and told or not.
  const groups = groupDepartures(departures, CLAIM_SPAN_MS).map(async (group) => {
    await until((group[0]?.at ?? 0) - durations.claimMs, deps);
    // A claim while all calls are taken would run out before its turn.
    await limit(async () => undefined);
    await tellWhenDone(await startGroup(group, deps, sending, retime), deps, sending);
  });
  // All to their end, also when one fails: whoever is done with a batch may be stopped, and calls would be cut.
  const ends = await Promise.allSettled([giveBack(refused, deps), ...groups]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Tells a group's results together; calls that take much longer are left to `later` and told one by one. */
async function tellWhenDone(calls: Promise<SendResult>[], deps: Deps, { durations, later }: Sending): Promise<void> {
  const done = new Set<SendResult>();
  const all = calls.map(async (call) => void done.add(await call));
  await Promise.race([Promise.all(all), scheduler.wait(patienceFor(durations.callMs))]);
  const first = [...done];
  if (done.size < calls.length) later(tellStragglers(calls, new Set(first), deps));
  await tell(first, deps);
}

async function tellStragglers(calls: Promise<SendResult>[], told: Set<SendResult>, deps: Deps): Promise<void> {
  await Promise.all(
    calls.map(async (call) => {
      const result = await call;
      if (!told.has(result)) await tell([result], deps);
    }),
  );
}

async function giveBack(refused: Refused[], deps: Deps): Promise<void> {
  await Promise.all(
    groupsOf(refused, (m) => m.campaignId).map((together) =>
      // If it can't be told, the row's own lease ends and it is queued again.
      deps
        .campaign(together[0].campaignId)
        .giveBack(together.map(({ contactId, attempt, retryAt }) => ({ contactId, attempt, retryAt })))
        .catch((error) => logFailure("give_back_failed", error, { campaignId: together[0].campaignId })),
    ),
  );
}

interface SendResult {
  message: Ready;
  claimId: string;
  settlement: Settlement | null;
}

/** Claims a group and starts its calls at their times. What is not claimed is another's, or no longer wanted. */
async function startGroup(
  departures: Departure<Ready>[],
  deps: Deps,
  { limit, durations }: Sending,
  retime: Retimer,
): Promise<Promise<SendResult>[]> {
  const groups = await Promise.all(
    groupsOf(departures, ({ message }) => message.campaignId).map(async (together) => {
      const claimId = deps.newId("clm");
      const askedAt = deps.now();
      const leaveBy = askedAt + PERMISSION_MS;
      const bodies = await claim(
        claimId,
        together.map(({ message }) => message),
        deps,
      );
      durations.claimed(deps.now() - askedAt);
      return together.map(async ({ at, message }): Promise<SendResult> => {
        // Taken, not read: the same message twice in one batch must not leave twice.
        const body = bodies.get(keyOf(message));
        bodies.delete(keyOf(message));
        if (body === undefined) return { message, claimId, settlement: null };
        if (body === UNCLEAR)
          return { message, claimId, settlement: released(message.contactId, deps, "the claim was not answered") };
        const settlement = await leave({ at, message }, leaveBy, deps, limit, durations, retime, async () => {
          const startedAt = deps.now();
          const outcome = await send(message, body, deps);
          durations.called(deps.now() - startedAt);
          return outcome;
        });
        return { message, claimId, settlement };
      });
    }),
  );
  return groups.flat();
}

/**
 * Makes a call at its time. A time that has passed is somebody else's second by now: late calls and punctual ones
 * together would be more than the line may send, so a late one asks for a new time, and gives up its place meanwhile.
 */
async function leave(
  { at, message }: Departure<Ready>,
  leaveBy: number,
  deps: Deps,
  limit: Limiter,
  durations: Durations,
  retime: Retimer,
  call: () => Promise<Settlement>,
): Promise<Settlement> {
  let due: number | null = at;
  while (due !== null && due <= leaveBy) {
    const planned: number = due;
    await until(planned, deps);
    const settlement = await limit(async () => {
      const late = deps.now() - planned > LATE_MS;
      durations.left(late);
      return late ? null : call();
    });
    if (settlement) return settlement;
    due = await retime(message, planned, leaveBy);
  }
  return released(message.contactId, deps, "the permission ran out");
}

/** The claim's answer was lost: it may have been made. Nothing was sent, so it is given back under its own id. */
const UNCLEAR = Symbol("unclear");

async function claim(claimId: string, messages: Ready[], deps: Deps): Promise<Map<string, string | typeof UNCLEAR>> {
  try {
    const { claimed } = await deps
      .campaign(messages[0]?.campaignId ?? "")
      .claim({ claimId, messages: messages.map(({ contactId, attempt }) => ({ contactId, attempt })) });
    return new Map(claimed.map((row) => [keyOf(row), row.body]));
  } catch {
    return new Map(messages.map((message) => [keyOf(message), UNCLEAR]));
  }
}

/** One try to reach one person. */
const keyOf = ({ contactId, attempt }: { contactId: string; attempt: number }) => `${contactId}/${attempt}`;

const released = (contactId: string, deps: Deps, reason: string): Settlement => ({
  contactId,
  outcome: "released",
  retryAt: deps.now(),
  reason,
});

async function send({ contactId, credentials }: Ready, body: string, deps: Deps): Promise<Settlement> {
  const token = await openToken(credentials, deps);
  // As if Meta had said that the token is wrong (190): the line rests until it is renewed.
  if (token === null) {
    return {
      contactId,
      outcome: "refused",
      at: deps.now(),
      code: 190,
      detail: "The stored access token can't be read.",
    };
  }
  const answer = await deps.messenger.send(token, credentials.phoneNumberId, body);
  return settlementOf(contactId, answer, deps.now());
}

/** Opened tokens by what they were sealed as: a line sends thousands of messages with one. */
const openTokens = new Map<string, string>();
const MOST_OPEN_TOKENS = 1_000;

async function openToken({ sealedToken, phoneNumberId }: Ready["credentials"], deps: Deps): Promise<string | null> {
  const known = openTokens.get(sealedToken);
  if (known !== undefined) return known;
  const token = await deps.sealer.open(sealedToken, `line:${phoneNumberId}`);
  if (!token.ok) return null;
  if (openTokens.size >= MOST_OPEN_TOKENS) openTokens.clear();
  openTokens.set(sealedToken, token.value);
  return token.value;
}

export function settlementOf(contactId: string, answer: SendAnswer, at: number): Settlement {
  switch (answer.kind) {
    case "accepted":
      return { contactId, outcome: "accepted", messageId: answer.messageId, at, held: answer.held };
    case "refused":
      return { contactId, outcome: "refused", at, code: answer.code, detail: answer.detail };
    case "not_sent":
      return { contactId, outcome: "released", retryAt: at + 5_000, reason: answer.detail };
    case "lost":
      return { contactId, outcome: "lost", at };
  }
}

/** Tells campaigns and portfolios what came of it. */
async function tell(results: SendResult[], deps: Deps): Promise<void> {
  const settled = results.filter((result) => result.settlement !== null);
  await Promise.all([
    ...groupsOf(settled, (r) => r.claimId).map((together) =>
      settle(
        together[0].message.campaignId,
        together[0].claimId,
        together.flatMap((r) => r.settlement ?? []),
        deps,
      ),
    ),
    ...groupsOf(results, (r) => `${r.message.portfolioId}\n${r.message.campaignId}`).map((together) =>
      report(together, deps),
    ),
  ]);
}

/** Results must not be lost: told again for a while, then left on a queue that tells them later. */
async function settle(campaignId: string, claimId: string, settlements: Settlement[], deps: Deps): Promise<void> {
  for (const waitMs of SETTLE_RETRIES_MS) {
    try {
      return await deps.campaign(campaignId).settle(claimId, settlements);
    } catch {
      await scheduler.wait(waitMs);
    }
  }
  await deps.settleLater({ kind: "settlements", campaignId, claimId, settlements });
}

async function report(results: SendResult[], deps: Deps): Promise<void> {
  const [first] = results;
  if (!first) return;
  const unused = results.flatMap(({ message, settlement }) =>
    settlement === null || settlement.outcome === "released" || settlement.outcome === "refused" ? [message.phone] : [],
  );
  const trouble = results.flatMap(({ message: { lineId }, settlement }): LineTrouble[] => {
    if (settlement?.outcome !== "refused") return [];
    const found = lineTrouble(settlement.code, "answer", settlement.at);
    return found ? [{ lineId, at: settlement.at, ...found }] : [];
  });
  if (unused.length === 0 && trouble.length === 0) return;
  // Advice only: an unused user who stays counted costs a little of the budget for a day.
  await deps
    .portfolio(first.message.portfolioId)
    .report({ campaignId: first.message.campaignId, unused, trouble: onePerLine(trouble) })
    .catch(() => undefined);
}

/** A burst of the same refusal is one piece of news, with how many calls it was. */
function onePerLine(trouble: LineTrouble[]): LineTrouble[] {
  const news = new Map<string, LineTrouble>();
  for (const item of trouble) {
    const key = `${item.lineId}/${item.kind}`;
    const before = news.get(key);
    const told = before?.kind === "slow" ? before.calls : 0;
    news.set(key, item.kind === "slow" ? { ...item, calls: told + item.calls } : item);
  }
  return [...news.values()];
}

async function until(at: number, deps: Deps): Promise<void> {
  const wait = at - deps.now();
  if (wait > 0) await scheduler.wait(wait);
}
