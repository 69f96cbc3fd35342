import { chooseSheet } from "#core/imports/sheet-choice.ts";
import { sheetLines } from "#core/imports/workbook.ts";
import { workbookSheets } from "#core/imports/workbook-sheets.ts";
import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/** Lines are stored by pieces of about this many characters. */
const PIECE_CHARS = 64 * 1024;

/**
 * Writes a sheet of a workbook as a CSV beside it, in flat memory. Written again by a repeat, with the same bytes.
 *
 * @param choice the sheet that is asked for, and the mapping by which a sheet of people is known
 * @returns its bytes, 0 when no cell is filled and nothing was stored; `missing` or `unreadable` when there is no such workbook
 * @throws when the files can't be reached, which another try may mend
 */
export async function storeSheetText(
  { files }: Pick<Deps, "files">,
  workbook: { key: string; bytes: number },
  textKey: string,
  choice: { sheet: string | null; mapping: Record<string, string> | null },
): Promise<{ bytes: number; sheet: string | null } | "missing" | "unreadable"> {
  const failed = { finding: false, fetching: false, reading: false };

  async function* fetched(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* stream;
    } catch (error) {
      failed.fetching = true;
      throw error;
    }
  }
  async function* read(lines: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
    try {
      yield* lines;
    } catch (error) {
      failed.reading = true;
      throw error;
    }
  }
  const open = async (index: number) => {
    const stream = await files.open(workbook.key);
    if (stream) return read(sheetLines(streamOf(fetched(stream)), index));
    failed.finding = true;
    throw new Error("the workbook is gone");
  };

  try {
    const sheets = await workbookSheets((range) => files.read(workbook.key, range), workbook.bytes);
    const { sheet, lines } = await chooseSheet(sheets, choice.sheet, open, choice.mapping);
    const bytes = await files.putStream(textKey, streamOf(pieces(lines)), () => {});
    return { bytes, sheet: sheet?.name ?? null };
  } catch (error) {
    if (failed.finding) return "missing";
    if (failed.reading && !failed.fetching) return "unreadable";
    throw error;
  }
}

async function* pieces(lines: AsyncGenerator<string, void>): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE_CHARS) continue;
    yield encoder.encode(piece);
    piece = "";
  }
  if (piece !== "") yield encoder.encode(piece);
}
