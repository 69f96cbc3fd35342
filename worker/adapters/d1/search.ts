import { and, type Column, type SQL, sql } from "drizzle-orm";
import { foldedSql, isShortNumber, nameTerms } from "#core/shared/search.ts";

/**
 * Whether all words of `q` stand in a name; undefined, for any, when `q` is empty. It folds each row it looks at, which
 * suits lists of some thousands. Not LIKE, whose patterns D1 cuts at 50 bytes.
 */
export function nameMatches(column: Column, q: string | undefined): SQL | undefined {
  const parts = foldedSql("\u0001")
    .split("\u0001")
    .map((part) => sql.raw(part));
  return allStand(sql.join(parts, sql`${column}`), nameTerms(q ?? ""));
}

/** Whether all terms stand in what is folded already; undefined when there are none. */
const allStand = (folded: SQL, terms: readonly string[]): SQL | undefined =>
  and(...terms.map((term) => sql`instr(${folded}, ${term}) > 0`));

/** The same for a contact, by its column `search`: the name, a tab, and what else it is found by. */
export function contactMatches(search: SQL, terms: readonly string[]): SQL | undefined {
  const name = sql`substr(${search}, 1, instr(${search}, char(9)))`;
  const [short, long] = [terms.filter(isShortNumber), terms.filter((term) => !isShortNumber(term))];
  return and(allStand(search, long), allStand(name, short));
}
