import { type ByteEncoding, type TextEncoding, textDecoder } from "./dialect.ts";

/** A part of a file in an encoding whose quotes, delimiters and line ends are one byte each. */
export interface ByteText {
  bytes: Uint8Array;
  encoding: ByteEncoding;
  /** How many bytes of the file the first `end` bytes here stand for; `end` lies between two characters. */
  fileBytes(end: number): number;
}

const BYTES_PER_UNIT = 2;

/**
 * Records are cut by single bytes, which UTF-16 does not have: a part of such a file is read as UTF-8 instead.
 *
 * @param last the part reaches the end of the file; else a character that is cut off at its end is left out
 */
export function byteText(part: Uint8Array, encoding: TextEncoding, last: boolean): ByteText {
  if (encoding === "utf-8" || encoding === "windows-1252") return { bytes: part, encoding, fileBytes: (end) => end };
  // While streaming, the decoder keeps back a unit or pair that may still be completed.
  const text = textDecoder(encoding).decode(part, { stream: !last });
  const bytes = new TextEncoder().encode(text);
  const fileBytes = (end: number) =>
    // A lone surrogate became U+FFFD, which is one unit as well; an odd byte at the end of the file is none.
    end === bytes.length && last
      ? part.length
      : textDecoder("utf-8").decode(bytes.subarray(0, end)).length * BYTES_PER_UNIT;
  return { bytes, encoding: "utf-8", fileBytes };
}
