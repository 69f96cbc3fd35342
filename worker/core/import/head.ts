import { err, ok, type Result } from "../model.ts";
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
import { cutRecords } from "./slices.ts";

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

/** Reads the header: the first line that is not blank, behind a byte order mark and Excel's `sep=;`, if there are any. */
export function readHead(start: Uint8Array, options: HeadOptions): Result<Head, ImportError> {
  const decoder = textDecoder(options.encoding);
  const newline = detectNewline(start);
  let delimiter = options.delimiter;
  let offset = markLength(start);
  let line = 1;
  while (offset < start.length) {
    const rest = start.subarray(offset);
    const lineEnd = rest.indexOf(newline);
    if (lineEnd === -1 && !options.last) return err("line_too_long");
    const firstLine = decoder.decode(lineEnd === -1 ? rest : rest.subarray(0, lineEnd));

    const hint: Delimiter | null = delimiterHint(firstLine.trim());
    const guess = delimiter ?? detectDelimiter(firstLine);
    const { records, end, lines } = cutRecords(rest, {
      delimiter: guess.charCodeAt(0),
      newline,
      last: options.last,
      maxRecords: 1,
    });
    const record = records[0];
    if (!record) return err("line_too_long");
    offset += end;
    line += lines;
    if (hint) {
      delimiter ??= hint;
      continue;
    }
    const text = decoder.decode(rest.subarray(record.start, record.end));
    const cells = readCells(text, guess) ?? text.split(guess);
    if (cells.every((cell) => cell.trim() === "")) continue;

    const header = cells.map((cell) => cell.trim());
    const layout = readLayout(header, options.mapping);
    if (!layout.ok) return layout;
    return ok({ delimiter: guess, layout: layout.value, cursor: { offset, line, header, newline } });
  }
  return err("empty_file");
}
