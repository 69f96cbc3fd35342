import type { CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { type CampaignStatus, isEditable } from "#core/campaigns/status.ts";
import { ratesOf } from "#core/sending/rates.ts";
import { countsOf, Tally } from "#core/sending/tally.ts";
import { presentWaits } from "#core/sending/waiting.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";
import type { Campaign } from "#http/campaigns/campaigns.schema.ts";
import { logFailure } from "#log.ts";
import type { CampaignRow } from "#services/campaigns/preflight.ts";

type Needs = Pick<Deps, "campaign">;

export const NO_COUNTS = countsOf(new Tally(), 0, 0);

/** A campaign as the API answers it. @param now what its object says, where that was asked; else D1's last word */
export function presentCampaign(row: CampaignRow, now: CampaignSnapshot | null = null): Campaign {
  const counts = now?.counts ?? row.counts ?? NO_COUNTS;
  return {
    id: row.id,
    name: row.name,
    segmentId: row.segmentId,
    audienceId: row.audienceId,
    filter: row.filter,
    templateId: row.templateId,
    variables: row.variables,
    sender: row.sender,
    startAt: isoOrNull(row.startAt),
    pacing: row.pacing,
    sendingWindow: row.sendingWindow ?? { mode: "tenant" },
    inService: row.inService,
    status: now?.status ?? row.status,
    statusReason: now ? now.statusReason : row.statusReason,
    waitsUntil: isoOrNull(now?.waitsUntil ?? null),
    waiting: presentWaits(now?.waiting ?? row.waiting ?? []),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    launchedAt: isoOrNull(now?.launchedAt ?? row.launchedAt),
    completedAt: isoOrNull(now ? now.completedAt : row.completedAt),
    personalDataRemovedAt: isoOrNull(row.personalDataRemovedAt),
    counts,
    rates: ratesOf(counts),
  };
}

export const isDraft = ({ status }: { status: CampaignStatus }) => isEditable(status);

/**
 * Where a campaign stands this moment, also one that is over: replies and late statuses still come, and what is
 * unconfirmed may be sent again. Null for drafts, and when its object has not begun or can't be asked: then D1's copy, some
 * seconds old, is the best there is.
 */
export async function currentState(deps: Needs, row: CampaignRow): Promise<CampaignSnapshot | null> {
  if (isDraft(row)) return null;
  try {
    return await deps.campaign(row.id).snapshot();
  } catch (error) {
    logFailure("campaign_not_asked", error, { campaignId: row.id });
    return null;
  }
}
