import { csvLine, unguardFormula } from "#core/shared/csv-cell.ts";
import { type GivenAddress, readAddress } from "./addresses.ts";
import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import { type Layout, ownColumns } from "./columns.ts";
import { type TextEncoding, textDecoder } from "./dialect.ts";
import { NOTICE_WORDS, type Notice } from "./notices.ts";
import { type Clock, type ImportedRow, isOtherChannel, REJECTION_WORDS, type Rejection, readRow } from "./row.ts";
import { cutRecords, type RecordFault } from "./slices.ts";
import { isTotalsLine } from "./totals.ts";

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
  /** What those of e-mail addresses give to their people. */
  addresses: GivenAddress[];
  /** Lines of sums below the list, which are no rows. */
  totals: number[];
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

/** Where a slice stands in the file. */
export interface SliceStart {
  line: number;
  /** It reaches the end of the file. */
  last: boolean;
  maxRecords: number;
}

/** Reads up to `maxRecords` whole records. Every one is a row, a reject, of another channel, a sum or blank. */
export function readSlice(bytes: Uint8Array, format: FileFormat, at: SliceStart): SliceReading {
  const { layout, clock } = format;
  const { records, end, lines } = recordsOf(bytes, format, at);
  const reading: SliceReading = { rows: [], rejects: [], otherChannelRows: 0, addresses: [], totals: [], end, lines };
  for (const { line, text, cells, fault } of records) {
    if (!cells) {
      reading.rejects.push({ line, cells: [text.slice(0, MAX_RAW_CHARS)], reason: fault ?? "malformed_quotes" });
      continue;
    }
    if (isOtherChannel(cells, layout)) {
      reading.otherChannelRows += 1;
      const address = readAddress(cells, layout);
      if (address) reading.addresses.push(address);
      continue;
    }
    const row = readRow(cells, layout, clock);
    if (row?.ok) reading.rows.push(Object.assign(row.value, { line, cells }));
    else if (row?.error.startsWith("phone_") && isTotalsLine(cells)) reading.totals.push(line);
    else if (row) reading.rejects.push({ line, cells, reason: row.error });
  }
  return reading;
}

/** Of up to `maxRecords` whole records only the addresses that rows of their own give. */
export function readAddresses(
  bytes: Uint8Array,
  format: FileFormat,
  at: SliceStart,
): Pick<SliceReading, "addresses" | "end" | "lines"> {
  const { records, end, lines } = recordsOf(bytes, format, at);
  const addresses = [...records].flatMap(({ cells }) => (cells && readAddress(cells, format.layout)) ?? []);
  return { addresses, end, lines };
}

interface FileRecord {
  line: number;
  text: string;
  /** Null when its quotes don't add up, or for its fault. */
  cells: string[] | null;
  fault: RecordFault | null;
}

function recordsOf(bytes: Uint8Array, { encoding, delimiter, newline }: FileFormat, at: SliceStart) {
  const slice = byteText(bytes, encoding, at.last);
  const decoder = textDecoder(slice.encoding);
  const { last, maxRecords } = at;
  const cuts = cutRecords(slice.bytes, { delimiter: delimiter.charCodeAt(0), newline, last, maxRecords });
  function* records(): Generator<FileRecord, void> {
    for (const { start, end, line, fault } of cuts.records) {
      if (start === end) continue;
      const text = decoder.decode(slice.bytes.subarray(start, end));
      yield { line: at.line + line, text, cells: fault ? null : readCells(text, delimiter), fault };
    }
  }
  return { records: records(), end: slice.fileBytes(cuts.end), lines: cuts.lines };
}

/** A line of the file of rejects: the original cells under their columns, then `Linha` and `Motivo`. */
export const rejectLine = ({ line, cells, reason }: RejectedRow, header: string[], delimiter: string): string =>
  reasonLine({ line, cells }, [`${REJECTION_WORDS[reason]} (${reason})`], header, delimiter);

/** A line of the file of notices, as one of rejects. */
export const noticeLine = (
  { line, cells, notices }: Pick<ReadRow, "line" | "cells" | "notices">,
  header: string[],
  delimiter: string,
): string =>
  reasonLine(
    { line, cells },
    notices.map((notice: Notice) => `${NOTICE_WORDS[notice]} (${notice})`),
    header,
    delimiter,
  );

function reasonLine(row: { line: number; cells: string[] }, reasons: string[], header: string[], delimiter: string) {
  // What an earlier file of ours guarded is guarded once, not twice.
  const cells = row.cells.map(unguardFormula);
  const own = ownColumns(header).map((_, index) => cells[index] ?? "");
  // What stands beyond the last column stays readable in it.
  const beyond = cells.slice(header.length);
  if (beyond.length > 0 && own.length > 0) own.push([own.pop(), ...beyond].join(delimiter));
  return csvLine([...own, String(row.line), reasons.join(" | ")], delimiter);
}
