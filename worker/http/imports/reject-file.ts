import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/**
 * The reject file of an import: its head, then the parts that the slices left under `prefix`, in the order of their
 * keys, which is that of the file's lines. One part is in memory at a time.
 */
export const rejectFile = (files: Deps["files"], prefix: string, head: string): ReadableStream<Uint8Array> =>
  streamOf(chunksOf(files, prefix, head));

async function* chunksOf(files: Deps["files"], prefix: string, head: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(`\ufeff${head}`);
  for await (const key of files.keys(prefix)) {
    const part = await files.read(key);
    if (part) yield part;
  }
}
