import type { ResendAnswer } from "#contracts/campaign-rpc.ts";
import { isEditable } from "#core/campaigns/status.ts";
import type { Caller } from "#core/identity/principal.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";

type Needs = Pick<Deps, "audit" | "campaign" | "store">;

/**
 * Gives sends whose answer from Meta never came another try. Some of these people may get the message twice: whoever
 * calls this has been told.
 *
 * @param contactIds null for all of them
 * @returns `not_resendable` for a draft, and for a campaign that was cancelled
 */
export async function resend(
  deps: Needs,
  by: Caller,
  campaignId: string,
  contactIds: string[] | null,
): Promise<Result<ResendAnswer, "not_found" | "not_resendable">> {
  const row = await deps.store(by.principal.tenantId).campaigns.get(campaignId);
  if (!row) return err("not_found");
  if (isEditable(row.status)) return err("not_resendable");
  const outcome = await deps.campaign(campaignId).resend(contactIds);
  if (!outcome.ok) return outcome;
  await deps.audit(by, "campaign.resend", campaignId, { asked: contactIds?.length ?? "all", ...outcome.value });
  return ok(outcome.value);
}
