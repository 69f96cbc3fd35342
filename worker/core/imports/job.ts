import type { FileNotice, Notice, ReasonTally } from "./notices.ts";
import type { Rejection } from "./row.ts";

/** Why a whole file could not be imported. */
export type ImportError =
  | "binary_file"
  | "empty_file"
  | "no_phone_column"
  | "too_many_columns"
  | "line_too_long"
  | "file_missing"
  | "audience_deleted"
  | "stalled";

/** For the alert and for the import itself. */
export const IMPORT_ERROR_WORDS: Record<ImportError, string> = {
  binary_file: "The file is no text: it looks like a spreadsheet, PDF or image. Save it as CSV and import it again.",
  empty_file: "The file has no header line.",
  no_phone_column: "No column of the file holds phone numbers. Name one NumeroTelefone, or give a mapping.",
  too_many_columns: "The file has more than 200 columns.",
  line_too_long: "A line of the file is longer than 2 MiB, so it can't be a list of people.",
  file_missing: "The uploaded file is no longer there. Import it again.",
  audience_deleted: "The audience was deleted while the file was being imported.",
  stalled: "The import stopped moving and was given up. Import the file again: rows already taken are updated.",
};

/** Where the next slice starts and what it needs to know of the ones before. */
export interface ImportCursor {
  /** Byte of the file. */
  offset: number;
  /** Line of the file at `offset`; the first is 1. */
  line: number;
  header: string[];
  /** LF or CR, as a byte. */
  newline: number;
  /** Why rows were left out or are to be looked at, counted up to `offset`. Absent in imports begun before it was. */
  rejections?: ReasonTally<Rejection>;
  notices?: ReasonTally<Notice>;
  fileNotices?: FileNotice[];
}

/** Under which names the parts of an import's file of rejects or notices lie, in the order of the file. */
export const partsPrefix = (tenantId: string, importId: string, file: "rejects" | "notices") =>
  `${tenantId}/imports/${importId}/${file}/`;
