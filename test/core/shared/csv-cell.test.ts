import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { csvCell, csvLine, guardFormula, unguardFormula } from "#core/shared/csv-cell.ts";
import { anyText } from "../arbitraries.ts";

const delimiter = fc.constantFrom(";", ",", "\t", "|");
/** Without the empty record that papaparse sees after the last line end. */
const read = (csv: string, separator: string) =>
  Papa.parse<string[]>(csv, { delimiter: separator, newline: "\r\n" }).data.slice(0, -1);

describe("a CSV file of ours", () => {
  it("gives back any strings when it is read by papaparse", () => {
    const row = fc.array(anyText, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), delimiter, (rows, separator) => {
        const file = rows.map((cells) => csvLine(cells, separator)).join("");
        expect(read(file, separator).map((cells) => cells.map(unguardFormula))).toEqual(rows);
      }),
      { numRuns: 3000 },
    );
  });

  it("has no cell that a spreadsheet would run", () => {
    fc.assert(
      fc.property(anyText, delimiter, (value, separator) => {
        const cell = read(csvLine([value], separator), separator)[0]?.[0] ?? "";
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        // Not even for a program that first drops blanks, controls or a quote.
        expect(cell.replace(/^[\s\p{Cc}\p{Cf}"]+/u, "")).not.toMatch(/^[=+\-@＝＋－＠]/);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("csvCell", () => {
  it.each([
    ["plain", "plain"],
    ["a;b", '"a;b"'],
    ["a,b", "a,b"],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["", ""],
    [" x", '" x"'],
    ["=1+1", "'=1+1"],
    ['=HYPERLINK("http://x";"y")', '"\'=HYPERLINK(""http://x"";""y"")"'],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["＝1+1", "'＝1+1"],
    ["  =1", "'  =1"],
    ["'=1", "''=1"],
    ["-12,50", "'-12,50"],
    ["+5511961234567", "'+5511961234567"],
    ["5511961234567", "5511961234567"],
    ["a=b", "a=b"],
    ["D'Ávila", "D'Ávila"],
  ])("writes %j as %s", (value, expected) => {
    expect(csvCell(value, ";")).toBe(expected);
  });

  it("leaves alone what does not look like a formula", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-zÀ-ÿ0-9][^;"\r\n]*[^\s;"\ufeff]$/), (value) => {
        fc.pre(!value.includes("\ufeff"));
        expect(csvCell(value, ";")).toBe(value);
      }),
    );
  });
});

describe("unguardFormula", () => {
  it("undoes guardFormula and leaves everything else", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(unguardFormula(guardFormula(value))).toBe(value);
      }),
    );
    expect(unguardFormula("'tis")).toBe("'tis");
  });
});

describe("csvLine", () => {
  it("joins cells and ends with CRLF", () => {
    expect(csvLine(["a", "", "c"], ";")).toBe("a;;c\r\n");
  });

  it("writes a lone empty cell so that it is not a blank line", () => {
    expect(csvLine([""], ";")).toBe('""\r\n');
  });
});
