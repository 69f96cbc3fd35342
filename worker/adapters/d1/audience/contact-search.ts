import { sql } from "drizzle-orm";
import type { PageQuery } from "#adapters/d1/page.ts";
import { contactMatches } from "#adapters/d1/search.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

/**
 * Contacts that one request looks through at most: some 10 ms of the one thread that all tenants share. A larger tenant's
 * search goes on with the cursor, so a page may be short, or empty, and still not be the last.
 */
export const SEARCH_ROWS = 50_000;

interface Search extends PageQuery {
  /** What has to stand in a contact, folded; at least one. */
  terms: readonly string[];
  audienceId?: string | undefined;
}

/** Ids of the contacts found, newest first, at most `limit`. Reads the index alone, which holds what is looked in. */
export async function searchContacts(
  { orm, tenantId }: TenantDb,
  { terms, audienceId, limit, cursor }: Search,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const id = audienceId ? sql`m.contact_id` : sql`c.id`;
  const walked = audienceId
    ? sql`audience_members m where m.tenant_id = ${tenantId} and m.audience_id = ${audienceId}`
    : sql`contacts c indexed by contacts_search where c.tenant_id = ${tenantId}`;
  const before = cursor ? sql` and ${id} < ${cursor}` : sql``;
  const edge = await orm.get<{ id: string } | undefined>(
    sql`select ${id} as id from ${walked}${before} order by ${id} desc limit 1 offset ${SEARCH_ROWS - 1}`,
  );

  const range = sql`${before}${edge ? sql` and ${id} >= ${edge.id}` : sql``} and ${contactMatches(sql`c.search`, terms)}`;
  const found = audienceId
    ? sql`audience_members m cross join contacts c indexed by contacts_search
            on c.tenant_id = ${tenantId} and c.id = m.contact_id
          where m.tenant_id = ${tenantId} and m.audience_id = ${audienceId}${range}`
    : sql`${walked}${range}`;
  const rows = await orm.all<{ id: string }>(
    sql`select ${id} as id from ${found} order by ${id} desc limit ${limit + 1}`,
  );
  const ids = rows.slice(0, limit).map((row) => row.id);
  return { ids, nextCursor: rows.length > limit ? (ids.at(-1) ?? null) : (edge?.id ?? null) };
}
