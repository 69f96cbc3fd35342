import { byField, type ContactField } from "#core/audience/contact-fields.ts";
import { MOST_FIRST_ROWS } from "./check.ts";
import type { Notice } from "./notices.ts";
import type { ReadRow, SliceReading } from "./read-slice.ts";
import type { ImportedRow, Rejection } from "./row.ts";

/** One of the first rows of a checked file: what it would become, or why it is rejected. */
export interface FirstRow {
  /** Line of the file. */
  line: number;
  becomes: "new" | "known" | "rejected";
  /** As they stand in the file. */
  cells: string[];
  person: FirstPerson | null;
  reason: Rejection | null;
  notices: Notice[];
}
export type FirstPerson = Pick<ImportedRow, "phone" | "name" | "hashtags" | "attributes" | "optIn"> &
  Record<ContactField, string | null>;

/** The first rows in the order of the file. @param known phones that contacts have */
export function firstRows(
  { rows, rejects }: { rows: ReadRow[]; rejects: SliceReading["rejects"] },
  known: ReadonlySet<string>,
): FirstRow[] {
  const taken = rows.slice(0, MOST_FIRST_ROWS).map((row): FirstRow => {
    const { line, cells, notices, phone, name, hashtags, attributes, optIn } = row;
    const person = { phone, name, ...byField((field) => row[field]), hashtags, attributes, optIn };
    return { line, becomes: known.has(phone) ? "known" : "new", cells, person, reason: null, notices };
  });
  const rejected = rejects
    .slice(0, MOST_FIRST_ROWS)
    .map(
      ({ line, cells, reason }): FirstRow => ({ line, becomes: "rejected", cells, person: null, reason, notices: [] }),
    );
  return [...taken, ...rejected].toSorted((a, b) => a.line - b.line).slice(0, MOST_FIRST_ROWS);
}
