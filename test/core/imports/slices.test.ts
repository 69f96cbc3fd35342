import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRow } from "#core/imports/row.ts";
import { cutRecords, MAX_RECORD_BYTES } from "#core/imports/slices.ts";
import { CLOCK, encode, encodingOf, readFile, readText, windows1252Characters } from "./csv-fixture.ts";

const HEADER = ["NomePessoa", "DDDTelefone", "NumeroTelefone", "OptIn", "Obs"];
const text = fc.string({ unit: fc.constantFrom(...windows1252Characters, ...'""";;,,\t\t\r\n\n  Sn1') });
const phone = fc.oneof({ weight: 3, arbitrary: fc.constantFrom("961234567", "31234567", "961234568") }, text);
const row = fc.tuple(text, fc.constantFrom("11", "", "20"), phone, fc.constantFrom("S", "N", "", "?"), text);
const anyTable = fc.array(row, { maxLength: 12 });

/** RFC 4180 as spreadsheets write it; some quote every cell, and line ends may be mixed. */
function writeCsv(
  table: string[][],
  delimiter: string,
  quoteAll: boolean,
  lineEnds: string[],
  hasLastEnd: boolean,
): string {
  const cell = (value: string) =>
    quoteAll || /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = table.map((cells, index) => {
    const isLast = index === table.length - 1;
    return cells.map(cell).join(delimiter) + (isLast && !hasLastEnd ? "" : lineEnds[index % lineEnds.length]);
  });
  return lines.join("");
}

test("any table, in any encoding, delimiter and cut, gives the same rows: each accounted for, with its line", () => {
  fc.assert(
    fc.property(
      anyTable,
      fc.constantFrom(
        "utf-8" as const,
        "utf-8 with mark" as const,
        "windows-1252" as const,
        "utf-16le" as const,
        "utf-16le with mark" as const,
        "utf-16be with mark" as const,
      ),
      fc.constantFrom(";", ",", "\t"),
      fc.boolean(),
      fc.uniqueArray(fc.constantFrom("\r\n", "\n"), { minLength: 1 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 5 }),
      (table, encoding, delimiter, quoteAll, lineEnds, hasLastEnd, windowBytes, maxRecords) => {
        const file = encode(writeCsv([HEADER, ...table], delimiter, quoteAll, lineEnds, hasLastEnd), encoding);
        const reading = readFile(file, {
          encoding: encodingOf(encoding),
          windowBytes,
          maxRecords,
        });

        let line = 2;
        const expected = table.flatMap((cells) => {
          const outcome = readRow(cells, reading.head.layout, CLOCK);
          const at = line;
          line += 1 + cells.join("").split("\n").length - 1;
          return outcome ? [{ line: at, outcome }] : [];
        });
        expect(reading.rows).toEqual(
          expected.flatMap(({ line, outcome }) => (outcome.ok ? [{ ...outcome.value, line }] : [])),
        );
        expect(reading.rejects.map(({ line, reason }) => ({ line, reason }))).toEqual(
          expected.flatMap(({ line, outcome }) => (outcome.ok ? [] : [{ line, reason: outcome.error }])),
        );
        expect(reading.rejects.every(({ cells }) => table.some((own) => own.join("\0") === cells.join("\0")))).toBe(
          true,
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test("any bytes at all are cut in order, without gaps or overlaps, however they are sliced", () => {
  const bytes = fc
    .uint8Array({ maxLength: 400 })
    .map((noise) => noise.map((byte) => [0x22, 0x3b, 0x0a, 0x0d, 0x20, 0x61][byte % 6] ?? byte));
  const options = { delimiter: 0x3b, newline: 0x0a };
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 7 }), (file, maxRecords) => {
      const whole = cutRecords(file, { ...options, last: true, maxRecords: Number.POSITIVE_INFINITY });
      expect(whole.end).toBe(file.length);
      const pieces: [number, number, number, string | null][] = [];
      let offset = 0;
      let line = 0;
      while (offset < file.length) {
        const cuts = cutRecords(file.subarray(offset), { ...options, last: true, maxRecords });
        for (const record of cuts.records) {
          pieces.push([offset + record.start, offset + record.end, line + record.line, record.fault]);
        }
        offset += cuts.end;
        line += cuts.lines;
      }
      expect(pieces).toEqual(whole.records.map(({ start, end, line, fault }) => [start, end, line, fault]));
      whole.records.forEach((record, index) => {
        const next = whole.records[index + 1]?.start ?? file.length;
        const between = [...file.subarray(record.end, next)];
        expect(["13,10", "10", "13", ""]).toContain(between.join(","));
      });
    }),
    { numRuns: 1500 },
  );
});

describe("a quote without its partner", () => {
  const NAMES = "NomePessoa;NumeroTelefone\n";

  test("costs its own line, not the ones below", () => {
    const { rows, rejects } = readText(`${NAMES}"Ana;11961234567\nBia;11961234568\n"Caio";11961234569\n`);
    expect(rows.map(({ name, line }) => [name, line])).toEqual([
      ["Bia", 3],
      ["Caio", 4],
    ]);
    expect(rejects).toEqual([{ line: 2, cells: ['"Ana;11961234567'], reason: "malformed_quotes" }]);
  });

  test("is looked for no further than a record may reach", () => {
    const others = `Bia da Silva;11961234568\n`.repeat(2 * Math.ceil(MAX_RECORD_BYTES / 25));
    const { rows, rejects } = readText(`${NAMES}"Ana;11961234567\n${others}`);
    expect(rejects.map(({ line }) => line)).toEqual([2]);
    expect(rows.length).toBe(others.split("\n").length - 1);
    // Also while the rest of the file is still to come.
    const options = { delimiter: 0x3b, newline: 0x0a, last: false, maxRecords: 1 };
    expect(cutRecords(encode(`"Ana;1\n${others}`, "utf-8"), options).records[0]?.fault).toBe("malformed_quotes");
  });

  test("on the last line is rejected too", () => {
    expect(readText(`${NAMES}Bia;11961234568\n"Ana;11961234567`).rejects).toHaveLength(1);
  });

  test("inside a cell that did not begin with one is a character like others", () => {
    expect(readText(`${NAMES}TV 24" Ana;11961234567\n`).rows[0]?.name).toBe('TV 24" Ana');
  });
});

test("a line too long to be a person is rejected by itself", () => {
  const { rows, rejects } = readText(
    `NomePessoa;NumeroTelefone\n${"x".repeat(MAX_RECORD_BYTES + 1)};1\nBia;11961234568\n`,
  );
  expect(rows.map(({ name }) => name)).toEqual(["Bia"]);
  expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([[2, "record_too_long"]]);
});

test("blanks between a closing quote and the delimiter do no harm", () => {
  const { rows } = readText('NomePessoa;NumeroTelefone;Obs\n"Ana" ;"11961234567"  ;"x"  \r\n"Bia";11961234568;y');
  expect(rows.map(({ name, attributes }) => [name, attributes.Obs])).toEqual([
    ["Ana", "x"],
    ["Bia", "y"],
  ]);
});

describe("line ends", () => {
  const people = (rows: { name: string; phone: string; line: number }[]) =>
    rows.map(({ name, phone, line }) => [name, phone.slice(-1), line]);

  test("of an old Mac are CR, although a cell has a line of its own", () => {
    const file = 'Nome;Telefone\rAda;11961234561\r"Bia\nLima";11961234562\rCai;11961234563';
    const { rows, rejects } = readText(file);
    expect(people(rows)).toEqual([
      ["Ada", "1", 2],
      ["Bia Lima", "2", 3],
      ["Cai", "3", 4],
    ]);
    expect(rejects).toEqual([]);
  });

  test("are decided outside quotes in a header too", () => {
    const { rows } = readText('"Nome\ncompleto";Telefone\rAda;11961234561\rBia;11961234562\r');
    expect(rows.map(({ name }) => name)).toEqual(["Ada", "Bia"]);
    expect(readText('"Nome\rcompleto";Telefone\nAda;11961234561\nBia;11961234562\n').rows).toHaveLength(2);
  });

  test("that are mixed put nobody's name on another's number: what they run together is rejected", () => {
    const withShortRows = "Telefone;Nome;OptIn;Obs\n11961234561;Ada\r11961234562;Bia\n11961234563;Cai\n";
    const { rows, rejects } = readText(withShortRows);
    expect(people(rows)).toEqual([["Cai", "3", 3]]);
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([[2, "stray_line_break"]]);
    const quoted = 'Telefone;Nome;Obs\r11961234561;"Ada"\n11961234562;Bia\r11961234563;"Cai"\r\n11961234564;Dora\r';
    expect(people(readText(quoted).rows)).toEqual([
      ["Cai", "3", 3],
      ["Dora", "4", 4],
    ]);
    expect(readText(quoted).rejects.map(({ reason }) => reason)).toEqual(["stray_line_break"]);
  });

  test("of any table survive any choice of CR, LF or CR LF for the whole file", () => {
    fc.assert(
      fc.property(
        anyTable,
        fc.constantFrom("\r", "\n", "\r\n"),
        fc.integer({ min: 1, max: 300 }),
        (table, end, windowBytes) => {
          const { rows, rejects } = readFile(encode(writeCsv([HEADER, ...table], ";", true, [end], true), "utf-8"), {
            windowBytes,
          });
          const read = table.map((cells) => readRow(cells, readText(HEADER.join(";")).head.layout, CLOCK));
          expect([rows.length, rejects.length]).toEqual([
            read.filter((row) => row?.ok).length,
            read.filter((row) => row && !row.ok).length,
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("lines of an old Mac, which end in CR alone, are lines", () => {
  expect(readText("Nome;Telefone\rAna;11961234567\rBia;11961234568\r").rows.map(({ line }) => line)).toEqual([2, 3]);
});
