import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import type { Deps } from "#deps.ts";

/** How long one request counts: some millions of contacts, and short of what people wait for. */
const COUNTING_MS = 10_000;

export interface MatchCount {
  matched: number;
  looked: number;
  /** False when time ran out before the last contact. */
  complete: boolean;
}

/** How many of the tenant's contacts match at this moment; part by part, so that the database serves others in between. */
export async function countMatching(
  deps: Pick<Deps, "now" | "store">,
  tenantId: string,
  filter: AudienceFilter,
): Promise<MatchCount> {
  const { contacts } = deps.store(tenantId);
  const now = deps.now();
  const count = { matched: 0, looked: 0 };
  let cursor: string | null = null;
  do {
    const part = await contacts.countMatching({ filter, now, cursor });
    count.matched += part.matched;
    count.looked += part.looked;
    cursor = part.nextCursor;
  } while (cursor !== null && deps.now() - now < COUNTING_MS);
  return { ...count, complete: cursor === null };
}
