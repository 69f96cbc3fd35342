import type { Deps } from "../deps.ts";
import { logFailure } from "../log.ts";

/** The most campaigns looked at in one minute; an invocation has 10,000 subrequests. */
const MOST_CAMPAIGNS = 2_000;

/** The second net under the alarms, each minute: a campaign that should be moving and has no alarm is woken. */
export async function wakeCampaigns(deps: Deps): Promise<void> {
  for (const { tenantId, id } of await deps.platform.movingCampaigns(MOST_CAMPAIGNS)) {
    try {
      await deps.campaign(id).ensureAlarm(tenantId, id);
    } catch (error) {
      logFailure("wake_failed", error, { campaignId: id });
    }
  }
}
