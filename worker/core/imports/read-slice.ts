import { csvLine, unguardFormula } from "#core/shared/csv-cell.ts";
import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import type { Layout } from "./columns.ts";
import { type TextEncoding, textDecoder } from "./dialect.ts";
import { NOTICE_WORDS, type Notice } from "./notices.ts";
import { type Clock, type ImportedRow, isOtherChannel, REJECTION_WORDS, type Rejection, readRow } from "./row.ts";
import { cutRecords } from "./slices.ts";

/** How to read the records of a file; the same for all of its slices. */
export interface FileFormat {
  encoding: TextEncoding;
  delimiter: string;
  /** LF or CR, as a byte. */
  newline: number;
  layout: Layout;
  clock: Clock;
}
export interface SliceReading {
  /** With the line of the file where the row begins (the first line is 1) and its cells as they stand there. */
  rows: ReadRow[];
  rejects: RejectedRow[];
  /** Rows of another channel than the phone. */
  otherChannelRows: number;
  /** Bytes of the file and lines of the whole records that were read. */
  end: number;
  lines: number;
}
export type ReadRow = ImportedRow & { line: number; cells: string[] };
export interface RejectedRow {
  line: number;
  cells: string[];
  reason: Rejection;
}

/** A spreadsheet cell takes 32,767 characters. */
const MAX_RAW_CHARS = 32_000;

/** Reads up to `maxRecords` whole records. Every one is a row, a reject, of another channel or blank. */
export function readSlice(
  bytes: Uint8Array,
  format: FileFormat,
  at: { line: number; last: boolean; maxRecords: number },
): SliceReading {
  const { delimiter, newline, layout, clock } = format;
  const slice = byteText(bytes, format.encoding, at.last);
  const decoder = textDecoder(slice.encoding);
  const cuts = cutRecords(slice.bytes, {
    delimiter: delimiter.charCodeAt(0),
    newline,
    last: at.last,
    maxRecords: at.maxRecords,
  });
  const { lines } = cuts;
  const reading: SliceReading = { rows: [], rejects: [], otherChannelRows: 0, end: slice.fileBytes(cuts.end), lines };
  for (const record of cuts.records) {
    if (record.start === record.end) continue;
    const line = at.line + record.line;
    const text = decoder.decode(slice.bytes.subarray(record.start, record.end));
    const cells = record.fault ? null : readCells(text, delimiter);
    if (!cells) {
      reading.rejects.push({ line, cells: [text.slice(0, MAX_RAW_CHARS)], reason: record.fault ?? "malformed_quotes" });
      continue;
    }
    if (isOtherChannel(cells, layout)) {
      reading.otherChannelRows += 1;
      continue;
    }
    const row = readRow(cells, layout, clock);
    if (row?.ok) reading.rows.push(Object.assign(row.value, { line, cells }));
    else if (row) reading.rejects.push({ line, cells, reason: row.error });
  }
  return reading;
}

/** A line of the file of rejects: the original cells under their columns, then `Linha` and `Motivo`. */
export const rejectLine = ({ line, cells, reason }: RejectedRow, columns: number, delimiter: string): string =>
  reasonLine({ line, cells }, [`${REJECTION_WORDS[reason]} (${reason})`], columns, delimiter);

/** A line of the file of notices, as one of rejects. */
export const noticeLine = (
  { line, cells, notices }: Pick<ReadRow, "line" | "cells" | "notices">,
  columns: number,
  delimiter: string,
): string =>
  reasonLine(
    { line, cells },
    notices.map((notice: Notice) => `${NOTICE_WORDS[notice]} (${notice})`),
    columns,
    delimiter,
  );

/** A row of a file with what is to be said of it. */
export function reasonLine(
  row: { line: number; cells: string[] },
  reasons: string[],
  columns: number,
  delimiter: string,
) {
  // What an earlier file of ours guarded is guarded once, not twice.
  const cells = row.cells.map(unguardFormula);
  const own = Array.from({ length: columns }, (_, index) => cells[index] ?? "");
  // What stands beyond the last column stays readable in it.
  if (cells.length > columns && columns > 0) own[columns - 1] = cells.slice(columns - 1).join(delimiter);
  return csvLine([...own, String(row.line), reasons.join(" | ")], delimiter);
}
