import { CALLS_AT_A_TIME, limitConcurrency } from "#core/shared/limit-concurrency.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";

type Needs = Pick<Deps, "campaign" | "platform">;

/** The most campaigns looked at in one minute; an invocation has 10,000 subrequests. */
const MOST_CAMPAIGNS = 2_000;

/**
 * The watchdog of the alarms, each minute: an active campaign that has no alarm is woken. Some at a
 * time, so that an object that does not answer keeps no other from being woken.
 */
export async function wakeCampaigns(deps: Needs, most = MOST_CAMPAIGNS): Promise<void> {
  const limit = limitConcurrency(CALLS_AT_A_TIME);
  const campaigns = await deps.platform.activeCampaigns(most);
  await Promise.all(
    campaigns.map(({ tenantId, id }) =>
      limit(() => deps.campaign(id).ensureAlarm(tenantId, id)).catch((error: unknown) =>
        logFailure("wake_failed", error, { campaignId: id }),
      ),
    ),
  );
}
