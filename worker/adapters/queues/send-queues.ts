import type { SendMessage } from "#contracts/queue-messages.ts";
import type { Env } from "#env.ts";

/** What one consumer takes at a time: as many calls as an invocation may have waiting. */
export const SENDS_A_BATCH = 6;
/** Queues take 100 messages a call; ours are far below the 256 KB. */
const QUEUE_BATCH = 100;

/** All send queues that are bound, `SENDS_0` and on: how many is configuration. */
export function sendQueues(env: Env): Queue<SendMessage>[] {
  const queues: Queue<SendMessage>[] = [];
  for (;;) {
    const queue = env[`SENDS_${queues.length}`];
    if (!queue) return queues;
    queues.push(queue);
  }
}

/** Where the next batch goes: neighbours must not meet on one queue tick after tick. */
let turn = 0;

/** Puts messages on the queues in whole batches, as evenly as can be; the order within a batch is kept. */
export async function enqueueSends(env: Env, messages: SendMessage[]): Promise<void> {
  const queues = sendQueues(env);
  const shares = queues.map((): SendMessage[] => []);
  for (let i = 0; i < messages.length; i += SENDS_A_BATCH)
    shares[turn++ % shares.length]?.push(...messages.slice(i, i + SENDS_A_BATCH));
  await Promise.all(
    queues.map(async (queue, n) => {
      const share = shares[n] ?? [];
      for (let i = 0; i < share.length; i += QUEUE_BATCH)
        await queue.sendBatch(share.slice(i, i + QUEUE_BATCH).map((body) => ({ body })));
    }),
  );
}
