import { and, type Column, type SQL, sql } from "drizzle-orm";
import { foldedSql, foldSteps, isShortNumber, nameTerms } from "#core/shared/search.ts";

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

/**
 * `fold` of a text that a query makes: in steps, since a condition around it needs some of D1's 100 levels for itself.
 * The limits keep SQLite from writing each step out wherever the next one names it.
 */
export function foldedInSteps(text: SQL): SQL {
  const steps = foldSteps.reduce(
    (inner, step, index) =>
      sql`select ${sql.raw(step(`f${index}`))} as ${sql.raw(`f${index + 1}`)} from (${inner}) limit 1`,
    sql`select plain as f0 limit 1`,
  );
  const folded = sql`(select ${sql.raw(`f${foldSteps.length}`)} from (${steps}) limit 1)`;
  // Most texts have plain letters only.
  const marked = sql`case when plain glob '*[^ -~]*' then ${folded} else plain end`;
  return sql`(select lower(${marked}) from (select ${text} as plain limit 1) limit 1)`;
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
