import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { csvLine } from "#core/shared/csv-cell.ts";
import { redelimiter } from "#core/shared/csv-delimiter.ts";
import { anyText } from "../arbitraries.ts";

const read = (csv: string, delimiter: string) => Papa.parse<string[]>(csv, { delimiter, newline: "\r\n" }).data;

describe("redelimiter", () => {
  it("keeps every cell of our files, wherever the pieces are cut", () => {
    const cell = fc.oneof(anyText, fc.constantFrom("a;b", "a,b", 'say "hi"', "two\r\nlines", '";,"', ""));
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    const ways = fc.constantFrom([";", ","] as const, [",", ";"] as const);
    fc.assert(
      fc.property(rows, ways, fc.integer({ min: 1, max: 9 }), (cells, [from, to], size) => {
        const file = cells.map((row) => csvLine(row, from)).join("");
        const rewriter = redelimiter(from, to);
        let written = "";
        for (let at = 0; at < file.length; at += size) written += rewriter.push(file.slice(at, at + size));
        written += rewriter.finish();
        expect(read(written, to)).toEqual(read(file, from));
      }),
      { numRuns: 2_000 },
    );
  });

  it("quotes only the cells that need it", () => {
    const rewriter = redelimiter(";", ",");
    expect(rewriter.push('Ana;"a;b";1,5;\r\n') + rewriter.finish()).toBe('Ana,"a;b","1,5",\r\n');
  });
});
