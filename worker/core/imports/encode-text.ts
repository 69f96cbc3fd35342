import type { SeenEncoding } from "./dialect.ts";

/** The bytes of Windows-1252 by their characters; each byte is one. */
const WINDOWS_1252 = new Map(
  Array.from(
    new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
    (char, byte) => [char, byte],
  ),
);
const UNKNOWN = 0x3f;

/** How a file is written for whoever sent one in this encoding: with a byte order mark, where there is one. */
export interface Writing {
  /** As `Content-Type` names it. */
  charset: string;
  mark: string;
  encode(text: string): Uint8Array;
}

/** The text of a workbook is UTF-8. A character that Windows-1252 does not have is `?`; nothing of the file itself is. */
export function writingOf(encoding: SeenEncoding): Writing {
  if (encoding === "windows-1252") {
    const encode = (text: string) => Uint8Array.from(text, (char) => WINDOWS_1252.get(char) ?? UNKNOWN);
    return { charset: encoding, mark: "", encode };
  }
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const encode = (text: string) => utf16(text, encoding === "utf-16le");
    return { charset: encoding, mark: "\ufeff", encode };
  }
  return { charset: "utf-8", mark: "\ufeff", encode: (text) => new TextEncoder().encode(text) };
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1) bytes.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  return new Uint8Array(bytes.buffer);
}
