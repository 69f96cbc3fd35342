import { and, eq, type SQL, sql } from "drizzle-orm";
import { contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { type AskedAbout, type AudienceFilter, askedAbout } from "#core/audience/audience-filter.ts";
import { byField } from "#core/audience/contact-fields.ts";
import { matchesFilter } from "#core/audience/filter.ts";
import { filterSql, isUnreachable, lastMessageTo, lastSentTo, mayLeaveOpen, membershipsOf } from "./filter-sql.ts";

/**
 * Contacts that one page of those who match looks through at most: some 10 ms of the one thread that all tenants share. It
 * goes on with the cursor, so a page may be short, or empty, and still not be the last.
 */
const PAGE_LOOKS = 50_000;
/** Contacts that one statement counts among: some 100 ms of the one thread that all tenants share. */
export const COUNT_ROWS = 100_000;
/** Contacts whose answer SQL leaves to core that are read at a time: about 1 MB of answer from D1. */
const READ_ROWS = 4_000;

interface Walk {
  filter: AudienceFilter;
  now: number;
  order: "asc" | "desc";
  /** The id after which to go on, in this order; null for the first. */
  cursor: string | null;
  limit: number;
  /** What else has to hold, of columns of `contacts`. */
  also?: SQL | undefined;
}

/**
 * Ids of the tenant's contacts that match, or may match where SQL can't tell: core has the last word. One call looks
 * through so many contacts at most, so that others get their turn: a page may be short, and still not be the last.
 */
export async function matchingIds(
  { orm, tenantId }: TenantDb,
  { filter, now, order, cursor, limit, also = sql`1` }: Walk,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const [comes, until, direction] = order === "asc" ? [sql`>`, sql`<=`, sql`asc`] : [sql`<`, sql`>=`, sql`desc`];
  const walked = sql`${contacts} indexed by contacts_search where ${contacts.tenantId} = ${tenantId}`;
  const from = cursor === null ? sql`` : sql` and ${contacts.id} ${comes} ${cursor}`;
  const ordered = sql` order by ${contacts.id} ${direction}`;
  const edge = await orm.get<{ id: string } | undefined>(
    sql`select ${contacts.id} as id from ${walked}${from}${ordered} limit 1 offset ${PAGE_LOOKS - 1}`,
  );
  const to = edge ? sql` and ${contacts.id} ${until} ${edge.id}` : sql``;
  const rows = await orm.all<{ id: string }>(
    sql`select ${contacts.id} as id from ${walked}${from}${to} and ${filterSql(filter, { tenantId, now })} is not 0
          and ${also}${ordered}
        limit ${limit + 1}`,
  );
  const ids = rows.slice(0, limit).map((row) => row.id);
  return { ids, nextCursor: rows.length > limit ? (ids.at(-1) ?? null) : (edge?.id ?? null) };
}

/** The tenant's contacts that match, newest first, by their ids. */
export async function listMatching(
  db: TenantDb,
  { filter, now, cursor, limit, also }: Omit<Walk, "order">,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const { ids, nextCursor } = await matchingIds(db, { filter, now, order: "desc", cursor, limit, also });
  const found = ids.length > 0 ? await readSubjects(db, ids, filter) : [];
  return { ids: found.filter((contact) => matchesFilter(contact, filter, now)).map(({ id }) => id), nextCursor };
}

/** A part of a count: so many looked at, so many of them match, and the id after which to go on; null at the end. */
export interface CountedPart {
  looked: number;
  matched: number;
  nextCursor: string | null;
}

/** Counts on from a contact, through as many as one statement may keep the database busy with. */
export async function countMatching(
  db: TenantDb,
  { filter, now, cursor }: Pick<Walk, "filter" | "now" | "cursor">,
): Promise<CountedPart> {
  const { orm, tenantId } = db;
  const walked = sql`${contacts} indexed by contacts_search where ${contacts.tenantId} = ${tenantId}
    and ${contacts.id} > ${cursor ?? ""}`;
  const edge = sql`with edge(id) as materialized
    (select ${contacts.id} from ${walked} order by ${contacts.id} limit 1 offset ${COUNT_ROWS - 1})`;
  const part = sql`${walked} and ${contacts.id} <= coalesce((select id from edge), char(1114111))`;
  const matches = filterSql(filter, { tenantId, now });
  // As a condition it is left at the first part that fails, which a column that is counted is not.
  const [counted, open] = await Promise.all([
    orm.get<{ matched: number; edge: string | null }>(
      sql`${edge} select count(*) as matched, (select id from edge) as edge from ${part} and ${matches}`,
    ),
    mayLeaveOpen(filter)
      ? orm.all<{ id: string }>(sql`${edge} select ${contacts.id} as id from ${part} and ${matches} is null`)
      : [],
  ]);
  const looked =
    counted.edge === null
      ? (await orm.get<{ looked: number }>(sql`select count(*) as looked from ${walked}`)).looked
      : COUNT_ROWS;
  let { matched } = counted;
  for (let i = 0; i < open.length; i += READ_ROWS) {
    const ids = open.slice(i, i + READ_ROWS).map(({ id }) => id);
    const some = await readSubjects(db, ids, filter);
    matched += some.filter((contact) => matchesFilter(contact, filter, now)).length;
  }
  return { looked, matched, nextCursor: counted.edge };
}

/** These contacts with what a filter asks of them. */
export const readSubjects = ({ orm, tenantId }: TenantDb, ids: string[], filter: AudienceFilter) =>
  orm
    .select(subjectFields(tenantId, askedAbout(filter)))
    // A join keeps the names of tables in what the facts are made of.
    .from(sql`json_each(${JSON.stringify(ids)}) as chosen`)
    .crossJoin(contacts)
    .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, sql`chosen.value`)));

/** Fields of a contact and what a filter asks beside them; in a query that joins `contacts` to something. */
export const subjectFields = (tenantId: string, asked: AskedAbout) => ({
  id: contacts.id,
  phone: contacts.phone,
  name: contacts.name,
  ...byField((field) => contacts[field]),
  hashtags: contacts.hashtags,
  attributes: contacts.attributes,
  optInStatus: contacts.optInStatus,
  optInAt: contacts.optInAt,
  createdAt: contacts.createdAt,
  legalBasis: contacts.legalBasis,
  lastMessage: asked.messages ? lastMessageTo(tenantId) : sql<null>`null`,
  lastSentAt: asked.messages ? lastSentTo(tenantId) : sql<null>`null`,
  unreachable: isUnreachable(tenantId).mapWith(Boolean),
  audienceIds: membershipsOf({ tenantId }, { audienceIds: asked.audienceIds }).mapWith(parsedIds),
  segmentIds: membershipsOf({ tenantId }, { segmentIds: asked.segmentIds }).mapWith(parsedIds),
});

const parsedIds = (text: string): string[] => JSON.parse(text);
