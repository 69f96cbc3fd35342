/** Encodings in which a quote, delimiter or line end is one byte that is never part of another character. */
export type ByteEncoding = "utf-8" | "windows-1252";
/** Encodings of text that an import reads. */
export type TextEncoding = ByteEncoding | "utf-16le" | "utf-16be";
/** What a file turned out to be: text, a ZIP that may be an Excel workbook, or what can't be imported. */
export type SeenEncoding = TextEncoding | "workbook" | "binary";

export const DELIMITERS = [";", ",", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** First bytes of what people rename to .csv: PNG, JPEG, PDF, XLS (also a protected XLSX), GZIP. */
const MAGIC = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x25, 0x50, 0x44, 0x46],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x1f, 0x8b],
];
/** A ZIP, which XLSX is. */
const WORKBOOK_MAGIC = [0x50, 0x4b, 0x03, 0x04];
const UTF16_MARKS = { "utf-16le": [0xff, 0xfe], "utf-16be": [0xfe, 0xff] };
const UTF8_MARK = [0xef, 0xbb, 0xbf];
const HEAD_BYTES = 4;

/** Every character that stands in the bytes, a byte order mark too: offsets and cells stay exact. */
export const textDecoder = (encoding: TextEncoding) => new TextDecoder(encoding, { fatal: false, ignoreBOM: true });

/** Tells what a file is while it streams past, without keeping any of it. */
export interface EncodingProbe {
  push(chunk: Uint8Array): void;
  /** Call once, after the last chunk. */
  verdict(): EncodingVerdict;
}

export interface EncodingVerdict {
  encoding: SeenEncoding;
  /** What the file can't be, whoever says so: UTF-8 with a byte that is none, or Windows-1252 when all accents are UTF-8. */
  not: ByteEncoding | null;
}

const BEYOND_ASCII = /[^\0-\x7f]/g;
const BROKEN = /\ufffd/g;
/** Enough characters to tell by. */
const EVIDENCE = 1_000;
/** A character of UTF-8 hardly ever comes about in Windows-1252; a byte that is none is in every accent there. */
const TELLING = 10;

/**
 * UTF-16 is known by its mark or, without one, by the zero that is one byte of each Latin letter. Other text that is
 * valid UTF-8 is UTF-8, also when a few bytes of it are not: lists are put together from several sources, and the others'
 * names must not be spoiled for them. The rest is taken for Windows-1252, which Excel writes in Brazil and in which every byte is
 * a character. A zero byte here or there does not make a file binary: the header tells whether it is a list of people.
 */
export function encodingProbe(): EncodingProbe {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lossy = textDecoder("utf-8");
  const head: number[] = [];
  /** Zero bytes at even and at odd offsets. */
  const zeros: [number, number] = [0, 0];
  let isUtf8 = true;
  let bytes = 0;
  /** Characters beyond ASCII that are UTF-8, and bytes that are none; counted up to `EVIDENCE`. */
  let accents = 0;
  let broken = 0;
  const decodes = (chunk?: Uint8Array): boolean => {
    try {
      const text = strict.decode(chunk, { stream: chunk !== undefined });
      if (accents < EVIDENCE) accents += countOf(text, BEYOND_ASCII);
      return true;
    } catch {
      return false;
    }
  };
  const weigh = (text: string) => {
    const bad = countOf(text, BROKEN);
    broken += bad;
    accents += countOf(text, BEYOND_ASCII) - bad;
  };
  return {
    push(chunk) {
      if (head.length < HEAD_BYTES) head.push(...chunk.subarray(0, HEAD_BYTES - head.length));
      for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) {
        if ((bytes + at) % 2 === 0) zeros[0] += 1;
        else zeros[1] += 1;
      }
      bytes += chunk.length;
      isUtf8 &&= decodes(chunk);
      if (!isUtf8 && accents + broken < EVIDENCE) weigh(lossy.decode(chunk, { stream: true }));
    },
    verdict() {
      const startsWith = (mark: number[]) => mark.every((byte, index) => head[index] === byte);
      if (MAGIC.some(startsWith)) return { encoding: "binary", not: null };
      if (startsWith(WORKBOOK_MAGIC)) return { encoding: "workbook", not: null };
      if (startsWith(UTF16_MARKS["utf-16le"])) return { encoding: "utf-16le", not: null };
      if (startsWith(UTF16_MARKS["utf-16be"])) return { encoding: "utf-16be", not: null };
      const [even, odd] = zeros;
      if (odd > bytes / 4 && even < odd / 8) return { encoding: "utf-16le", not: null };
      if (even > bytes / 4 && odd < even / 8) return { encoding: "utf-16be", not: null };
      // A file that was cut off within its last character is still what all the other accents say.
      if (isUtf8 && (accents > 0 || decodes())) return { encoding: "utf-8", not: accents > 0 ? "windows-1252" : null };
      weigh(lossy.decode());
      const isMostlyUtf8 = accents > 0 && accents * TELLING >= broken;
      return { encoding: isMostlyUtf8 ? "utf-8" : "windows-1252", not: "utf-8" };
    },
  };
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Bytes of the byte order mark at the start of a file: 3 or 0. */
export function markLength(start: Uint8Array): number {
  return UTF8_MARK.every((byte, index) => start[index] === byte) ? UTF8_MARK.length : 0;
}

/** The delimiter that occurs most in the header, outside quotes; the semicolon when there is none. */
export function detectDelimiter(header: string): Delimiter {
  const counts = { ";": 0, ",": 0, "\t": 0 };
  let quoted = false;
  for (const char of header) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ";" || char === "," || char === "\t")) counts[char] += 1;
  }
  return DELIMITERS.reduce((best, next) => (counts[next] > counts[best] ? next : best));
}

/** The delimiter of Excel's hint line, such as `sep=;`, which may stand before the header; null for any other line. */
export function delimiterHint(line: string): Delimiter | null {
  const hint = /^"?sep=(.)"?$/i.exec(line)?.[1];
  return DELIMITERS.find((delimiter) => delimiter === hint) ?? null;
}

/**
 * Lines end with LF (CR LF counts as that), or with CR alone in files of old Macs: as the first line does. Breaks within
 * quotes are part of a cell and say nothing.
 */
export function detectNewline(start: Uint8Array): number {
  let quoted = false;
  for (const [index, byte] of start.entries()) {
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === LF) return LF;
    else if (byte === CR) return start[index + 1] === LF ? LF : CR;
  }
  // A quote without its partner, or one line alone.
  return !start.includes(LF) && start.includes(CR) ? CR : LF;
}

export const LF = 0x0a;
export const CR = 0x0d;
export const QUOTE = 0x22;
