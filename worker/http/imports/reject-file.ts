/**
 * The reject file of an import: its head, then the parts that the slices left under `prefix`, in the order of their
 * keys, which is that of the file's lines. One part is in memory at a time.
 */
export function rejectFile(bucket: R2Bucket, prefix: string, head: string): ReadableStream<Uint8Array> {
  const parts = eachPart(bucket, prefix);
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`\ufeff${head}`));
    },
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

async function* eachPart(bucket: R2Bucket, prefix: string): AsyncGenerator<Uint8Array, void> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor ? { cursor } : {}) });
    for (const { key } of page.objects) {
      const part = await bucket.get(key);
      if (part) yield new Uint8Array(await part.arrayBuffer());
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}
