import { type ImportField, type Layout, readLayout } from "$core/imports/columns.ts";
import { encodingProbe, type TextEncoding } from "$core/imports/dialect.ts";
import { readHeader } from "$core/imports/head.ts";
import { type ImportError, MOST_WORKBOOK_BYTES } from "$core/imports/job.ts";
import { readSlice } from "$core/imports/read-slice.ts";
import type { Clock, Rejection } from "$core/imports/row.ts";
import { chooseSheet } from "$core/imports/sheet-choice.ts";
import { type ReadRange, workbookSheets } from "$core/imports/workbook-sheets.ts";
import { err, ok, type Result } from "$core/shared/result.ts";

/** Enough of a file to show what is in it: many times the longest record. */
const START_BYTES = 512 * 1024;
/** As many rows as are read without a pause that anybody notices. */
const MOST_ROWS = 500;
const MOST_SAMPLES = 3;

/** The beginning of a file that somebody chose. */
export interface FileStart {
  bytes: Uint8Array;
  encoding: TextEncoding;
  /** It is the whole file. */
  whole: boolean;
  /** Set when the bytes are the text of a workbook's sheet, as the import writes it. */
  workbook: WorkbookLook | null;
}

/** A workbook's sheets by name, none when they can't be told, and the one that is shown. */
export interface WorkbookLook {
  sheets: string[];
  sheet: string | null;
}

/** How the file is to be read, where a person decided it. */
export interface FileChoices {
  delimiter: string | null;
  encoding: TextEncoding | null;
  /** Column of the file → column of the contract. */
  mapping: Record<string, string>;
}

export interface FileColumn {
  index: number;
  /** As it stands in the file. */
  header: string;
  /** What it is taken for: a field, an attribute of this name, or null when it is left out. */
  taken: { field: ImportField } | { attribute: string } | null;
  samples: string[];
}

/** What would become of the file's first rows. */
export interface FileLook {
  encoding: TextEncoding;
  delimiter: string;
  columns: FileColumn[];
  /** Without a column for phones there is nobody to write to. */
  hasPhone: boolean;
  /** How many rows were read, and whether those are all of the file. */
  rows: number;
  whole: boolean;
  good: number;
  otherChannel: number;
  rejections: Map<Rejection, number>;
  /** Lines of sums below the list. */
  totals: number[];
  workbook: WorkbookLook | null;
}

/**
 * Throws when the file is no longer there.
 *
 * @param sheet of a workbook, where a person chose it
 */
export async function readStart(file: Blob, sheet: string | null = null): Promise<Result<FileStart, ImportError>> {
  const bytes = new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer());
  const probe = encodingProbe();
  probe.push(bytes);
  const { encoding } = probe.verdict();
  if (encoding === "binary") return err("binary_file");
  if (encoding === "workbook") return sheetStart(file, sheet);
  return ok({ bytes, encoding, whole: bytes.length === file.size, workbook: null });
}

/** The first rows of a workbook's sheet, the one that is asked for or the one that an import would choose. */
async function sheetStart(file: Blob, asked: string | null): Promise<Result<FileStart, ImportError>> {
  if (file.size > MOST_WORKBOOK_BYTES) return err("workbook_too_large");
  // Large, and seldom needed.
  const { sheetLines } = await import("$core/imports/workbook.ts");
  const read: ReadRange = async ({ offset, length }) =>
    new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  let text = "";
  let whole = true;
  try {
    const sheets = await workbookSheets(read, file.size);
    const { sheet, lines } = await chooseSheet(sheets, asked, async (index) => sheetLines(file.stream(), index), null);
    for await (const line of lines) {
      text += line;
      whole = text.length < START_BYTES;
      if (!whole) break;
    }
    const workbook = { sheets: sheets?.map(({ name }) => name) ?? [], sheet: sheet?.name ?? null };
    return ok({ bytes: new TextEncoder().encode(text), encoding: "utf-8", whole, workbook });
  } catch {
    // Or it has gone meanwhile: then this throws.
    await file.slice(0, 1).arrayBuffer();
    return err("workbook_unreadable");
  }
}

/** Looks at the first rows by the same rules by which the import will take them. */
export function lookAt(start: FileStart, choices: FileChoices, clock: Clock): Result<FileLook, ImportError> {
  // UTF-16 and workbooks are seen whatever is said, as the import sees them.
  const isSeen = start.workbook !== null || start.encoding.startsWith("utf-16");
  const encoding = isSeen ? start.encoding : (choices.encoding ?? start.encoding);
  const { bytes, whole: last } = start;
  const { mapping } = choices;
  const head = readHeader(bytes, { encoding, delimiter: start.workbook ? ";" : choices.delimiter, mapping, last });
  if (!head.ok) return head;
  const { delimiter, names, isText, cursor } = head.value;
  const read = readLayout(names, mapping);
  if (!read.ok && !isText) return err("binary_file");
  if (!read.ok && read.error !== "no_phone_column") return err(read.error);
  const layout = read.ok ? read.value : layoutOfNobody(names);

  const format = { encoding, delimiter, newline: cursor.newline, layout, clock };
  const slice = readSlice(bytes.subarray(cursor.offset), format, { line: cursor.line, last, maxRecords: MOST_ROWS });
  const rejections = new Map<Rejection, number>();
  for (const { reason } of slice.rejects) rejections.set(reason, (rejections.get(reason) ?? 0) + 1);
  const cells = [...slice.rows, ...slice.rejects.filter((row) => row.cells.length > 1)].map((row) => row.cells);
  return ok({
    encoding,
    delimiter,
    columns: names.map((header, index) => ({
      index,
      header,
      taken: takenFor(layout, index),
      samples: samplesOf(cells, index),
    })),
    hasPhone: read.ok,
    rows: slice.rows.length + slice.rejects.length + slice.otherChannelRows,
    whole: last && cursor.offset + slice.end === bytes.length,
    good: slice.rows.length,
    otherChannel: slice.otherChannelRows,
    rejections,
    totals: slice.totals,
    workbook: start.workbook,
  });
}

/** Until somebody says which column holds the phones, each is only shown by its name. */
const layoutOfNobody = (header: string[]): Layout => ({
  header,
  fields: {},
  attributes: header.map((name, index) => [index, name]),
});

function takenFor({ fields, attributes }: Layout, index: number): FileColumn["taken"] {
  const field = (Object.keys(fields) as ImportField[]).find((name) => fields[name] === index);
  if (field) return { field };
  const attribute = attributes.find(([at]) => at === index)?.[1];
  return attribute === undefined ? null : { attribute };
}

const samplesOf = (rows: string[][], index: number): string[] =>
  [...new Set(rows.map((cells) => (cells[index] ?? "").trim()).filter((cell) => cell !== ""))].slice(0, MOST_SAMPLES);
