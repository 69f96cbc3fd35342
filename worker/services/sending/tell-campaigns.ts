import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { Deps } from "#deps.ts";

type Needs = Pick<Deps, "campaign" | "store">;

/**
 * Tells all campaigns that may still send, or those of one segment. One that fails does not keep the others from hearing;
 * then it throws.
 */
export async function tellCampaigns(
  deps: Needs,
  tenantId: string,
  tell: (campaign: CampaignRpc) => Promise<void>,
  segmentId: string | null = null,
): Promise<void> {
  const campaignIds = await deps.store(tenantId).campaigns.activeIds(segmentId);
  const told = await Promise.allSettled(campaignIds.map((id) => tell(deps.campaign(id))));
  const failed = told.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}
