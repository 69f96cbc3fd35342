import type { Deps } from "../deps.ts";

/** What failed for good is stored, sealed, for a person to look at; nothing is dropped. */
export async function keepDeadLetters(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  const queue = batch.queue.replace(/-dead$/, "");
  for (const message of batch.messages) {
    try {
      await deps.platform.storeDeadLetter({
        // The queue's own id: a redelivered dead letter is stored once.
        id: `dlt_${message.id}`,
        queue,
        tenantId: tenantOf(message.body),
        body: JSON.stringify(message.body),
        attempts: message.attempts,
        at: message.timestamp.getTime(),
      });
      message.ack();
    } catch {
      message.retry({ delaySeconds: 60 });
    }
  }
}

function tenantOf(body: unknown): string | null {
  return typeof body === "object" && body !== null && "tenantId" in body && typeof body.tenantId === "string"
    ? body.tenantId
    : null;
}
