import { err, ok, type Result } from "#core/shared/result.ts";
import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import { type Layout, readLayout } from "./columns.ts";
import {
  type Delimiter,
  delimiterHint,
  detectDelimiter,
  detectNewline,
  markLength,
  type TextEncoding,
  textDecoder,
} from "./dialect.ts";
import type { ImportCursor, ImportError } from "./job.ts";
import type { FileNotice } from "./notices.ts";
import { plainCell } from "./row.ts";
import { cutRecords, MAX_RECORD_BYTES } from "./slices.ts";

/** A character that no header has: what names no column for phones then is no text. */
const BINARY = /[^\P{Cc}\t\r\n]/u;

export interface Head {
  delimiter: string;
  layout: Layout;
  /** Right after the header. */
  cursor: ImportCursor;
}
export interface HeadOptions {
  encoding: TextEncoding;
  /** Null to detect it. */
  delimiter: string | null;
  mapping: Record<string, string> | null;
  /** `start` is the whole file. */
  last: boolean;
}

/** The header as it stands in the file, whatever its columns are. */
export interface Header {
  delimiter: string;
  names: string[];
  /** False when a character stands in its line that no header has: the file may be no text at all. */
  isText: boolean;
  cursor: Pick<ImportCursor, "offset" | "line" | "newline">;
}

/** Reads the header: the first line that is not blank, behind a byte order mark and Excel's `sep=;`, if there are any. */
export function readHeader(start: Uint8Array, options: Omit<HeadOptions, "mapping">): Result<Header, ImportError> {
  const { bytes, encoding, fileBytes } = byteText(start, options.encoding, options.last);
  const decoder = textDecoder(encoding);
  const newline = detectNewline(bytes);
  let delimiter = options.delimiter;
  let offset = markLength(bytes);
  let line = 1;
  while (offset < bytes.length) {
    const rest = bytes.subarray(offset);
    const lineEnd = rest.indexOf(newline);
    const firstLine = decoder.decode(rest.subarray(0, lineEnd === -1 ? MAX_RECORD_BYTES : lineEnd));
    const isText = !BINARY.test(firstLine);

    const hint: Delimiter | null = delimiterHint(firstLine.trim());
    const guess = delimiter ?? detectDelimiter(firstLine);
    const { records, end, lines } = cutRecords(rest, {
      delimiter: guess.charCodeAt(0),
      newline,
      last: options.last,
      maxRecords: 1,
    });
    const record = records[0];
    if (!record) return err(isText ? "line_too_long" : "binary_file");
    offset += end;
    line += lines;
    if (hint) {
      delimiter ??= hint;
      continue;
    }
    const text = decoder.decode(rest.subarray(record.start, record.end));
    const names = (readCells(text, guess) ?? text.split(guess)).map(plainCell);
    if (names.every((cell) => cell === "")) continue;
    return ok({ delimiter: guess, names, isText, cursor: { offset: fileBytes(offset), line, newline } });
  }
  return err("empty_file");
}

/** Reads the header and what each of its columns is. */
export function readHead(start: Uint8Array, options: HeadOptions): Result<Head, ImportError> {
  const read = readHeader(start, options);
  if (!read.ok) return read;
  const { delimiter, names: header, isText, cursor } = read.value;
  const layout = readLayout(header, options.mapping);
  if (!layout.ok) return err(isText ? layout.error : "binary_file");
  const fileNotices: FileNotice[] = layout.value.fields.optIn === undefined ? ["no_consent_column"] : [];
  return ok({ delimiter, layout: layout.value, cursor: { ...cursor, header, fileNotices } });
}
