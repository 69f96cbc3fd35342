import { CR, LF, QUOTE } from "./dialect.ts";

/**
 * The most a record may hold. It bounds how far an opening quote is followed when its partner is missing, so that a
 * stray quote costs its own line and not the rest of the file.
 */
export const MAX_RECORD_BYTES = 64 * 1024;

const SPACE = 0x20;

/** `stray_line_break`: a break of another kind than the file's, outside quotes: whose cells are those behind it? */
export type RecordFault = "malformed_quotes" | "record_too_long" | "stray_line_break";

/** Where a record stands in the slice: bytes `start` to `end`, without its line end. */
export interface RecordCut {
  start: number;
  end: number;
  /** Lines of the file between the start of the slice and the record. */
  line: number;
  fault: RecordFault | null;
}
export interface Cuts {
  records: RecordCut[];
  /** Where the next slice starts: right after the last whole record. */
  end: number;
  /** Lines up to `end`. */
  lines: number;
}
export interface CutOptions {
  /** One byte. */
  delimiter: number;
  /** LF or CR. */
  newline: number;
  /** The slice reaches the end of the file. */
  last: boolean;
  maxRecords: number;
}

/**
 * Cuts a slice into whole records; what is left over belongs to the next slice. It works on bytes, because in UTF-8
 * and Windows-1252 a quote, delimiter or line end is never part of another character: cuts are exact offsets.
 *
 * A quote opens only at the start of a cell and closes only before a delimiter or line end (blanks may follow it). A
 * record whose quotes don't add up, or in which a stray CR or LF stands outside quotes, ends at its first line end and
 * is marked; the next line starts afresh.
 */
export function cutRecords(bytes: Uint8Array, options: CutOptions): Cuts {
  const { newline, last, maxRecords } = options;
  const records: RecordCut[] = [];
  let at = 0;
  let lines = 0;
  let quote = -1;
  let stray = -1;
  while (at < bytes.length && records.length < maxRecords) {
    const found = bytes.indexOf(newline, at);
    if (found === -1 && !last) break;
    const lineEnd = found === -1 ? bytes.length : found;
    // In a file of CR, one of CR LF is a line end as well.
    const start = newline === CR && bytes[at] === LF ? at + 1 : at;
    if (quote < at) quote = orEnd(bytes, bytes.indexOf(QUOTE, at));
    if (stray < start) stray = strayBreak(bytes, start, newline);

    let end = lineEnd;
    let fault: RecordFault | null = lineEnd - at > MAX_RECORD_BYTES ? "record_too_long" : null;
    if (quote < lineEnd && !fault) {
      const recordEnd = endOfQuotedRecord(bytes, start, options);
      if (recordEnd === "unfinished") break;
      if (typeof recordEnd === "string") fault = recordEnd;
      else end = recordEnd;
    } else if (stray < lineEnd && !fault) {
      fault = "stray_line_break";
    }
    records.push({ start, end: withoutCr(bytes, start, end, newline), line: lines, fault });
    lines += 1 + (end > lineEnd ? count(bytes, newline, lineEnd, end) : 0);
    at = Math.min(end + 1, bytes.length);
  }
  return { records, end: at, lines };
}

/** Without the CR of a CR LF. */
function withoutCr(bytes: Uint8Array, start: number, end: number, newline: number): number {
  return newline === LF && end > start && bytes[end - 1] === CR ? end - 1 : end;
}

/** Offset of the next break of the other kind: a CR that no LF follows, or an LF in a file of CR. */
function strayBreak(bytes: Uint8Array, from: number, newline: number): number {
  if (newline === CR) return orEnd(bytes, bytes.indexOf(LF, from));
  let at = bytes.indexOf(CR, from);
  while (at !== -1 && endsLine(bytes, at)) at = bytes.indexOf(CR, at + 1);
  return orEnd(bytes, at);
}

/** A CR before LF is part of the line end; one at the end of what is there may be. */
const endsLine = (bytes: Uint8Array, cr: number) => cr + 1 >= bytes.length || bytes[cr + 1] === LF;

/** Offset of the line end (or of the end of the file) that closes the record at `start`. */
function endOfQuotedRecord(
  bytes: Uint8Array,
  start: number,
  { delimiter, newline, last }: CutOptions,
): number | "unfinished" | "malformed_quotes" | "stray_line_break" {
  const limit = Math.min(bytes.length, start + MAX_RECORD_BYTES);
  const runOut = () => (limit === bytes.length && !last ? "unfinished" : "malformed_quotes");
  const isStray = (at: number) => (newline === CR ? bytes[at] === LF : bytes[at] === CR && !endsLine(bytes, at));
  let at = start;
  for (;;) {
    if (bytes[at] === QUOTE) {
      const closing = closingQuote(bytes, at + 1, limit);
      if (closing === -1) return runOut();
      at = closing + 1;
      while (at < limit && bytes[at] === SPACE && delimiter !== SPACE) at += 1;
      if (newline === LF && bytes[at] === CR && (at + 1 >= limit || bytes[at + 1] === LF)) at += 1;
      // At the end of what is there, the quote may still turn out to be the first of two.
      if (at >= bytes.length) return last ? bytes.length : "unfinished";
      if (at < limit && isStray(at)) return "stray_line_break";
      if (at >= limit || (bytes[at] !== delimiter && bytes[at] !== newline)) return "malformed_quotes";
    } else {
      while (at < limit && bytes[at] !== delimiter && bytes[at] !== newline && !isStray(at)) at += 1;
      if (at >= bytes.length) return last ? bytes.length : "unfinished";
      if (at >= limit) return "malformed_quotes";
      if (isStray(at)) return "stray_line_break";
    }
    if (bytes[at] === newline) return at;
    at += 1;
  }
}

/** The quote that is not one of a pair, or -1 before `limit`. */
function closingQuote(bytes: Uint8Array, from: number, limit: number): number {
  for (let at = from; at < limit; at += 1) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at + 1] !== QUOTE) return at;
    at += 1;
  }
  return -1;
}

function count(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === wanted) total += 1;
  return total;
}

const orEnd = (bytes: Uint8Array, index: number) => (index === -1 ? bytes.length : index);
