import type { Campaign } from "$lib/api/types.ts";

/** A draft opens where it can be finished, everything else where it can be watched. */
export const campaignHref = (campaign: Pick<Campaign, "id" | "status">): string =>
  campaign.status === "draft" ? `/campaigns/new?id=${campaign.id}` : `/campaigns/${campaign.id}`;

/** Those who are to get the message: the audience without those who were left out. */
export const eligible = (counts: Campaign["counts"]): number => counts.total - counts.skipped;

/** When sending begins or began; null while "as soon as it is launched" has not happened. */
export const startOf = (campaign: Pick<Campaign, "startAt" | "launchedAt">): string | null =>
  campaign.startAt ?? campaign.launchedAt;
