import { sheetLines } from "#core/imports/workbook.ts";
import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/** Lines are stored by pieces of about this many characters. */
const PIECE_CHARS = 64 * 1024;

/**
 * Writes the first sheet of a workbook as a CSV beside it, in flat memory. Written again by a repeat, with the same bytes.
 *
 * @returns its bytes, 0 when no cell is filled and nothing was stored; `missing` or `unreadable` when there is no such workbook
 * @throws when the files can't be reached, which another try may mend
 */
export async function storeSheetText(
  { files }: Pick<Deps, "files">,
  workbookKey: string,
  textKey: string,
): Promise<number | "missing" | "unreadable"> {
  const workbook = await files.open(workbookKey);
  if (!workbook) return "missing";
  const failed = { fetching: false, reading: false };

  async function* fetched(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* stream;
    } catch (error) {
      failed.fetching = true;
      throw error;
    }
  }
  async function* pieces(lines: AsyncGenerator<string, void>): AsyncGenerator<Uint8Array, void> {
    const encoder = new TextEncoder();
    let piece = "";
    try {
      for await (const line of lines) {
        piece += line;
        if (piece.length < PIECE_CHARS) continue;
        yield encoder.encode(piece);
        piece = "";
      }
    } catch (error) {
      failed.reading = true;
      throw error;
    }
    if (piece !== "") yield encoder.encode(piece);
  }

  try {
    return await files.putStream(textKey, streamOf(pieces(sheetLines(streamOf(fetched(workbook))))), () => {});
  } catch (error) {
    if (failed.reading && !failed.fetching) return "unreadable";
    throw error;
  }
}
