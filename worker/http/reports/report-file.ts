import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";

/**
 * A report from the files that it lies in, one after the other, in flat memory. Null when its first file is gone; when a
 * later one is, the stream fails, so that nobody takes half a report for a whole one.
 */
export async function reportFile(files: Deps["files"], keys: string[]): Promise<ReadableStream<Uint8Array> | null> {
  const [first = "", ...others] = keys;
  const head = await files.open(first);
  if (!head || others.length === 0) return head;
  return streamOf(chunksOf(files, head, others));
}

async function* chunksOf(
  files: Deps["files"],
  head: ReadableStream<Uint8Array>,
  keys: string[],
): AsyncGenerator<Uint8Array, void> {
  yield* head;
  for (const key of keys) {
    const part = await files.open(key);
    if (!part) throw new Error("A part of the report is gone.");
    yield* part;
  }
}
