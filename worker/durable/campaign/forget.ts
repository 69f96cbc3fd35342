import type { ForgetAnswer, ForgottenPeople } from "#contracts/campaign-rpc.ts";
import { numberForms } from "#core/audience/person.ts";
import { isOver } from "#core/campaigns/status.ts";
import { namesNumber } from "#core/shared/message-id.ts";
import { exclude } from "./contacts.ts";
import type { CampaignRun } from "./run.ts";
import { LOOKED_AT } from "./views.ts";

/** Everybody's rows are written, which takes longer than looking at them. */
const WRITTEN_AT = 2_000;
const AFTER_ALL_IDS = "\u{10ffff}";

/**
 * Takes people out of the campaign: whoever waits gets nothing, then the rows lose what tells of them. It is noted for
 * those without a row as well, since a page of the audience may have been asked for before.
 */
export function forgetPeople(run: CampaignRun, whose: ForgottenPeople, after: string): ForgetAnswer {
  const { storage } = run;
  if (after === "") {
    exclude(run, whose.contactIds, "contactDeleted");
    storage.addForgotten(whose.contactIds);
    const numbers = whose.phones.flatMap(numberForms);
    storage.forgetSuperseded((messageId) => namesNumber(messageId, numbers));
  }
  const edge = storage.lastOf(after, LOOKED_AT);
  const theirs = storage.idsOf(whose, after, edge ?? AFTER_ALL_IDS);
  exclude(run, theirs, "contactDeleted");
  storage.addForgotten(theirs);
  storage.blankRows(theirs);
  return { outcome: "forgotten", rows: theirs.length, next: edge };
}

/** Nobody of a campaign that is over is written to again: an unconfirmed send without a number is not given another try. */
export function forgetEverybody(run: CampaignRun, after: string): ForgetAnswer {
  const { storage, state } = run;
  if (!isOver(state.status)) return { outcome: "not_over" };
  // From the first step on: what is told meanwhile of rows behind it would stay.
  if (state.forgottenAt === undefined) run.set({ forgottenAt: run.deps.now() }, { waitsForTick: false });
  storage.forgetSuperseded(() => true);
  const edge = storage.lastOf(after, WRITTEN_AT);
  const ids = storage.idsBetween(after, edge ?? AFTER_ALL_IDS);
  storage.blankRows(ids);
  return { outcome: "forgotten", rows: ids.length, next: edge };
}
