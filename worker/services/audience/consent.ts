import type { ConsentChannel } from "#core/audience/consent.ts";
import type { LateExclusion } from "#core/audience/exclusion.ts";
import type { Deps } from "#deps.ts";
import { tellCampaigns } from "#services/sending/tell-campaigns.ts";

type Needs = Pick<Deps, "campaign" | "newId" | "now" | "store">;

/** Whose consent ends: ids of contacts, or phones in E.164. */
export type People = { contactIds: string[] } | { phones: string[] };

interface WhyOptOut {
  source: string;
  channel: ConsentChannel;
  reason?: string | null | undefined;
  wording?: string | null | undefined;
  at?: number | undefined;
}

/**
 * Takes consent back and lets every campaign that is under way know, so that nothing more leaves. Safe to repeat: a
 * second call only moves on what a later consent must be newer than, and brings a campaign that could not be reached the first time up to date.
 *
 * @param why.source where it came from, such as `api` or `reply`; `reason` is the person's or operator's own word, and
 *   `wording` what the person wrote
 * @param why.at when the person said so, in milliseconds; now when it is left out
 * @returns ids of the contacts, also of those who had opted out before
 */
export async function recordOptOut(deps: Needs, tenantId: string, people: People, why: WhyOptOut): Promise<string[]> {
  const { contacts } = deps.store(tenantId);
  const contactIds = "contactIds" in people ? people.contactIds : await contacts.idsByPhone(people.phones);
  if (contactIds.length === 0) return [];
  const now = deps.now();
  const { source, channel, wording, at = "now" } = why;
  const change = { eventId: deps.newId("cns"), source, channel, wording, at } as const;
  await contacts.optOut(contactIds, change, why.reason ?? null, now);
  await excludeFromCampaigns(deps, tenantId, contactIds, "optedOut");
  return contactIds;
}

/** @param segmentId only campaigns of this segment are concerned; null: all of the tenant's */
export const excludeFromCampaigns = (
  deps: Pick<Needs, "campaign" | "store">,
  tenantId: string,
  contactIds: string[],
  reason: LateExclusion,
  segmentId: string | null = null,
) => tellCampaigns(deps, tenantId, (campaign) => campaign.exclude(contactIds, reason), segmentId);
