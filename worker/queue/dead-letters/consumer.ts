import { z } from "zod";
import { isQueueName, TRIES } from "#core/shared/queues.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";

type Needs = Pick<Deps, "hash" | "newId" | "now" | "platform" | "store">;

/** Of 100 tries that are a few days: longer than the database is ever away. */
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * A message of `sends` is only a wake-up, and whoever it was for has been queued again since its lease ran out: it is
 * counted in the log by campaign and forgotten. A queue that fails would fill D1 with them.
 */
export function countDeadSends(batch: MessageBatch<unknown>): void {
  const byCampaign = Map.groupBy(batch.messages, ({ body }) => traces.safeParse(body).data?.campaignId ?? "unknown");
  for (const [campaignId, { length }] of byCampaign) logFailure("sends_died", null, { campaignId, count: length });
  batch.ackAll();
}

/** What failed for good is stored, sealed, its tenant is alerted, and it is listed; nothing is dropped. */
export async function keepDeadLetters(batch: MessageBatch<unknown>, deps: Needs): Promise<void> {
  const queue = batch.queue.replace(/-dead$/, "");
  for (const message of batch.messages) {
    try {
      const tenantId = await tenantOf(message.body, deps);
      await deps.platform.storeDeadLetter({
        id: await deadLetterId(message, deps),
        queue,
        tenantId,
        body: JSON.stringify(message.body) ?? "null",
        attempts: isQueueName(queue) ? TRIES[queue] : message.attempts,
        at: message.timestamp.getTime(),
      });
      if (tenantId) await alert(tenantId, queue, deps);
      // In no tenant's list: whoever runs the platform finds it in the table.
      else logFailure("dead_letter_of_nobody", null, { queue });
      message.ack();
    } catch (error) {
      logFailure("dead_letter_not_kept", error, { queue });
      message.retry({ delaySeconds: Math.min(LONGEST_WAIT_SECONDS, 30 * 2 ** message.attempts) });
    }
  }
}

/** From the queue's own id, so that a redelivered dead letter is stored once; its time first, so that ids sort. */
async function deadLetterId({ id, timestamp }: Message<unknown>, deps: Needs): Promise<string> {
  const time = timestamp.getTime().toString(36).padStart(9, "0");
  return `dlt_${time}${(await deps.hash(id)).slice(0, 17)}`;
}

async function alert(tenantId: string, queue: string, deps: Needs): Promise<void> {
  await raiseAlert(deps, tenantId, {
    kind: "dead_letters",
    severity: "critical",
    subject: queue,
    params: { queue },
  });
}

const maybeText = z.string().optional().catch(undefined);
/** Whatever in a message may tell whose it is: what died may well be of a shape that fits nothing else. */
const traces = z.object({
  tenantId: maybeText,
  campaignId: maybeText,
  events: z.array(z.object({ phoneNumberId: maybeText, wabaId: maybeText }).catch({})).catch([]),
});

/** Webhook events name only a number or an account: its line's tenant. Null when it is nobody's. */
async function tenantOf(body: unknown, deps: Needs): Promise<string | null> {
  const { tenantId, campaignId, events = [] } = traces.safeParse(body).data ?? {};
  if (tenantId) return tenantId;
  if (campaignId) return deps.platform.tenantOfCampaign(campaignId);
  for (const { phoneNumberId, wabaId } of events) {
    const [byNumber] = phoneNumberId ? await deps.platform.linesByPhoneNumberId([phoneNumberId]) : [];
    if (byNumber) return byNumber.tenantId;
    const [byAccount] = wabaId ? await deps.platform.linesByWaba(wabaId) : [];
    if (byAccount) return byAccount.tenantId;
  }
  return null;
}
