import { redelimiter } from "#core/shared/csv-delimiter.ts";

/** A stored CSV file with the other delimiter, in flat memory. */
export function withDelimiter(
  file: ReadableStream<Uint8Array>,
  from: ";" | ",",
  to: ";" | ",",
): ReadableStream<Uint8Array> {
  const records = redelimiter(from, to);
  // The byte order mark is part of the file, so the decoder must leave it.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: false });
  const encoder = new TextEncoder();
  return file.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) =>
        controller.enqueue(encoder.encode(records.push(decoder.decode(chunk, { stream: true })))),
      flush: (controller) => controller.enqueue(encoder.encode(records.push(decoder.decode()) + records.finish())),
    }),
  );
}
