import { type Column, type SQL, sql } from "drizzle-orm";
import { audienceMembers, audiences, contactStrikes, contacts } from "#adapters/d1/schema/audience.ts";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import { foldedInSteps } from "#adapters/d1/search.ts";
import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import { daysBefore, foldTags } from "#core/audience/filter.ts";
import type { LastMessage } from "#core/audience/last-message.ts";
import { areaCodesOf } from "#core/shared/area-codes.ts";
import { attributeMayStayOpen, attributeSql, BLANKS } from "./attribute-sql.ts";

/** Campaigns that could not reach a number, until it counts as unreachable. */
const STRIKES_THAT_END = 2;

interface Moment {
  tenantId: string;
  now: number;
}
type Ask = (filter: AudienceFilter, at: Moment) => (SQL | null)[];

/** In the order in which they are asked: what is cheap and leaves few comes first. Null asks for nothing. */
const CONDITIONS: Record<keyof AudienceFilter, Ask> = {
  optIn: ({ optIn = {} }, { now }) => [
    optIn.status?.length ? isIn(contacts.optInStatus, optIn.status) : null,
    optIn.grantedBeforeDays === undefined ? null : granted(sql`< ${daysBefore(now, optIn.grantedBeforeDays)}`),
    optIn.grantedAfterDays === undefined ? null : granted(sql`>= ${daysBefore(now, optIn.grantedAfterDays)}`),
  ],
  createdWithinDays: ({ createdWithinDays: days }, { now }) => [
    days === undefined ? null : sql`${contacts.createdAt} >= ${daysBefore(now, days)}`,
  ],
  hasEmail: ({ hasEmail }) => [isKnown(contacts.email, hasEmail)],
  hasDocument: ({ hasDocument }) => [isKnown(contacts.document, hasDocument)],
  ddd: ({ ddd = [] }) => [hasAreaCode(ddd)],
  states: ({ states = [] }) => [hasAreaCode(areaCodesOf(states))],
  hashtagsAny: ({ hashtagsAny }) => [tagged(hashtagsAny, (tags) => sql`exists (${ownTagsAmong(tags)})`)],
  hashtagsAll: ({ hashtagsAll }) => [
    tagged(hashtagsAll, (tags) => sql`(select count(distinct tag) from (${ownTagsAmong(tags)})) = ${tags.length}`),
  ],
  hashtagsNone: ({ hashtagsNone }) => [tagged(hashtagsNone, (tags) => sql`not exists (${ownTagsAmong(tags)})`)],
  audienceIds: ({ audienceIds = {} }, at) => [
    audienceIds.in?.length ? sql`exists (${memberships(at, { audienceIds: audienceIds.in })})` : null,
    audienceIds.notIn?.length ? sql`not exists (${memberships(at, { audienceIds: audienceIds.notIn })})` : null,
  ],
  segmentIds: ({ segmentIds = [] }, at) => [
    segmentIds.length > 0 ? sql`exists (${memberships(at, { segmentIds })})` : null,
  ],
  unreachable: ({ unreachable }, { tenantId }) => [
    unreachable === undefined ? null : sql`${isUnreachable(tenantId)} = ${Number(unreachable)}`,
  ],
  legalBasis: ({ legalBasis = [] }) => [
    legalBasis.length > 0 ? sql`coalesce(${isIn(contacts.legalBasis, legalBasis)}, 0)` : null,
  ],
  notWrittenForDays: ({ notWrittenForDays: days }, { tenantId, now }) => [
    days === undefined
      ? null
      : sql`not exists (select 1 from ${sendsTo(tenantId)} and ${contactSends.sentAt} >= ${daysBefore(now, days)})`,
  ],
  lastMessage: ({ lastMessage = [] }, { tenantId }) => [
    lastMessage.length > 0 ? sql`coalesce(${isIn(lastMessageTo(tenantId), lastMessage)}, 0)` : null,
  ],
  attributes: ({ attributes = [] }) => attributes.map((condition) => attributeSql(contacts.attributes, condition)),
};

/**
 * `matchesFilter` of core for a row of `contacts`: 1 when it matches, 0 when it does not, and null when SQL can't tell,
 * as of numbers in rare spellings: then core has to look. The tenant is the caller's condition.
 */
export const filterSql = (filter: AudienceFilter, at: Moment): SQL =>
  allOf(
    Object.values(CONDITIONS)
      .flatMap((ask) => ask(filter, at))
      .filter((condition) => condition !== null),
  );

/** Whether `filterSql` is null for some contacts, perhaps. */
export const mayLeaveOpen = ({ attributes = [] }: AudienceFilter): boolean => attributes.some(attributeMayStayOpen);

/** Halves in brackets: a chain would be as deep as it is long, and D1 takes 100 levels, of which folding has 60. */
function allOf(conditions: SQL[]): SQL {
  const [first, ...others] = conditions;
  if (first === undefined) return sql`1`;
  if (others.length === 0) return first;
  const half = Math.ceil(conditions.length / 2);
  return sql`(${allOf(conditions.slice(0, half))} and ${allOf(conditions.slice(half))})`;
}

/** Messages that left for the contact: few, and side by side in the table. */
const sendsTo = (tenantId: string): SQL =>
  sql`${contactSends} where ${contactSends.tenantId} = ${tenantId} and ${contactSends.contactId} = ${contacts.id}
    and ${contactSends.sentAt} is not null`;
const ofTheLast = <Value>(tenantId: string, value: SQL) =>
  sql<Value | null>`(select ${value} from ${sendsTo(tenantId)}
    order by ${contactSends.sentAt} desc, ${contactSends.campaignId} desc limit 1)`;

/** How far the last message to the contact has come; what a person did counts whatever Meta says later. */
export const lastMessageTo = (tenantId: string) =>
  ofTheLast<LastMessage>(
    tenantId,
    sql`case when ${contactSends.repliedAt} is not null then 'replied' when ${contactSends.readAt} is not null then 'read'
      when ${contactSends.failedAt} is not null then 'failed' when ${contactSends.deliveredAt} is not null then 'delivered' else 'sent' end`,
  );
export const lastSentTo = (tenantId: string) => ofTheLast<number>(tenantId, sql`${contactSends.sentAt}`);

/** Whether two campaigns could not reach the contact. */
export const isUnreachable = (tenantId: string): SQL<boolean> =>
  sql<boolean>`((select count(*) from ${contactStrikes} where ${contactStrikes.tenantId} = ${tenantId}
    and ${contactStrikes.contactId} = ${contacts.id}) >= ${STRIKES_THAT_END})`;

/** Of some audiences or segments, those whose member the contact is, as a JSON array. */
export function membershipsOf(
  at: Pick<Moment, "tenantId">,
  named: { audienceIds: string[] } | { segmentIds: string[] },
) {
  const ids = "audienceIds" in named ? named.audienceIds : named.segmentIds;
  if (ids.length === 0) return sql<string>`'[]'`;
  return sql<string>`(select json_group_array(id) from (${memberships(at, named)}))`;
}

/** By audience, as memberships are kept: a search by contact would read all of them. */
function memberships(
  { tenantId }: Pick<Moment, "tenantId">,
  named: { audienceIds: string[] } | { segmentIds: string[] },
): SQL {
  const isMember = sql`${audienceMembers.tenantId} = ${tenantId} and ${audienceMembers.contactId} = ${contacts.id}`;
  if ("audienceIds" in named) {
    return sql`select value as id from json_each(${JSON.stringify(named.audienceIds)}) cross join ${audienceMembers}
      on ${isMember} and ${audienceMembers.audienceId} = value`;
  }
  return sql`select distinct ${audiences.segmentId} as id from ${audiences} cross join ${audienceMembers}
    on ${isMember} and ${audienceMembers.audienceId} = ${audiences.id}
    where ${audiences.tenantId} = ${tenantId} and ${isIn(audiences.segmentId, named.segmentIds)}`;
}

/** Whether a stored filter asks about membership of this audience. */
export const namesAudience = (filter: Column, audienceId: string): SQL =>
  sql`(${audienceId} in (select value from json_each(${filter}, '$.audienceIds.in'))
    or ${audienceId} in (select value from json_each(${filter}, '$.audienceIds.notIn')))`;

/** The contact's hashtags among these, which are folded, as core folds them. */
const ownTagsAmong = (tags: readonly string[]): SQL =>
  sql`select tag from (select ltrim(trim(${foldedInSteps(sql`value`)}, ${BLANKS}), '#' || ${BLANKS}) as tag
    from json_each(${contacts.hashtags})) where ${isIn(sql`tag`, tags)}`;

function tagged(wanted: readonly string[] | undefined, ask: (tags: string[]) => SQL): SQL | null {
  const tags = [...new Set(foldTags(wanted ?? []))];
  return tags.length === 0 ? null : ask(tags);
}

const isIn = (value: SQL | Column, texts: readonly string[]): SQL =>
  sql`${value} in (select value from json_each(${JSON.stringify(texts)}))`;

const isKnown = (column: Column, wanted: boolean | undefined): SQL | null =>
  wanted === undefined ? null : wanted ? sql`${column} is not null` : sql`${column} is null`;

const granted = (when: SQL): SQL =>
  sql`(${contacts.optInStatus} = 'granted' and coalesce(${contacts.optInAt} ${when}, 0))`;

const hasAreaCode = (codes: readonly string[]): SQL | null =>
  codes.length === 0
    ? null
    : sql`(substr(coalesce(${contacts.phone}, ''), 1, 3) = '+55' and ${isIn(sql`substr(${contacts.phone}, 4, 2)`, codes)})`;
