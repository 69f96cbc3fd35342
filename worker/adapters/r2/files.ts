/** Uploads, what was left out of them, and reports, by key. */
export interface Files {
  put(key: string, content: Uint8Array | Blob | string): Promise<void>;
  /**
   * Stores a body of any length as it comes. `look` sees every byte as it passes. Nothing is left behind when the body
   * breaks off.
   *
   * @returns bytes stored; 0 stores nothing
   */
  putStream(
    key: string,
    body: ReadableStream<Uint8Array>,
    look: (chunk: Uint8Array) => void | Promise<void>,
  ): Promise<number>;
  /** The whole file, or `length` bytes of it from `offset` on; null when there is none. */
  read(key: string, range?: { offset: number; length: number }): Promise<Uint8Array | null>;
  /** The file as a stream, in flat memory; null when there is none. */
  open(key: string): Promise<ReadableStream<Uint8Array> | null>;
  /** All keys that begin so and come after `after`, ascending; asked for page by page. */
  keys(prefix: string, after?: string): AsyncGenerator<string, void>;
  /** How long the file is; null when there is none. */
  size(key: string): Promise<number | null>;
  delete(keys: string | string[]): Promise<void>;
}

export function makeFiles(bucket: R2Bucket): Files {
  return {
    put: async (key, content) => void (await bucket.put(key, content)),
    putStream: (key, body, look) => storeStream(bucket, key, body, look),
    async read(key, range) {
      const object = await bucket.get(key, range ? { range } : {});
      return object && new Uint8Array(await object.arrayBuffer());
    },
    open: async (key) => (await bucket.get(key))?.body ?? null,
    keys: (prefix, after) => keysOf(bucket, prefix, after),
    size: async (key) => (await bucket.head(key))?.size ?? null,
    delete: (keys) => bucket.delete(keys),
  };
}

async function* keysOf(bucket: R2Bucket, prefix: string, after?: string): AsyncGenerator<string, void> {
  let cursor: string | undefined;
  do {
    const from = cursor ? { cursor } : after ? { startAfter: after } : {};
    const page = await bucket.list({ prefix, ...from });
    for (const { key } of page.objects) yield key;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

/**
 * R2 takes a stream of unknown length only as a multipart upload of equal parts (of 5 MiB at least, but for the last).
 * One part is being filled while another is on its way, so a body of any size takes two of these in memory.
 */
export const PART_BYTES = 8 * 1024 * 1024;

async function storeStream(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream<Uint8Array>,
  look: (chunk: Uint8Array) => void | Promise<void>,
): Promise<number> {
  const parts = equalParts(body, look);
  const first = await parts.next();
  if (first.done) return 0;
  if (first.value.length < PART_BYTES) {
    await bucket.put(key, first.value);
    return first.value.length;
  }
  const upload = await bucket.createMultipartUpload(key);
  try {
    let bytes = 0;
    const uploaded: R2UploadedPart[] = [];
    let pending: Promise<R2UploadedPart> | null = null;
    for (let part: Uint8Array | null = first.value; part; ) {
      if (pending) uploaded.push(await pending);
      bytes += part.length;
      pending = upload.uploadPart(uploaded.length + 1, part);
      // Awaited after the next part is read; a failure in between must not count as unhandled.
      pending.catch(() => {});
      const next = await parts.next();
      part = next.done ? null : next.value;
    }
    if (pending) uploaded.push(await pending);
    await upload.complete(uploaded);
    return bytes;
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** The body in parts of `PART_BYTES`; the last may be shorter, none is empty. */
async function* equalParts(
  body: ReadableStream<Uint8Array>,
  look: (chunk: Uint8Array) => void | Promise<void>,
): AsyncGenerator<Uint8Array, void> {
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  for await (const chunk of body) {
    await look(chunk);
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.subarray(from, from + PART_BYTES - filled);
      part.set(taken, filled);
      filled += taken.length;
      from += taken.length;
      if (filled < PART_BYTES) continue;
      yield part;
      part = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield part.slice(0, filled);
}
