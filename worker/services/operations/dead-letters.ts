import { type JobMessage, jobMessage, type MetaEventsMessage, metaEventsMessage } from "#contracts/queue-messages.ts";
import type { Failure } from "#core/sending/failures.ts";
import { CALLS_AT_A_TIME, limitConcurrency } from "#core/shared/limit-concurrency.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { logFailure } from "#log.ts";

type Needs = Pick<Deps, "now" | "platform" | "queues" | "store">;

/** One request retries at most this many, and looks at no more than so many pages of dead letters that can't be read. */
const MOST_RETRIED = 200;
const MOST_PAGES = 50;
/** A dead letter may have 170 KB. */
const PAGE_ROWS = 20;

type SealedDeadLetter = NonNullable<Awaited<ReturnType<TenantStore["deadLetters"]["sealed"]>>>;
type Work = { queue: "meta-events"; body: MetaEventsMessage } | { queue: "jobs"; body: JobMessage };

/**
 * Puts a dead letter back on the queue that it came from, once, whoever else asks for it at the same time.
 *
 * @returns the queue's name
 */
export async function retryDeadLetter(deps: Needs, tenantId: string, id: string): Promise<Result<string, Failure>> {
  const { deadLetters } = deps.store(tenantId);
  const deadLetter = await deadLetters.sealed(id);
  if (!deadLetter) return err(unknownDeadLetter);
  const work = await read(deadLetter, deps);
  const now = deps.now();
  // Whether it is open is asked before whether it can be read: one that is done is done.
  if (!work) return err((await whyNotOpen(deps, tenantId, id)) ?? unreadable);
  if ((await deadLetters.take([id], now)).length === 0) {
    return err((await whyNotOpen(deps, tenantId, id)) ?? unknownDeadLetter);
  }
  try {
    await putOnQueue(work, deps);
  } catch (error) {
    logFailure("dead_letter_not_queued", error, { queue: work.queue });
    await deadLetters.putBack([id], now);
    return err(queueAway);
  }
  return ok(work.queue);
}

export interface RetriedAll {
  /** Back on their queues. */
  retried: number;
  /** Can't be opened or understood; they stay open. */
  unreadable: number;
  /** Still open, those included. */
  left: number;
  /** A queue took no more, so that this ended early. */
  stopped: boolean;
}

/** The same for the tenant's open dead letters, the newest first, some hundred a call. */
export async function retryDeadLetters(deps: Needs, tenantId: string): Promise<RetriedAll> {
  const { deadLetters } = deps.store(tenantId);
  const outcome = { retried: 0, unreadable: 0, stopped: false };
  let before: string | null = null;
  for (let pages = 0; pages < MOST_PAGES && outcome.retried < MOST_RETRIED && !outcome.stopped; pages++) {
    const page: SealedDeadLetter[] = await deadLetters.openSealed({ before, limit: PAGE_ROWS });
    const last = page.at(-1);
    if (!last) break;
    before = last.id;
    const result = await retryPage(page, deps, tenantId);
    outcome.retried += result.retried;
    outcome.unreadable += result.unreadable;
    outcome.stopped = result.stopped;
  }
  return { ...outcome, left: await deadLetters.countOpen() };
}

async function retryPage(page: SealedDeadLetter[], deps: Needs, tenantId: string) {
  const { deadLetters } = deps.store(tenantId);
  const readable = new Map<string, Work>();
  for (const deadLetter of page) {
    const work = await read(deadLetter, deps);
    if (work) readable.set(deadLetter.id, work);
  }
  const now = deps.now();
  const taken = readable.size > 0 ? await deadLetters.take([...readable.keys()], now) : [];
  const limit = limitConcurrency(CALLS_AT_A_TIME);
  const refused: string[] = [];
  await Promise.all(
    taken.map((id) =>
      limit(async () => {
        const work = readable.get(id);
        if (work) await putOnQueue(work, deps).catch(() => void refused.push(id));
      }),
    ),
  );
  if (refused.length > 0) await deadLetters.putBack(refused, now);
  return {
    retried: taken.length - refused.length,
    unreadable: page.length - readable.size,
    stopped: refused.length > 0,
  };
}

/** What the dead letter asks for; null when it can't be opened or fits no message of its queue any more. */
async function read(deadLetter: SealedDeadLetter, deps: Needs): Promise<Work | null> {
  const text = await deps.platform.openDeadLetter(deadLetter);
  if (text === null) return null;
  const body: unknown = JSON.parse(text);
  switch (deadLetter.queue) {
    case "meta-events": {
      const message = metaEventsMessage.safeParse(body);
      return message.success ? { queue: "meta-events", body: message.data } : null;
    }
    case "jobs": {
      const message = jobMessage.safeParse(body);
      return message.success ? { queue: "jobs", body: message.data } : null;
    }
    default:
      return null;
  }
}

async function putOnQueue(work: Work, { queues }: Needs): Promise<void> {
  switch (work.queue) {
    case "meta-events":
      await queues.deferEvents([work.body]);
      return;
    case "jobs":
      await queues.enqueueJob(work.body);
  }
}

/** Sets a dead letter aside for good. Safe to repeat; false when it had been discarded before. */
export async function discardDeadLetter(deps: Needs, tenantId: string, id: string): Promise<Result<boolean, Failure>> {
  const { deadLetters } = deps.store(tenantId);
  if (await deadLetters.discard(id, deps.now())) return ok(true);
  const failure = (await whyNotOpen(deps, tenantId, id)) ?? unknownDeadLetter;
  return failure.code === "dead_letter_discarded" ? ok(false) : err(failure);
}

async function whyNotOpen(deps: Needs, tenantId: string, id: string): Promise<Failure | null> {
  const deadLetter = await deps.store(tenantId).deadLetters.get(id);
  if (!deadLetter) return unknownDeadLetter;
  if (deadLetter.retriedAt !== null) {
    return { code: "dead_letter_retried", detail: "This dead letter is back on its queue already." };
  }
  if (deadLetter.discardedAt !== null) {
    return { code: "dead_letter_discarded", detail: "This dead letter was discarded, so it is not retried." };
  }
  return null;
}

const unknownDeadLetter: Failure = { code: "not_found", detail: "There is no dead letter with this id." };
const unreadable: Failure = {
  code: "dead_letter_unreadable",
  detail: "What this dead letter says can't be opened or is no longer understood, so it can't be retried.",
};
const queueAway: Failure = {
  code: "unavailable",
  detail: "The queue did not take it, so the dead letter is still open; try again.",
};
