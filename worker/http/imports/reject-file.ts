import { textDecoder } from "#core/imports/dialect.ts";
import type { Writing } from "#core/imports/encode-text.ts";
import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/**
 * The reject file of an import: its head, then the parts that the slices left under `prefix`, in the order of their
 * keys, which is that of the file's lines. One part is in memory at a time; parts lie in UTF-8.
 */
export const rejectFile = (
  files: Deps["files"],
  prefix: string,
  head: string,
  writing: Writing,
): ReadableStream<Uint8Array> => streamOf(chunksOf(files, prefix, head, writing));

async function* chunksOf(
  files: Deps["files"],
  prefix: string,
  head: string,
  { mark, encode }: Writing,
): AsyncGenerator<Uint8Array, void> {
  yield encode(mark + head);
  for await (const key of files.keys(prefix)) {
    const part = await files.read(key);
    if (part) yield encode(textDecoder("utf-8").decode(part));
  }
}
