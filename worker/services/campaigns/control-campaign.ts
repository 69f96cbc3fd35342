import type { CampaignRpc, CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { isActive, isEditable } from "#core/campaigns/status.ts";
import type { Caller } from "#core/identity/principal.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import type { CampaignRow } from "./preflight.ts";

type Needs = Pick<Deps, "audit" | "campaign" | "store">;

/** What a person may do to a campaign that was launched. */
const CONTROLS = {
  pause: (campaign: CampaignRpc) => campaign.pause("by_user"),
  resume: (campaign: CampaignRpc) => campaign.resume(),
  cancel: (campaign: CampaignRpc) => campaign.cancel(),
} as const satisfies Record<string, (campaign: CampaignRpc) => Promise<Result<CampaignSnapshot, string>>>;
export type Control = keyof typeof CONTROLS;

export interface ControlledCampaign {
  row: CampaignRow;
  /** Where it stands from now on, as its object says. */
  now: CampaignSnapshot;
}

/** Pauses, resumes or cancels a campaign; `not_allowed` when it stands where that makes no sense, as a draft does. */
export async function controlCampaign(
  deps: Needs,
  by: Caller,
  campaignId: string,
  control: Control,
): Promise<Result<ControlledCampaign, "not_found" | "not_allowed">> {
  const { tenantId } = by.principal;
  const row = await deps.store(tenantId).campaigns.get(campaignId);
  if (!row) return err("not_found");
  if (isEditable(row.status)) return err("not_allowed");
  const campaign = deps.campaign(campaignId);
  let outcome: Result<CampaignSnapshot, string> = await CONTROLS[control](campaign);
  if (!outcome.ok && isActive(row.status)) {
    // Launched while its object could not be reached: it has to begin before it can be stopped.
    await campaign.start(tenantId, campaignId);
    outcome = await CONTROLS[control](campaign);
  }
  if (!outcome.ok) return err("not_allowed");
  await deps.audit(by, `campaign.${control}`, campaignId);
  return ok({ row, now: outcome.value });
}
