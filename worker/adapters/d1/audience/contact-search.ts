import { sql } from "drizzle-orm";
import type { PageQuery } from "#adapters/d1/page.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { WordsWanted } from "#core/audience/contact-words.ts";

/**
 * People found that one request looks through for members of an audience at most: some 50 ms of the one thread that all
 * tenants share. The search goes on with the cursor, so a page may be short, or empty, and still not be the last.
 */
export const MOST_FOUND = 10_000;

interface Search extends PageQuery {
  wanted: WordsWanted;
  audienceId?: string | undefined;
}

interface Found {
  ids: string[];
  nextCursor: string | null;
}
/** Who has these very words comes first, and of them who came last; a place is a rowid of the index. */
interface Hit {
  id: string;
  stage: number;
  place: number;
}

/**
 * Ids of the contacts found, at most `limit`. Those with the whole words come first, which the index reads one by one;
 * for beginnings of words it has to put together all that begin so, and few searches get there. The cursor is a place
 * in the index, which stays when people come or go.
 */
export async function searchContacts(
  { orm, tenantId }: TenantDb,
  { wanted: { whole, begins }, audienceId, limit, cursor }: Search,
): Promise<Found> {
  const stages = [whole, `(${begins}) NOT (${whole})`];
  let [stage = 0, below = null]: (number | null)[] = cursor?.split(":").map(Number) ?? [];
  const hits: Hit[] = [];
  for (stage ??= 0; stage < stages.length; stage += 1) {
    const before = below === null ? sql`` : sql` and rowid < ${below}`;
    const most = audienceId ? MOST_FOUND : limit + 1 - hits.length;
    const found = sql`select rowid as place from contact_words
      where contact_words match ${stages[stage]}${before} order by rowid desc limit ${most}`;
    const isMember = audienceId
      ? sql`where exists (select 1 from audience_members where tenant_id = ${tenantId}
              and audience_id = ${audienceId} and contact_id = contacts.id)`
      : sql``;
    const rows = await orm.all<Omit<Hit, "stage">>(sql`
      select contacts.id as id, hit.place as place from (${found}) as hit
      cross join contacts on contacts.rowid = hit.place and contacts.tenant_id = ${tenantId}
      ${isMember} order by hit.place desc limit ${limit + 1 - hits.length}`);
    for (const row of rows) hits.push({ ...row, stage });
    if (hits.length > limit) return toFound(hits.slice(0, limit));
    if (audienceId) {
      const edge = await orm.get<{ place: number | null; n: number }>(
        sql`select min(place) as place, count(*) as n from (${found})`,
      );
      if (edge.n === MOST_FOUND) return { ...toFound(hits), nextCursor: `${stage}:${edge.place}` };
    }
    below = null;
  }
  return { ...toFound(hits), nextCursor: null };
}

function toFound(hits: Hit[]): Found {
  const last = hits.at(-1);
  return { ids: hits.map(({ id }) => id), nextCursor: last ? `${last.stage}:${last.place}` : null };
}
