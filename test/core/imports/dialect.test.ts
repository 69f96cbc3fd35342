import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delimiterHint, detectDelimiter, encodingProbe } from "#core/imports/dialect.ts";
import { readHead } from "#core/imports/head.ts";
import { encode, encodingOf, readFile, readText } from "./csv-fixture.ts";

/** What the probe says of a file that comes in chunks of this size. */
function seen(file: Uint8Array, chunkBytes = file.length || 1) {
  const probe = encodingProbe();
  for (let at = 0; at < file.length; at += chunkBytes) probe.push(file.subarray(at, at + chunkBytes));
  return probe.verdict().encoding;
}

describe("what a file is", () => {
  test("UTF-8 stays UTF-8 wherever the chunks are cut, with or without a mark", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (value, size) => {
        expect(seen(encode(`a;${value}`, "utf-8"), size)).toBe("utf-8");
        expect(seen(encode(value, "utf-8 with mark"), size)).toBe("utf-8");
      }),
    );
  });

  test("one accent in Windows-1252, at the very end of a file, is enough to tell", () => {
    const file = encode(`${"Ana;11961234567\n".repeat(1000)}José;`, "windows-1252");
    expect(seen(file, 7)).toBe("windows-1252");
    expect(seen(encode("Ana;José", "windows-1252"))).toBe("windows-1252");
  });

  test("a few bytes that are none make UTF-8 nothing else: lists come from several sources", () => {
    const utf8 = encode("Nome;Telefone\nJoão;1\n", "utf-8");
    const latin1 = encode("José;2\n", "windows-1252");
    for (const parts of [
      [utf8, latin1],
      [latin1, utf8],
    ]) {
      const file = Uint8Array.from(parts.flatMap((part) => [...part]));
      for (const size of [1, 5, 1000]) expect(seen(file, size)).toBe("utf-8");
    }
    const office = encode("Conceição;São Luís;Não\n".repeat(20), "windows-1252");
    expect(seen(Uint8Array.from([...office, ...utf8]))).toBe("windows-1252");
  });

  test("a file that was cut off within a character is still what its other accents say", () => {
    expect(seen(encode("Conceição;São Luís", "utf-8").subarray(0, -2))).toBe("utf-8");
  });

  test("UTF-16 is known without a mark, also with names that are not Latin", () => {
    const text = "Nome;Telefone\r\nÂngela;11961234567\r\n山田太郎;11961234568\r\n";
    for (const encoding of ["utf-16le", "utf-16be"] as const) {
      for (const size of [1, 3, 1000]) expect(seen(encode(text, encoding), size)).toBe(encoding);
    }
  });

  test("a zero byte somewhere makes no text binary", () => {
    expect(seen(encode("Nome;Telefone\nJosé\0;1\n", "utf-8"))).toBe("utf-8");
    expect(seen(encode("Nome;Telefone\nJosé", "windows-1252").map((byte) => (byte === 0x3b ? 0 : byte)))).toBe(
      "windows-1252",
    );
  });

  test.each([
    ["a PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], "binary"],
    ["an XLSX", [0x50, 0x4b, 0x03, 0x04, 0x14], "workbook"],
    ["a PDF", [0x25, 0x50, 0x44, 0x46, 0x2d], "binary"],
    ["UTF-16 of a spreadsheet's Unicode text", [0xff, 0xfe, 0x41, 0x00], "utf-16le"],
    ["UTF-16 with the other mark", [0xfe, 0xff, 0x00, 0x41], "utf-16be"],
  ])("%s is told apart, in one chunk or byte by byte", (_, bytes, kind) => {
    expect(seen(Uint8Array.from(bytes))).toBe(kind);
    expect(seen(Uint8Array.from(bytes), 1)).toBe(kind);
  });
});

describe("the delimiter", () => {
  test.each([
    ["Nome;Telefone;Cidade", ";"],
    ["Nome,Telefone,Cidade", ","],
    ["Nome\tTelefone", "\t"],
    ['"Nome, completo";Telefone', ";"],
    ["Telefone", ";"],
  ])("of %j is %j", (header, delimiter) => {
    expect(detectDelimiter(header)).toBe(delimiter);
  });

  test("is taken from a spreadsheet's hint line, which is no header", () => {
    expect(delimiterHint("sep=,")).toBe(",");
    expect(delimiterHint("separado=,")).toBeNull();
    const { rows, head } = readText("sep=,\r\nNome;s,Telefone\r\nAna,11961234567\r\n");
    expect(head.delimiter).toBe(",");
    expect(rows.map(({ name, line, attributes }) => [attributes["Nome;s"] ?? name, line])).toEqual([["Ana", 3]]);
  });

  test("that is asked for wins over the one that is seen", () => {
    expect(readText("Nome;a;b,Telefone\nAna,11961234567\n", { delimiter: "," }).rows).toHaveLength(1);
  });
});

describe("UTF-16", () => {
  test("is read to the last character, whatever is cut where", () => {
    const text = 'Nome\tTelefone\r\n"Íris ""I""\r\n😀"\t11961234567\r\nZoé\t11961234568';
    for (const encoding of ["utf-16le with mark", "utf-16be"] as const) {
      for (let windowBytes = 1; windowBytes < 160; windowBytes += 1) {
        const { rows, rejects } = readFile(encode(text, encoding), { encoding: encodingOf(encoding), windowBytes });
        expect(rows.map(({ name, line }) => [name, line])).toEqual([
          ['Íris "I" 😀', 2],
          ["Zoé", 4],
        ]);
        expect(rejects).toEqual([]);
      }
    }
  });

  test("that ends within a character loses that character and nothing else", () => {
    const file = encode("Nome;Telefone\nAna;11961234567\nBia;11961234568", "utf-16le").subarray(0, -1);
    const { rows, rejects } = readFile(file, { encoding: "utf-16le" });
    expect(rows.map(({ name }) => name)).toEqual(["Ana"]);
    expect(rejects).toHaveLength(1);
  });
});

test("a file whose header has no column for phones but characters of no text is no text", () => {
  const head = (bytes: number[]) =>
    readHead(Uint8Array.from(bytes), { encoding: "windows-1252", delimiter: null, mapping: null, last: true });
  expect(head([0x41, 0x00, 0x01, 0x0a, 0x03])).toEqual({ ok: false, error: "binary_file" });
  expect(head([0x41, 0x3b, 0x42, 0x0a])).toEqual({ ok: false, error: "no_phone_column" });
});
