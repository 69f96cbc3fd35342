import type { JobMessage, MetaEventsMessage, SendMessage } from "#contracts/queue-messages.ts";
import type { Env } from "#env.ts";
import { enqueueEvents } from "./event-queues.ts";
import { enqueueSends } from "./send-queues.ts";

/** What is to be done later, or by somebody else. */
export interface Queues {
  /** Wake-ups for whoever sends; those that follow each other come in one batch of a consumer. */
  enqueueSends(messages: SendMessage[]): Promise<void>;
  /** A webhook's events, on the queue whose turn it is; at most 100 messages and 256,000 bytes. */
  enqueueEvents(messages: MetaEventsMessage[]): Promise<void>;
  /**
   * What is to be told later, or once more, `delaySeconds` from now. Of no certain body: what this code can't read goes
   * back as it came.
   */
  deferEvents(messages: unknown[], delaySeconds?: number): Promise<void>;
  enqueueJob(message: JobMessage): Promise<void>;
}

/** Queues take 100 messages a call; what came in one message is far below the 256 KB. */
const QUEUE_BATCH = 100;

export function makeQueues(env: Env): Queues {
  const deferred: Queue<unknown> = env.META_EVENTS;
  return {
    enqueueSends: (messages) => enqueueSends(env, messages),
    enqueueEvents: (messages) => enqueueEvents(env, messages),
    async deferEvents(messages, delaySeconds = 0) {
      const requests = messages.map((body) => ({ body }));
      for (let i = 0; i < requests.length; i += QUEUE_BATCH)
        await deferred.sendBatch(requests.slice(i, i + QUEUE_BATCH), { delaySeconds });
    },
    enqueueJob: async (message) => void (await env.JOBS.send(message)),
  };
}
