import { eventsEnvelope, type MetaEventsMessage, settlementsMessage } from "#contracts/queue-messages.ts";
import type { MetaEvent } from "#core/meta/event.ts";
import { metaEvent } from "#core/meta/event-schema.ts";
import { hourOf } from "#core/sending/tally.ts";
import type { Deps } from "#deps.ts";
import { letOthersRun } from "#let-others-run.ts";
import { logFailure } from "#log.ts";
import { applyEvents, type UnmatchedEvent } from "#services/sending/webhook-events.ts";

/**
 * An event may come before the row that it names: it is put back to wait this long, once each, before it counts as one
 * that fits nothing. Together longer than a campaign's object is ever away.
 */
const WAITS_SECONDS = [5, 30, 120, 600];
/** One that failed apart from its neighbours is tried again after this. */
const ALONE_AFTER_SECONDS = 10;

type SettlementsMessage = Extract<MetaEventsMessage, { kind: "settlements" }>;

/** A message of events as it was read: those that can be applied, and those that are none of what we know. */
interface Delivery {
  message: Message<unknown>;
  receivedAt: number;
  waits: number;
  events: MetaEvent[];
  unreadable: unknown[];
}

/**
 * Applies webhook events. All of a batch go together, so that a campaign is asked once; when that fails each message
 * goes on its own, then each event, and only what fails by itself is tried again, alone, until it is a dead letter.
 */
export async function consumeEvents(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  const deliveries: Delivery[] = [];
  const settling: Promise<void>[] = [];
  for (const message of batch.messages) {
    const delivery = read(message);
    const settlements = delivery ? null : settlementsMessage.safeParse(message.body);
    if (delivery) deliveries.push(delivery);
    else if (settlements?.success) settling.push(settleLate(message, settlements.data, deps));
    // Of no shape that we know: waiting may bring the code that does, and then it is kept as a dead letter.
    else retryLater(message);
  }
  await letOthersRun();
  await Promise.all(settling);
  // What failed before goes apart from what comes for the first time, or it would hold that back each time.
  await applyTogether(
    deliveries.filter(({ message }) => message.attempts === 1),
    deps,
  );
  await applyTogether(
    deliveries.filter(({ message }) => message.attempts > 1),
    deps,
  );
}

function read(message: Message<unknown>): Delivery | null {
  const envelope = eventsEnvelope.safeParse(message.body);
  if (!envelope.success) return null;
  const { receivedAt, waits = 0 } = envelope.data;
  const events: MetaEvent[] = [];
  const unreadable: unknown[] = [];
  for (const item of envelope.data.events) {
    const event = metaEvent.safeParse(item);
    if (event.success) events.push(event.data);
    else unreadable.push(item);
  }
  return { message, receivedAt, waits, events, unreadable };
}

const retryLater = (message: Message<unknown>) =>
  message.retry({ delaySeconds: Math.min(300, 5 * 2 ** message.attempts) });

async function settleLate(message: Message<unknown>, body: SettlementsMessage, deps: Deps): Promise<void> {
  try {
    await deps.campaign(body.campaignId).settle(body.claimId, body.settlements);
    message.ack();
  } catch (error) {
    logFailure("late_settlements_failed", error, { campaignId: body.campaignId });
    retryLater(message);
  }
}

async function applyTogether(deliveries: Delivery[], deps: Deps): Promise<void> {
  if (deliveries.length === 0) return;
  let unmatched: UnmatchedEvent[];
  try {
    unmatched = await applyEvents(
      deliveries.flatMap((delivery) => delivery.events),
      deps,
    );
  } catch (error) {
    logFailure("meta_events_failed", error, { messages: deliveries.length });
    for (const delivery of deliveries) await applyEach(delivery, deps);
    return;
  }
  const unmatchedOf = new Map<MetaEvent, UnmatchedEvent>(unmatched.map((each) => [each.event, each]));
  for (const delivery of deliveries) {
    const own = delivery.events.flatMap((event) => unmatchedOf.get(event) ?? []);
    await finish(delivery, own, delivery.unreadable, deps);
  }
}

/** Each event by itself: applying is safe to repeat. */
async function applyEach(delivery: Delivery, deps: Deps): Promise<void> {
  const unmatched: UnmatchedEvent[] = [];
  const failed: MetaEvent[] = [];
  for (const event of delivery.events) {
    try {
      unmatched.push(...(await applyEvents([event], deps)));
    } catch {
      failed.push(event);
    }
  }
  // Nothing at all could be done: something else is wrong than one event, and there is no use in taking them apart.
  if (failed.length > 0 && failed.length === delivery.events.length) retryLater(delivery.message);
  else await finish(delivery, unmatched, [...delivery.unreadable, ...failed], deps);
}

/** What came of a message: events that failed go back one by one, those before their row wait, the rest is done. */
async function finish(
  { message, receivedAt, waits, events }: Delivery,
  unmatched: UnmatchedEvent[],
  failed: unknown[],
  deps: Deps,
): Promise<void> {
  // Alone already: its own tries decide.
  if (events.length === 0 && failed.length <= 1) {
    if (failed.length === 0) message.ack();
    else retryLater(message);
    return;
  }
  const delaySeconds = WAITS_SECONDS[waits];
  const early = delaySeconds === undefined ? [] : unmatched.filter((each) => each.named);
  try {
    if (early.length > 0) {
      const waiting = early.map((each) => each.event);
      await deps.queues.deferEvents([{ kind: "events", receivedAt, events: waiting, waits: waits + 1 }], delaySeconds);
    }
    const alone = failed.map((event) => ({ kind: "events", receivedAt, events: [event], waits }));
    await deps.queues.deferEvents(alone, ALONE_AFTER_SECONDS);
    await countUnmatched(
      unmatched.filter((each) => !early.includes(each)),
      deps,
    );
    message.ack();
  } catch (error) {
    logFailure("meta_events_failed", error);
    retryLater(message);
  }
}

/** The last thing that is done for a message: counts add up, so they must not be repeated with the rest. */
async function countUnmatched(unmatched: UnmatchedEvent[], deps: Deps): Promise<void> {
  if (unmatched.length === 0) return;
  const at = deps.now();
  await deps.platform.countUnmatched(
    unmatched.map(({ line, event }) => ({
      tenantId: line.tenantId,
      lineId: line.id,
      hour: hourOf(at),
      kind: event.kind,
    })),
    at,
  );
}
