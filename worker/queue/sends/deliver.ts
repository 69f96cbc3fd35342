import type { ClaimAnswer } from "#contracts/campaign-rpc.ts";
import type { LineCredentials } from "#contracts/portfolio-rpc.ts";
import type { SendMessage, Settlement } from "#contracts/queue-messages.ts";
import { RateCap } from "#core/lines/pacing.ts";
import { isAmbiguous, ruleFor } from "#core/meta/error-rules.ts";
import type { SendAnswer } from "#core/meta/graph.ts";
import { groupsOf } from "#core/shared/groups.ts";
import { CALLS_AT_A_TIME, type Limiter, limitConcurrency } from "#core/shared/limit-concurrency.ts";
import type { Deps } from "#deps.ts";
import { letOthersRun } from "#let-others-run.ts";
import { logFailure } from "#log.ts";
import { TimeLimit } from "./time-limit.ts";

type Needs = Pick<Deps, "campaign" | "messenger" | "newId" | "now" | "queues" | "sealer">;

/**
 * A claim is a permission to send that runs out: a call that has not begun by then is not made. So a pause that is
 * answered is kept within a second, whatever a consumer is doing.
 */
const PERMISSION_MS = 900;
/** A call that has not been answered in full by this long after the last of its claim could leave is given up. */
export const CALL_TIMEOUT_MS = 20_000;
/** A call that was made has been written by then, whatever keeps the runtime from telling us so. */
const WRITTEN_WITHIN_MS = 20;
/** Whose time is further off than this is left to the campaign, which queues it again. */
const LONGEST_WAIT_MS = 5_000;
const SHORTEST_WAIT_MS = 20;
/** What was accepted in this time is told together, the rest one by one; anything else is told at once. */
const TOGETHER_MS = 1_000;
/** An object that does not answer in this time is asked no longer. */
const ANSWER_MS = 10_000;
/** Waits between tries to tell a campaign its results, ms. */
const SETTLE_RETRIES_MS = [50, 250, 1_000, 3_000];

/** What this isolate has sent of late. */
const departures = new RateCap();

/**
 * Takes messages through claim and call, and leaves the settlement of those calls to `later`. Resolves when the last
 * call has left.
 */
export async function deliver(
  messages: SendMessage[],
  deps: Needs,
  later: (work: Promise<void>) => void,
): Promise<void> {
  const limit = limitConcurrency(CALLS_AT_A_TIME);
  // Each campaign by itself: one that does not answer holds up no other.
  const ends = await Promise.allSettled(
    groupsOf(messages, (message) => message.campaignId).map((group) => deliverGroup(group, deps, limit, later)),
  );
  for (const end of ends) if (end.status === "rejected") logFailure("sends_failed", end.reason);
}

async function deliverGroup(
  messages: [SendMessage, ...SendMessage[]],
  deps: Needs,
  limit: Limiter,
  later: (work: Promise<void>) => void,
): Promise<void> {
  const [{ campaignId }] = messages;
  await deliverOpen(campaignId, messages, deps.now() + LONGEST_WAIT_MS, deps, limit, later);
}

async function deliverOpen(
  campaignId: string,
  messages: { contactId: string; attempt: number }[],
  openUntil: number,
  deps: Needs,
  limit: Limiter,
  later: (work: Promise<void>) => void,
): Promise<void> {
  let open = messages;
  while (open.length > 0) {
    await letOthersRun();
    const claimId = deps.newId("clm");
    const leaveBy = deps.now() + PERMISSION_MS;
    const answer = await claim(campaignId, claimId, open, deps);
    await letOthersRun();
    if (answer.claimed.length > 0) {
      // One for the whole claim: a controller, a signal and a timer for each call are a thousand things a second.
      const limits = { leaveBy, atATime: limit, patience: new TimeLimit(PERMISSION_MS + CALL_TIMEOUT_MS) };
      const calls = answer.claimed.map((claimed) => startCall(claimed, answer, limits, deps));
      const settled = calls.map((call) => call.settled);
      later(tellWhenDone(campaignId, claimId, settled, deps).finally(() => limits.patience.end()));
      await Promise.all(calls.map((call) => call.left));
    }
    open = answer.again;
    const waitMs = Math.max(SHORTEST_WAIT_MS, answer.againInMs);
    if (open.length === 0 || deps.now() + waitMs > openUntil) return;
    const wait = scheduler.wait(waitMs);
    if (!answer.manyWait) {
      // A campaign with a small share of its lines does not keep the queue's other campaigns waiting.
      return later(wait.then(() => deliverOpen(campaignId, answer.again, openUntil, deps, limit, later)));
    }
    await wait;
  }
}

async function claim(
  campaignId: string,
  claimId: string,
  messages: { contactId: string; attempt: number }[],
  deps: Needs,
): Promise<ClaimAnswer> {
  const pairs = messages.map(({ contactId, attempt }) => ({ contactId, attempt }));
  try {
    return await withTimeout(deps.campaign(campaignId).claim({ claimId, messages: pairs }));
  } catch (error) {
    logFailure("claim_failed", error, { campaignId });
    // It may have been made all the same. Nothing was sent, so whatever it took is released under its own id.
    const reason = "the claim was not answered";
    const released = pairs.map(({ contactId }) => ({
      contactId,
      outcome: "released" as const,
      retryAt: deps.now(),
      reason,
    }));
    await settle(campaignId, claimId, released, deps);
    return { claimed: [], lines: {}, again: [], againInMs: 0, manyWait: false };
  }
}

interface Call {
  /** The request is on its way, or will not be made. */
  left: Promise<void>;
  settled: Promise<Settlement>;
}

/** What holds for all calls of a claim. */
interface Limits {
  leaveBy: number;
  atATime: Limiter;
  patience: TimeLimit;
}

/** Makes a claimed call at its time. */
function startCall(
  { contactId, lineId, waitMs, body }: ClaimAnswer["claimed"][number],
  { lines }: ClaimAnswer,
  { leaveBy, atATime, patience }: Limits,
  deps: Needs,
): Call {
  const dueAt = deps.now() + waitMs;
  const line = lines[lineId];
  const left = Promise.withResolvers<void>();
  const call = async (): Promise<Settlement> => {
    if (!line) return released(contactId, deps, "the line is not known");
    await until(dueAt, deps);
    return atATime(async () => {
      const departure = departures.admit(lineId, line.ratePerSecond, deps.now(), leaveBy);
      if (departure) await until(departure.at, deps);
      if (!departure || deps.now() > leaveBy) return released(contactId, deps, "the permission ran out");
      const token = await openToken(line, deps);
      // As if Meta had said that the token is wrong (190): the line is suspended until it is renewed.
      if (token === null)
        return {
          contactId,
          outcome: "refused",
          at: deps.now(),
          code: 190,
          detail: "The stored access token can't be read.",
        };
      const madeAt = deps.now();
      const answer = deps.messenger.send(token, line.phoneNumberId, body, patience.signal);
      // The runtime writes a request while it does what else there is to do: at its end, and mostly long before.
      await letOthersRun();
      departures.departed(departure, Math.min(deps.now(), madeAt + WRITTEN_WITHIN_MS));
      left.resolve();
      const settlement = settlementOf(contactId, await answer, deps.now());
      if (settlement.outcome === "refused" && isTooFast(settlement.code)) departures.refused();
      return settlement;
    });
  };
  const settled = call().finally(() => left.resolve());
  return { left: left.promise, settled };
}

const isTooFast = (code: number | null) => ruleFor(code).onAnswer.kind === "slow_line";

const released = (contactId: string, deps: Needs, reason: string): Settlement => ({
  contactId,
  outcome: "released",
  retryAt: deps.now(),
  reason,
});

/** Opened tokens by what they were sealed as: a line sends thousands of messages with one. */
const openTokens = new Map<string, string>();
const MOST_OPEN_TOKENS = 1_000;

async function openToken({ sealedToken, phoneNumberId }: LineCredentials, deps: Needs): Promise<string | null> {
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
      return { contactId, outcome: "accepted", messageId: answer.messageId, at, held: answer.metaPacing };
    case "refused": {
      const { code, detail, httpStatus } = answer;
      return { contactId, outcome: "refused", at, code, detail, mayHaveLeft: isAmbiguous(code, httpStatus) };
    }
    case "not_sent":
      return { contactId, outcome: "released", retryAt: at + 5_000, reason: answer.detail };
    case "lost":
      return { contactId, outcome: "lost", at };
  }
}

/** Tells a claim's results together, but for those of calls that take much longer than the others. */
async function tellWhenDone(
  campaignId: string,
  claimId: string,
  calls: Promise<Settlement>[],
  deps: Needs,
): Promise<void> {
  const together: Settlement[] = [];
  let told = false;
  // A line that Meta refuses must not go on for want of news.
  const urgent = Promise.withResolvers<void>();
  const all = calls.map(async (call) => {
    const settlement = await call;
    if (told) return settle(campaignId, claimId, [settlement], deps);
    together.push(settlement);
    if (settlement.outcome !== "accepted") urgent.resolve();
  });
  await Promise.race(all);
  await Promise.race([Promise.all(all), urgent.promise, scheduler.wait(TOGETHER_MS)]);
  await letOthersRun();
  told = true;
  await Promise.all([settle(campaignId, claimId, together, deps), ...all]);
}

/** Results must not be lost: told again for a while, then left on a queue that tells them later. */
async function settle(campaignId: string, claimId: string, settlements: Settlement[], deps: Needs): Promise<void> {
  for (const waitMs of SETTLE_RETRIES_MS) {
    try {
      return await withTimeout(deps.campaign(campaignId).settle(claimId, settlements));
    } catch {
      await scheduler.wait(waitMs);
    }
  }
  await deps.queues.deferEvents([{ kind: "settlements", campaignId, claimId, settlements }]);
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The object did not answer in time.")), ANSWER_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function until(at: number, deps: Needs): Promise<void> {
  // Timers round up, and each call would leave most of a millisecond late.
  const wait = Math.floor(at - deps.now());
  if (wait > 0) await scheduler.wait(wait);
}
