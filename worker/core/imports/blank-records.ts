import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import { CR, LF, type TextEncoding, textDecoder } from "./dialect.ts";
import { cutRecords, MAX_RECORD_BYTES } from "./slices.ts";

export interface RecordFormat {
  encoding: TextEncoding;
  delimiter: string;
  /** LF or CR, as a byte. */
  newline: number;
}
/** Whose records are looked for. */
export interface RecordFinder {
  /** False when no record of this text can be meant. */
  mayBeIn(text: string): boolean;
  inCells(cells: string[]): boolean;
}
export interface BlankedPart {
  /** The whole records of the part, as long as they were. */
  bytes: Uint8Array;
  blanked: number;
}

const SPACE = 0x20;

/**
 * Records with blanks in place of everything that was in them. Length and line breaks stay: an import reads on from a
 * byte of its file, the proof of a consent is a line of it, and a download is as long as it was said to be.
 *
 * @param last the part reaches the end of the file; else what is left over of a record is not answered
 */
export function blankRecords(part: Uint8Array, format: RecordFormat, last: boolean, finder: RecordFinder): BlankedPart {
  const slice = byteText(part, format.encoding, last);
  const decoder = textDecoder(slice.encoding);
  const delimiter = format.delimiter.charCodeAt(0);
  const cuts = cutRecords(slice.bytes, {
    delimiter,
    newline: format.newline,
    last,
    maxRecords: Number.MAX_SAFE_INTEGER,
  });
  // No line end in all of it: what is no list of people is looked at as one record.
  const isOneRecord = cuts.end === 0 && (last || part.length > MAX_RECORD_BYTES);
  const end = isOneRecord ? slice.bytes.length : cuts.end;
  const records = isOneRecord ? [{ start: 0, end, fault: "record_too_long" as const }] : cuts.records;
  const fileEnd = isOneRecord ? part.length : slice.fileBytes(end);
  if (!finder.mayBeIn(decoder.decode(slice.bytes.subarray(0, end))))
    return { bytes: part.subarray(0, fileEnd), blanked: 0 };

  const bytes = part.slice(0, fileEnd);
  let blanked = 0;
  for (const record of records) {
    const text = decoder.decode(slice.bytes.subarray(record.start, record.end));
    if (!finder.mayBeIn(text)) continue;
    const cells = record.fault ? null : readCells(text, format.delimiter);
    if (!finder.inCells(cells ?? [text])) continue;
    blank(bytes, slice.fileBytes(record.start), slice.fileBytes(record.end), format.encoding);
    blanked += 1;
  }
  return { bytes, blanked };
}

function blank(bytes: Uint8Array, from: number, to: number, encoding: TextEncoding): void {
  const unit = encoding === "utf-16le" || encoding === "utf-16be" ? 2 : 1;
  const low = encoding === "utf-16be" ? 1 : 0;
  for (let at = from; at + unit <= to; at += unit) {
    const isBreak = bytes[at + low] === CR || bytes[at + low] === LF;
    if (isBreak && (unit === 1 || bytes[at + 1 - low] === 0)) continue;
    bytes.fill(0, at, at + unit);
    bytes[at + low] = SPACE;
  }
}
