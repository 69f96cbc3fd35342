import { and, asc, eq, gt, sql } from "drizzle-orm";
import { type Capping, isCapped } from "#adapters/d1/campaigns/contact-sends.ts";
import type { Page } from "#adapters/d1/page.ts";
import { audienceMembers, contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { type AudienceFilter, askedAbout } from "#core/audience/audience-filter.ts";
import { type FilterSubject, matchesFilter } from "#core/audience/filter.ts";
import { isBlocked } from "./blocks.ts";
import { matchingIds, subjectFields } from "./matching-contacts.ts";

/** A member of an audience as a campaign needs it. */
export interface CampaignContact extends FilterSubject {
  /** A block covers the person, as the campaign's segment has it. */
  blocked: boolean;
  /** Other campaigns have written as often as the tenant's caps allow, or are about to. */
  capped: boolean;
}

/** Some of the people of a campaign, as they are at this moment (`now`, ms). */
export interface CampaignPageQuery extends Capping {
  audienceId: string;
  /** What makes somebody a member of a dynamic audience; null when its members are listed. */
  membership: AudienceFilter | null;
  /** The campaign's own, which is asked of each member. */
  filter: AudienceFilter | null;
  /** The campaign's; null while a draft has none. */
  segmentId: string | null;
  /** Null for the first ones. */
  afterContactId: string | null;
  limit: number;
  now: number;
}

/**
 * The next members of an audience in the order of their ids, and the id after which the others come; null at the end. Of
 * a dynamic audience a page may be short, or empty, and still not be the last.
 */
export async function campaignPage(db: TenantDb, query: CampaignPageQuery): Promise<Page<CampaignContact>> {
  const { membership, afterContactId: cursor, limit, now } = query;
  if (membership === null) {
    const data = await listedMembers(db, query);
    return { data, nextCursor: data.length === limit ? (data.at(-1)?.id ?? null) : null };
  }
  const { ids, nextCursor } = await matchingIds(db, { filter: membership, now, order: "asc", cursor, limit });
  const data = await withIds(db, query, ids);
  return { data: data.filter((contact) => matchesFilter(contact, membership, now)), nextCursor };
}

function listedMembers({ orm, tenantId }: TenantDb, query: CampaignPageQuery): Promise<CampaignContact[]> {
  return orm
    .select(fieldsFor(tenantId, query))
    .from(audienceMembers)
    .crossJoin(contacts)
    .where(
      and(
        eq(audienceMembers.tenantId, tenantId),
        eq(audienceMembers.audienceId, query.audienceId),
        gt(audienceMembers.contactId, query.afterContactId ?? ""),
        eq(contacts.tenantId, tenantId),
        eq(contacts.id, audienceMembers.contactId),
      ),
    )
    .orderBy(asc(audienceMembers.contactId))
    .limit(query.limit);
}

async function withIds(
  { orm, tenantId }: TenantDb,
  query: CampaignPageQuery,
  ids: string[],
): Promise<CampaignContact[]> {
  if (ids.length === 0) return [];
  return orm
    .select(fieldsFor(tenantId, query))
    .from(sql`json_each(${JSON.stringify(ids)}) as chosen`)
    .crossJoin(contacts)
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, sql`chosen.value`)))
    .orderBy(asc(contacts.id));
}

const fieldsFor = (tenantId: string, { membership, filter, segmentId, now, campaignId, caps }: CampaignPageQuery) => ({
  ...subjectFields(tenantId, askedAbout(membership, filter)),
  blocked: isBlocked({ tenantId, segmentId, now }).mapWith(Boolean),
  capped: isCapped({ tenantId, campaignId, caps }, contacts.id).mapWith(Boolean),
});
