import { err, ok, type Result } from "#core/shared/result.ts";
import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import { knownNames, type Layout, readLayout } from "./columns.ts";
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

/** Titles, blank lines and a logo's row stand above a header; from here on it would be another table. */
const LAST_HEADER_LINE = 50;

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

/**
 * Reads the header, behind a byte order mark and Excel's `sep=;`, if there are any: the first line that names a column for
 * phones. Where none does it is the line that looks most like one, so that a person can say which column holds them.
 */
export function readHeader(start: Uint8Array, options: HeadOptions): Result<Header, ImportError> {
  const { lines, failure } = firstLines(start, options);
  const [first] = lines;
  if (!first) return err(failure);
  return ok(headerWithPhone(lines, options.mapping) ?? { ...likeliestHeader(lines, first), isText: first.isText });
}

/** The first lines that are not blank, each as if it were the header; why there are none. */
function firstLines(start: Uint8Array, options: HeadOptions): { lines: Header[]; failure: ImportError } {
  const { bytes, encoding, fileBytes } = byteText(start, options.encoding, options.last);
  const decoder = textDecoder(encoding);
  const newline = detectNewline(bytes);
  const lines: Header[] = [];
  let delimiter = options.delimiter;
  let offset = markLength(bytes);
  let line = 1;
  while (offset < bytes.length && (lines.length === 0 || line <= LAST_HEADER_LINE)) {
    const rest = bytes.subarray(offset);
    const lineEnd = rest.indexOf(newline);
    const lineText = decoder.decode(rest.subarray(0, lineEnd === -1 ? MAX_RECORD_BYTES : lineEnd));
    const isText = !BINARY.test(lineText);

    const hint: Delimiter | null = delimiterHint(lineText.trim());
    const guess = delimiter ?? detectDelimiter(lineText);
    const cut = cutRecords(rest, { delimiter: guess.charCodeAt(0), newline, last: options.last, maxRecords: 1 });
    const record = cut.records[0];
    if (!record) return { lines, failure: isText ? "line_too_long" : "binary_file" };
    offset += cut.end;
    line += cut.lines;
    if (hint) {
      delimiter ??= hint;
      continue;
    }
    const text = decoder.decode(rest.subarray(record.start, record.end));
    const names = (readCells(text, guess) ?? text.split(guess)).map(plainCell);
    if (names.every((cell) => cell === "")) continue;
    lines.push({ delimiter: guess, names, isText, cursor: { offset: fileBytes(offset), line, newline } });
  }
  return { lines, failure: "empty_file" };
}

const filled = ({ names }: Header) => names.filter((name) => name !== "").length;
/** A phone or a document stands in the line: it is a row. */
const hasNumber = ({ names }: Header) => names.some((name) => /^\d{8,}$/.test(name.replace(/[\s().+-]/g, "")));

function headerWithPhone(lines: Header[], mapping: HeadOptions["mapping"]): Header | null {
  /** A header of one column, or a title such as `WhatsApp`: what follows tells. */
  let lone: Header | null = null;
  /** A line that may be a header with phones under a name that nobody knows: then a row may say `Celular` somewhere. */
  let hasRival = false;
  for (const line of lines) {
    const isRow = hasNumber(line);
    const known = knownNames(line.names, mapping);
    const namesPhone = readLayout(line.names, mapping).ok || readLayout(line.names, null).ok;
    if (namesPhone && !isRow && filled(line) === 1) {
      lone ??= line;
    } else if (namesPhone && !isRow && (known > 1 || !hasRival)) {
      return line;
    } else if (lone && isRow) {
      return lone;
    } else if (filled(line) > 1) {
      lone = null;
      hasRival ||= known > 0;
    }
  }
  return lone;
}

function likeliestHeader(lines: Header[], first: Header): Header {
  const tables = lines.filter((line) => filled(line) > 1 && !hasNumber(line));
  const most = Math.max(0, ...tables.map(({ names }) => knownNames(names, null)));
  if (most > 0) return tables.find(({ names }) => knownNames(names, null) === most) ?? first;
  return filled(first) > 1 ? first : (tables[0] ?? first);
}

/** Reads the header and what each of its columns is. */
export function readHead(start: Uint8Array, options: HeadOptions): Result<Head, ImportError> {
  const read = readHeader(start, options);
  if (!read.ok) return read;
  const { delimiter, names: header, isText, cursor } = read.value;
  const layout = readLayout(header, options.mapping);
  if (!layout.ok) return err(isText ? layout.error : "binary_file");
  const fileNotices: FileNotice[] = layout.value.fields.optIn === undefined ? ["no_consent_column"] : [];
  const reread = layout.value.fields.channel === undefined ? {} : { rereadFrom: cursor.offset };
  return ok({ delimiter, layout: layout.value, cursor: { ...cursor, header, fileNotices, ...reread } });
}
