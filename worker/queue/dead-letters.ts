import type { Deps } from "../deps.ts";
import type { JobMessage, MetaEventsMessage, SendMessage } from "./messages.ts";

type AnyMessage = SendMessage | MetaEventsMessage | JobMessage;

/** What failed for good is stored, sealed, its tenant is alerted, and it is listed; nothing is dropped. */
export async function keepDeadLetters(batch: MessageBatch<AnyMessage>, deps: Deps): Promise<void> {
  const queue = batch.queue.replace(/-dead$/, "");
  for (const message of batch.messages) {
    try {
      const tenantId = await tenantOf(message.body, deps);
      await deps.platform.storeDeadLetter({
        // The queue's own id: a redelivered dead letter is stored once.
        id: `dlt_${message.id}`,
        queue,
        tenantId,
        body: JSON.stringify(message.body),
        attempts: message.attempts,
        at: message.timestamp.getTime(),
      });
      if (tenantId) await alert(tenantId, queue, deps);
      message.ack();
    } catch {
      message.retry({ delaySeconds: 60 });
    }
  }
}

async function alert(tenantId: string, queue: string, deps: Deps): Promise<void> {
  await deps.store(tenantId).alerts.open({
    id: deps.newId("alr"),
    kind: "dead_letters",
    severity: "critical",
    subject: queue,
    message: `Work on the queue ${queue} failed again and again and was put aside; see the dead letters.`,
    now: deps.now(),
  });
}

/** Webhook events name only a number: its line's tenant. Null when it is nobody's. */
async function tenantOf(body: AnyMessage, deps: Deps): Promise<string | null> {
  if ("tenantId" in body) return body.tenantId;
  if (body.kind !== "events") return null;
  const numbers = body.events.flatMap((event) =>
    "phoneNumberId" in event && event.phoneNumberId ? [event.phoneNumberId] : [],
  );
  const [line] = await deps.platform.linesByPhoneNumberId(numbers.slice(0, 1));
  return line?.tenantId ?? null;
}
