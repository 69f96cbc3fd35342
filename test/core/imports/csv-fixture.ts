import type { TextEncoding } from "#core/imports/dialect.ts";
import { type Head, type HeadOptions, readHead } from "#core/imports/head.ts";
import { type ReadRow, readSlice, type SliceReading } from "#core/imports/read-slice.ts";

/** Every character of Windows-1252 and its byte, but for the zero byte. */
const WINDOWS_1252 = new Map(
  Array.from({ length: 255 }, (_, index) => {
    const byte = index + 1;
    return [new TextDecoder("windows-1252").decode(new Uint8Array([byte])), byte] as const;
  }),
);
export const windows1252Characters = [...WINDOWS_1252.keys()];

export type FileEncoding = TextEncoding | "utf-8 with mark" | "utf-16le with mark" | "utf-16be with mark";

export function encode(text: string, encoding: FileEncoding): Uint8Array {
  if (encoding.endsWith(" with mark")) return encode(`\ufeff${text}`, encodingOf(encoding));
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  if (encoding !== "windows-1252") {
    const bytes = new DataView(new ArrayBuffer(text.length * 2));
    for (let at = 0; at < text.length; at += 1) bytes.setUint16(at * 2, text.charCodeAt(at), encoding === "utf-16le");
    return new Uint8Array(bytes.buffer);
  }
  return Uint8Array.from(text, (char) => {
    const byte = WINDOWS_1252.get(char);
    if (byte === undefined) throw new Error("not a character of Windows-1252");
    return byte;
  });
}

export const encodingOf = (encoding: FileEncoding) => encoding.replace(" with mark", "") as TextEncoding;

export const concat = (parts: Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** All instants of the tests are before it. */
export const CLOCK = { timeZone: "America/Sao_Paulo", now: Date.UTC(2026, 10, 27, 12) };

export interface FileReading extends Pick<SliceReading, "rejects" | "otherChannelRows" | "totals"> {
  rows: Omit<ReadRow, "cells">[];
  head: Head;
  slices: number;
}

/** Reads a whole file as the import does: by windows of `windowBytes` that grow only when not one record fits. */
export function readFile(
  file: Uint8Array,
  {
    windowBytes = 1 << 20,
    maxRecords = 5000,
    ...options
  }: Partial<HeadOptions> & { windowBytes?: number; maxRecords?: number } = {},
): FileReading {
  const encoding = options.encoding ?? "utf-8";
  const head = readHead(file, { delimiter: null, mapping: null, ...options, encoding, last: true });
  if (!head.ok) throw new Error(head.error);
  const { delimiter, layout, cursor } = head.value;
  const format = { encoding, delimiter, newline: cursor.newline, layout, clock: CLOCK };
  const reading: FileReading = { head: head.value, rows: [], rejects: [], otherChannelRows: 0, totals: [], slices: 0 };
  let { offset, line } = cursor;
  let size = windowBytes;
  while (offset < file.length) {
    const slice = readSlice(file.subarray(offset, offset + size), format, {
      line,
      last: offset + size >= file.length,
      maxRecords,
    });
    size = slice.end === 0 ? size * 2 : windowBytes;
    offset += slice.end;
    line += slice.lines;
    reading.rows.push(...slice.rows.map(({ cells: _, ...row }) => row));
    reading.otherChannelRows += slice.otherChannelRows;
    reading.rejects.push(...slice.rejects);
    reading.totals.push(...slice.totals);
    reading.slices += 1;
  }
  return reading;
}

export const readText = (text: string, options: Parameters<typeof readFile>[1] = {}) =>
  readFile(encode(text, options.encoding ?? "utf-8"), options);
