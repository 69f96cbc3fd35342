import { readHead } from "./head.ts";
import { SHEET_DELIMITER, type WorkbookSheet } from "./workbook-sheets.ts";

/** Enough of a sheet to see a header, 50 lines down at most, and a row below it. */
const MOST_CHARS = 256 * 1024;
const MOST_LINES = 100;
/** Each that is looked into has the workbook read again. */
const MOST_SHEETS = 10;

/** A sheet as it is read. */
export interface OpenSheet {
  /** Null when nobody knows the workbook's sheets: it is the first then. */
  sheet: WorkbookSheet | null;
  lines: AsyncGenerator<string, void>;
}

/**
 * The sheet that is read: the one that is asked for, else the first with people (a column for phones and a row), else the
 * first.
 *
 * @param open gives the lines of the sheet at a place in the workbook, from its first on
 */
export async function chooseSheet(
  sheets: WorkbookSheet[] | null,
  asked: string | null,
  open: (index: number) => Promise<AsyncGenerator<string, void>>,
  mapping: Record<string, string> | null,
): Promise<OpenSheet> {
  const told = sheets?.find(({ name }) => name === asked);
  const [first] = sheets ?? [];
  if (told || !sheets || !first || sheets.length === 1) {
    const sheet = told ?? first ?? null;
    return { sheet, lines: await open(sheet?.index ?? 0) };
  }
  for (const sheet of sheets.slice(0, MOST_SHEETS)) {
    const lines = await open(sheet.index);
    const start = await firstLines(lines);
    if (holdsPeople(start, mapping)) return { sheet, lines: continued(start, lines) };
    await lines.return();
  }
  return { sheet: first, lines: await open(first.index) };
}

async function firstLines(lines: AsyncGenerator<string, void>): Promise<string> {
  let start = "";
  for (let count = 0; count < MOST_LINES && start.length < MOST_CHARS; count += 1) {
    const { value, done } = await lines.next();
    if (done) break;
    start += value;
  }
  return start;
}

async function* continued(start: string, lines: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  if (start !== "") yield start;
  yield* lines;
}

function holdsPeople(start: string, mapping: Record<string, string> | null): boolean {
  const bytes = new TextEncoder().encode(start);
  const head = readHead(bytes, { encoding: "utf-8", delimiter: SHEET_DELIMITER, mapping, last: true });
  if (!head.ok) return false;
  const rows = new TextDecoder().decode(bytes.subarray(head.value.cursor.offset));
  return /[^\s;"]/.test(rows);
}
