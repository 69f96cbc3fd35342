import type { MetaEventsMessage } from "#contracts/queue-messages.ts";
import type { Env } from "#env.ts";

/** What is bound as queues of events: `META_EVENTS`, and `META_EVENTS_1` and on; how many is configuration. */
type EventQueues = Pick<Env, "META_EVENTS" | `META_EVENTS_${number}`>;

let turn = 0;

/** Puts a webhook's events on the queue whose turn it is; at most 100 messages and 256,000 bytes. */
export async function enqueueEvents(env: EventQueues, messages: MetaEventsMessage[]): Promise<void> {
  const more = env[`META_EVENTS_${++turn}`];
  if (!more) turn = 0;
  await (more ?? env.META_EVENTS).sendBatch(messages.map((body) => ({ body })));
}
