import type { PreflightIssue } from "#core/campaigns/preflight-snapshot.ts";
import { isEditable } from "#core/campaigns/status.ts";
import type { Caller } from "#core/identity/principal.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { type CampaignRow, COUNTING_MS, checkCampaign } from "./preflight.ts";

type Needs = Pick<Deps, "audit" | "campaign" | "now" | "portfolio" | "store">;

export type LaunchFailure =
  | { kind: "not_found" }
  /** No draft, or no more: it was launched or changed while it was checked. */
  | { kind: "not_launchable" }
  | { kind: "preflight_failed"; issues: PreflightIssue[] };

/**
 * Checks a draft, marks it as launched and starts its object. Of several launches at once one succeeds.
 *
 * @returns the campaign as it stands in D1, `preparing`
 */
export async function launchCampaign(
  deps: Needs,
  by: Caller,
  campaignId: string,
): Promise<Result<CampaignRow, LaunchFailure>> {
  const { tenantId } = by.principal;
  const { campaigns } = deps.store(tenantId);
  const draft = await campaigns.get(campaignId);
  if (!draft) return err({ kind: "not_found" });
  if (!isEditable(draft.status)) return err({ kind: "not_launchable" });

  const refusal = await refusalOf(deps, tenantId, draft);
  if (refusal) return err(refusal);
  // Only as it was checked: whoever changes it meanwhile has it checked anew.
  const row = await campaigns.markLaunched(campaignId, draft.updatedAt, deps.now());
  if (!row) return err({ kind: "not_launchable" });
  try {
    await deps.campaign(campaignId).start(tenantId, campaignId);
  } catch (error) {
    // It is launched all the same: the cron starts whatever should be moving and is not, within a minute.
    logFailure("campaign_start_failed", error, { campaignId });
  }
  await deps.audit(by, "campaign.launch", campaignId);
  return ok(row);
}

/** What stands against a launch, null when nothing does. */
async function refusalOf(deps: Needs, tenantId: string, draft: CampaignRow): Promise<LaunchFailure | null> {
  // Whether anybody is eligible is soon known; who else is counts only when there is something to tell.
  const quick = await checkCampaign(deps, tenantId, draft, "first eligible");
  if (!quick) return { kind: "not_found" };
  if (quick.report.ok) return null;
  const whole = await checkCampaign(deps, tenantId, draft, { from: null, until: deps.now() + COUNTING_MS });
  if (!whole) return { kind: "not_found" };
  return { kind: "preflight_failed", issues: (whole.report.ok ? quick : whole).report.issues };
}
