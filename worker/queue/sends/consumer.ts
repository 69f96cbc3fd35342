import type { SendMessage } from "#contracts/queue-messages.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { deliver } from "./deliver.ts";

type Needs = Pick<Deps, "campaign" | "messenger" | "newId" | "now" | "queues" | "sealer">;

/**
 * Sends what the campaigns have put on the queue. A message is only a wake-up: the campaign decides who sends, and what
 * is not claimed it queues again, so every message is acknowledged, whatever became of it. A batch is done once its
 * calls have left; their results are told after it (`later`).
 */
export async function consumeSends(
  batch: MessageBatch<SendMessage>,
  deps: Needs,
  later: (work: Promise<void>) => void,
): Promise<void> {
  const now = deps.now();
  const messages = batch.messages.map((message) => message.body).filter(({ until }) => !(until < now));
  try {
    await deliver(messages, deps, later);
  } catch (error) {
    logFailure("sends_failed", error);
  }
  for (const message of batch.messages) message.ack();
}
