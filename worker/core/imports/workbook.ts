import { streamXlsxRows } from "hucre/xlsx";
import { csvLine } from "#core/shared/csv-cell.ts";
import { SHEET_DELIMITER } from "./workbook-sheets.ts";

/**
 * A sheet of an Excel workbook (XLSX) as lines of CSV, as it is read: neither the file nor the sheet is held, but
 * for the texts that its cells share. Line n is row n of the sheet, also where rows are blank, so that what is said of a line is
 * found in Excel.
 *
 * @param sheet its place in the workbook
 * @throws when the bytes are no workbook, or a broken one
 */
export async function* sheetLines(file: ReadableStream<Uint8Array>, sheet = 0): AsyncGenerator<string, void> {
  let width = 0;
  let next = 0;
  for await (const { index, values } of streamXlsxRows(file, { sheet })) {
    const cells = values.map(cellText);
    // A column that was only coloured has cells down to the last row.
    while (cells.length > 0 && cells.at(-1) === "") cells.pop();
    if (cells.length === 0) continue;
    if (index > next) yield BLANK.repeat(index - next);
    next = index + 1;
    // As wide as the header: what is missing at a row's end is blank, not cut off. A title above it is narrower.
    width = Math.max(width, cells.length);
    while (cells.length < width) cells.push("");
    yield csvLine(cells, SHEET_DELIMITER);
  }
}
const BLANK = "\r\n";

type Cell = string | number | boolean | Date | null;

/** A cell as a Brazilian office reads it, with no more digits than it has; what is formatted for the eye alone is not told. */
export function cellText(value: Cell): string {
  if (value === null) return "";
  // A line break in a cell would be one in the file, and lines would no longer be the sheet's rows.
  if (typeof value === "string") return ERRORS.has(value) ? "" : value.replace(/[\r\n]+/g, " ");
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "VERDADEIRO" : "FALSO";
  return dateText(value);
}

/** What a formula shows that could not be worked out; in the file by their English names. */
const ERRORS = new Set(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]);

/** Digits without an exponent: a phone or CPF that is a number keeps them all. Excel holds fifteen. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return "";
  if (Number.isInteger(value)) return BigInt(value).toString();
  const exact = Number(value.toPrecision(15));
  return (Math.abs(exact) < 1e-6 ? exact.toFixed(15).replace(/0+$/, "") : String(exact)).replace(".", ",");
}

/** `01/03/2026`, with the time where there is one; a time alone without the day zero that Excel gives it. */
function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return "";
  const [date = "", clock = ""] = new Date(Math.round(value.getTime() / 1_000) * 1_000).toISOString().split("T");
  const time = clock.slice(0, 8);
  if (value.getTime() < FIRST_DAY) return time;
  const day = date.split("-").reverse().join("/");
  return time === "00:00:00" ? day : `${day} ${time}`;
}
/** Excel counts days from here. */
const FIRST_DAY = Date.UTC(1900, 0, 1);
