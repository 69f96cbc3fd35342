import type { Env } from "../env.ts";
import type { MetaEventsMessage } from "../queue/messages.ts";

/** What is bound as queues of events: `META_EVENTS`, and `META_EVENTS_1` and on; how many is configuration. */
type EventQueues = Pick<Env, "META_EVENTS" | `META_EVENTS_${number}`>;

let turn = 0;

/** The queue that takes the events of the next webhook. */
export function nextEventQueue(env: EventQueues): Queue<MetaEventsMessage> {
  const more = env[`META_EVENTS_${++turn}`];
  if (more) return more;
  turn = 0;
  return env.META_EVENTS;
}
