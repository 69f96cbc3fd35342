import { sheetLines } from "#core/imports/workbook.ts";
import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/** Lines are stored by pieces of about this many characters. */
const PIECE_CHARS = 64 * 1024;

/**
 * Writes the first sheet of a workbook as a CSV beside it, in flat memory. Written again by a repeat, with the same bytes.
 *
 * @returns its bytes, 0 when no cell is filled and nothing was stored; `missing` or `unreadable` when there is no such workbook
 */
export async function storeSheetText(
  { files }: Pick<Deps, "files">,
  workbookKey: string,
  textKey: string,
): Promise<number | "missing" | "unreadable"> {
  const workbook = await files.open(workbookKey);
  if (!workbook) return "missing";
  // Whether the workbook is broken or could not be fetched: only the second is worth another try.
  const fetched: { failure?: unknown } = {};
  const unreadable = { is: false };
  const pieces = piecesOf(streamOf(noting(workbook, fetched)), fetched, unreadable);
  try {
    return await files.putStream(textKey, streamOf(pieces), () => {});
  } catch (error) {
    if (unreadable.is) return "unreadable";
    throw error;
  }
}

async function* noting(
  stream: ReadableStream<Uint8Array>,
  fetched: { failure?: unknown },
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    fetched.failure = error;
    throw error;
  }
}

async function* piecesOf(
  workbook: ReadableStream<Uint8Array>,
  fetched: { failure?: unknown },
  unreadable: { is: boolean },
): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let piece = "";
  try {
    for await (const line of sheetLines(workbook)) {
      piece += line;
      if (piece.length < PIECE_CHARS) continue;
      yield encoder.encode(piece);
      piece = "";
    }
  } catch (error) {
    unreadable.is = fetched.failure === undefined;
    throw error;
  }
  if (piece !== "") yield encoder.encode(piece);
}
