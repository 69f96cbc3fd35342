import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blankRecords } from "#core/imports/blank-records.ts";
import type { TextEncoding } from "#core/imports/dialect.ts";

const LF = 0x0a;
const finder = {
  mayBeIn: (text: string) => text.includes("ana"),
  inCells: (cells: string[]) => cells.some((cell) => cell === "ana"),
};
const format = (encoding: TextEncoding) => ({ encoding, delimiter: ";", newline: LF });

function encode(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  if (encoding === "windows-1252") return Uint8Array.from(text, (char) => char.charCodeAt(0));
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i += 1) view.setUint16(i * 2, text.charCodeAt(i), encoding === "utf-16le");
  return bytes;
}
const decode = (bytes: Uint8Array, encoding: TextEncoding) =>
  new TextDecoder(encoding, { fatal: false, ignoreBOM: true }).decode(bytes);

const cell = fc.constantFrom("ana", "bia", "joão", "", "x;y", "two\nlines", 'a "quote"', "ana maria");
const row = fc.array(cell, { minLength: 1, maxLength: 4 });
const quoted = (text: string) => (/[";\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe("records of a person in a file", () => {
  for (const encoding of ["utf-8", "windows-1252", "utf-16le", "utf-16be"] as const)
    it(`are blank afterwards, in as many bytes and lines, and all others are as they were (${encoding})`, () => {
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 40 }), (rows, cut) => {
          const records = rows.map((cells) => cells.map(quoted).join(";"));
          const file = encode(records.map((record) => `${record}\r\n`).join(""), encoding);
          // In two parts, as a large file is read.
          const unit = encoding.startsWith("utf-16") ? 2 : 1;
          const first = blankRecords(
            file.subarray(0, Math.min(file.length, cut * unit)),
            format(encoding),
            false,
            finder,
          );
          const done = first.bytes.length;
          const second = blankRecords(file.subarray(done), format(encoding), true, finder);
          const after = decode(Uint8Array.from([...first.bytes, ...second.bytes]), encoding);
          const blanked = (record: string) =>
            record.replace(/[^\n]/g, (char) => " ".repeat(encode(char, encoding).length / unit));
          const wanted = records.map((record, i) => (rows[i]?.includes("ana") ? blanked(record) : record));
          expect(after).toBe(wanted.map((record) => `${record}\r\n`).join(""));
        }),
      );
    });

  it("are found in a record whose quotes don't add up", () => {
    const text = 'bia;1\n"bia;ana\ncaio;2\n';
    const whole = {
      mayBeIn: (some: string) => some.includes("ana"),
      inCells: (cells: string[]) => cells.join().includes("ana"),
    };
    const { bytes, blanked } = blankRecords(encode(text, "utf-8"), format("utf-8"), true, whole);
    expect(blanked).toBe(1);
    expect(decode(bytes, "utf-8")).toBe("bia;1\n        \ncaio;2\n");
  });
});
