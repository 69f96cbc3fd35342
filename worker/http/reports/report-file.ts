/**
 * A report from the files that it lies in, one after the other, in flat memory. Null when its first file is gone; when a
 * later one is, the stream fails, so that nobody takes half a report for a whole one.
 */
export async function reportFile(bucket: R2Bucket, keys: string[]): Promise<ReadableStream<Uint8Array> | null> {
  const [first = "", ...others] = keys;
  const head = await bucket.get(first);
  if (!head) return null;
  if (others.length === 0) return head.body;
  const chunks = chunksOf(bucket, head.body, others);
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}

async function* chunksOf(bucket: R2Bucket, head: ReadableStream<Uint8Array>, keys: string[]) {
  yield* head;
  for (const key of keys) {
    const part = await bucket.get(key);
    if (!part) throw new Error("A part of the report is gone.");
    yield* part.body as ReadableStream<Uint8Array>;
  }
}
