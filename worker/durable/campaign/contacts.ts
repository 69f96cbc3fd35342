import type { LateExclusion } from "#core/audience/exclusion.ts";
import type { CampaignRun } from "./run.ts";
import type { RecipientRecord } from "./tables.ts";

// What happens to people while a campaign is under way: their consent ends, they are blocked, somebody begins to serve
// them, their number is corrected.

/**
 * Whoever waits gets nothing. It is noted for the others too: a call that is under way, or an unconfirmed send, may yet come
 * back to be tried again, and while the audience is being read some have no row. Once it was, others are strangers.
 */
export function exclude(run: CampaignRun, contactIds: string[], reason: LateExclusion): void {
  for (let i = 0; i < contactIds.length; i += 1_000) {
    const some = contactIds.slice(i, i + 1_000);
    if (reason === "optedOut") run.storage.addOptOuts(some);
    const rows = run.storage.byIds(some);
    run.storage.addExcluded(run.state.prepared ? rows.map((row) => row.contactId) : some, reason);
    run.change(rows, (row) => run.checked(row));
  }
}

/** A contact's number was corrected: whoever waits is written to there. What a call under way may have sent stays as it was. */
export function changePhone(run: CampaignRun, contactId: string, phone: string): void {
  const isToChange = (row: RecipientRecord) => row.status === "pending" && row.phone !== null && row.phone !== phone;
  const rows = run.storage.byIds([contactId]).filter(isToChange);
  // The portfolio has counted the old number.
  for (const { contactId } of rows) run.pipeline.forget(contactId);
  run.change(rows, (row) => ({ ...row, phone }));
}

/** People who are being served from now on: those of open waves get nothing, later ones are looked at when these open. */
export function skipServed(run: CampaignRun, contactIds: string[]): void {
  for (const id of contactIds) run.served.add(id);
  run.change(run.storage.byIds(contactIds), (row) => run.checked(row));
}

/** All who are being served at this moment: a look at the catalogue also tells who is no more. */
export function noteServed(run: CampaignRun, contactIds: string[]): void {
  const before = run.served;
  run.served = new Set(contactIds);
  skipServed(
    run,
    contactIds.filter((id) => !before.has(id)),
  );
}
