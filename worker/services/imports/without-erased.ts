import type { ReadRow, RejectedRow } from "#core/imports/read-slice.ts";
import { erasedAmong } from "#services/audience/erasures.ts";
import type { Needs } from "./import-run.ts";

/** The rows but for those of people who were erased; of these nothing but the line is kept. @param lastErased null: nobody was */
export async function withoutErased(deps: Needs, tenantId: string, rows: ReadRow[], lastErased: number | null) {
  const people = lastErased === null ? new Set<ReadRow>() : await erasedAmong(deps, tenantId, rows);
  const erased = [...people].map(({ line }): RejectedRow => ({ line, cells: [], reason: "person_erased" }));
  return { allowed: rows.filter((row) => !people.has(row)), erased };
}
