import { csvLine } from "../csv-cell.ts";
import { readCells } from "./cells.ts";
import type { Layout } from "./columns.ts";
import { type TextEncoding, textDecoder } from "./dialect.ts";
import { type ImportedRow, REJECTION_WORDS, type Rejection, readRow } from "./row.ts";
import { cutRecords } from "./slices.ts";

/** How to read the records of a file; the same for all of its slices. */
export interface FileFormat {
  encoding: TextEncoding;
  delimiter: string;
  /** LF or CR, as a byte. */
  newline: number;
  layout: Layout;
  /** IANA name: wall clocks in the file are read in it. */
  timeZone: string;
}
export interface SliceReading {
  /** With the line of the file where the row begins; the first line is 1. */
  rows: (ImportedRow & { line: number })[];
  rejects: RejectedRow[];
  /** Bytes and lines of the whole records that were read. */
  end: number;
  lines: number;
}
export interface RejectedRow {
  line: number;
  cells: string[];
  reason: Rejection;
}

/** A spreadsheet cell takes 32,767 characters. */
const MAX_RAW_CHARS = 32_000;

/** Reads up to `maxRecords` whole records. Every one is a row, a reject or blank. */
export function readSlice(
  bytes: Uint8Array,
  format: FileFormat,
  at: { line: number; last: boolean; maxRecords: number },
): SliceReading {
  const { encoding, delimiter, newline, layout, timeZone } = format;
  const decoder = textDecoder(encoding);
  const cuts = cutRecords(bytes, {
    delimiter: delimiter.charCodeAt(0),
    newline,
    last: at.last,
    maxRecords: at.maxRecords,
  });
  const reading: SliceReading = { rows: [], rejects: [], end: cuts.end, lines: cuts.lines };
  for (const record of cuts.records) {
    if (record.start === record.end) continue;
    const line = at.line + record.line;
    const text = decoder.decode(bytes.subarray(record.start, record.end));
    const cells = record.fault ? null : readCells(text, delimiter);
    if (!cells) {
      reading.rejects.push({ line, cells: [text.slice(0, MAX_RAW_CHARS)], reason: record.fault ?? "malformed_quotes" });
      continue;
    }
    const row = readRow(cells, layout, timeZone);
    if (row?.ok) reading.rows.push(Object.assign(row.value, { line }));
    else if (row) reading.rejects.push({ line, cells, reason: row.error });
  }
  return reading;
}

/** A line of the reject file: the original cells under their columns, then `Linha` and `Motivo`. */
export function rejectLine({ line, cells, reason }: RejectedRow, columns: number, delimiter: string): string {
  const own = Array.from({ length: columns }, (_, index) => cells[index] ?? "");
  // What stands beyond the last column stays readable in it.
  if (cells.length > columns && columns > 0) own[columns - 1] = cells.slice(columns - 1).join(delimiter);
  return csvLine([...own, String(line), `${REJECTION_WORDS[reason]} (${reason})`], delimiter);
}
