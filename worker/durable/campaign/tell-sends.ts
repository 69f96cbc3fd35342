import { contactSendOf } from "#core/sending/contact-send.ts";
import type { CampaignRun } from "./run.ts";
import { categoryNow } from "./state.ts";
import type { RecipientRecord } from "./tables.ts";

/** Rows that are older than the record of whom to tell of: read in this many at a time, whatever became of them. */
const EARLIER_ROWS = 2_000;

/** Tells D1 what became of messages, of whom it is due. What it does not take is told later, as it stands then. */
export async function tellSends({ storage, state, deps }: CampaignRun): Promise<void> {
  const { untold } = storage;
  const due = untold.dueAt();
  if (due === null || due > deps.now()) return;
  const batch = untold.take(deps.now());
  const earlier = untold.earlierTo === null ? [] : storage.inOrder(untold.earlierTo, EARLIER_ROWS);
  const rows = new Map<string, RecipientRecord>();
  // Who was never claimed has no message.
  for (const row of earlier) if (row.attempt > 0) rows.set(row.contactId, row);
  for (const row of storage.byIds(batch.contactIds)) rows.set(row.contactId, row);
  try {
    await deps.store(state.tenantId).contactSends.tell({
      campaignId: state.campaignId,
      category: categoryNow(state).toLowerCase(),
      asOf: batch.asOf,
      sends: Array.from(rows.values(), (row) => {
        const { contactId, lineId } = row;
        return { contactId, lineId, ...contactSendOf(row) };
      }),
    });
  } catch (error) {
    untold.notTold();
    throw error;
  }
  untold.told(batch, earlier.length === EARLIER_ROWS ? (earlier.at(-1)?.contactId ?? null) : null);
  storage.saveCounters();
}
