import { sql } from "drizzle-orm";
import type { PageQuery } from "#adapters/d1/page.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

/**
 * People found that one request looks through for members of an audience at most: some 50 ms of the one thread that all
 * tenants share. The search goes on with the cursor, so a page may be short, or empty, and still not be the last.
 */
export const MOST_FOUND = 10_000;

interface Search extends PageQuery {
  /** In the index's language; see core/audience/contact-words.ts. */
  match: string;
  audienceId?: string | undefined;
}

interface Found {
  ids: string[];
  nextCursor: string | null;
}

/**
 * Ids of the contacts found, at most `limit`, the last that came first. The cursor is a place in the index, which stays
 * when people come or go.
 */
export async function searchContacts(
  { orm, tenantId }: TenantDb,
  { match, audienceId, limit, cursor }: Search,
): Promise<Found> {
  const before = cursor === undefined ? sql`` : sql` and rowid < ${Number(cursor)}`;
  const found = sql`select rowid as place from contact_words where contact_words match ${match}${before} order by rowid desc`;
  const page = (hits: typeof found) =>
    orm.all<{ id: string; place: number }>(sql`
      select contacts.id as id, hit.place as place from (${hits}) as hit
      cross join contacts on contacts.rowid = hit.place and contacts.tenant_id = ${tenantId}
      ${
        audienceId
          ? sql`where exists (select 1 from audience_members where tenant_id = ${tenantId}
                  and audience_id = ${audienceId} and contact_id = contacts.id)`
          : sql``
      }
      order by hit.place desc limit ${limit + 1}`);
  if (!audienceId) return toFound(await page(sql`${found} limit ${limit + 1}`), limit, null);

  const some = sql`${found} limit ${MOST_FOUND}`;
  const rows = await page(some);
  if (rows.length > limit) return toFound(rows, limit, null);
  const edge = await orm.get<{ place: number | null; hits: number }>(
    sql`select min(place) as place, count(*) as hits from (${some})`,
  );
  return toFound(rows, limit, edge.hits < MOST_FOUND ? null : edge.place);
}

function toFound(rows: { id: string; place: number }[], limit: number, edge: number | null): Found {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.place : edge;
  return { ids: shown.map(({ id }) => id), nextCursor: last == null ? null : String(last) };
}
