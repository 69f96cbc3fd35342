import fc from "fast-check";
import { expect, test } from "vitest";
import { rejectsTooMuch } from "#core/imports/check.ts";
import { firstRows } from "#core/imports/first-rows.ts";
import type { ReadRow, RejectedRow } from "#core/imports/read-slice.ts";

const figures = fc
  .tuple(fc.nat(100_000), fc.nat(100_000), fc.nat(100_000))
  .map(([taken, rejectedRows, otherChannelRows]) => ({
    totalRows: taken + rejectedRows + otherChannelRows,
    rejectedRows,
    otherChannelRows,
  }));

test("without a limit any file is taken, and 100 % is no limit", () => {
  fc.assert(
    fc.property(figures, (found) => {
      for (const most of [undefined, null, 100]) expect(rejectsTooMuch(found, most)).toBe(false);
    }),
  );
});

test("a limit of 0 takes no reject, and a file without one passes any limit", () => {
  fc.assert(
    fc.property(figures, fc.double({ min: 0, max: 100, noNaN: true }), (found, most) => {
      expect(rejectsTooMuch(found, 0)).toBe(found.rejectedRows > 0);
      expect(rejectsTooMuch({ ...found, totalRows: found.totalRows - found.rejectedRows, rejectedRows: 0 }, most)).toBe(
        false,
      );
    }),
  );
});

test("rows of another channel change nothing, and a share right at the limit is taken", () => {
  fc.assert(
    fc.property(figures, fc.nat(100_000), fc.double({ min: 0, max: 100, noNaN: true }), (found, more, most) => {
      const others = { ...found, totalRows: found.totalRows + more, otherChannelRows: found.otherChannelRows + more };
      expect(rejectsTooMuch(others, most)).toBe(rejectsTooMuch(found, most));
    }),
  );
  expect(rejectsTooMuch({ totalRows: 20, rejectedRows: 1, otherChannelRows: 10 }, 10)).toBe(false);
  expect(rejectsTooMuch({ totalRows: 20, rejectedRows: 1, otherChannelRows: 10 }, 9.99)).toBe(true);
});

test("the first rows are the first of the file, whatever becomes of them", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 150 }), (kinds) => {
      const lines = kinds.map((isRow, nth) => ({ isRow, line: nth + 2 }));
      const row = { phone: "+5511", name: "", hashtags: [], attributes: {}, optIn: null, notices: [], cells: [] };
      const rows = lines.filter(({ isRow }) => isRow).map(({ line }) => ({ ...row, line }) as unknown as ReadRow);
      const rejects = lines
        .filter(({ isRow }) => !isRow)
        .map(({ line }): RejectedRow => ({ line, cells: [], reason: "phone_missing" }));
      const shown = firstRows({ rows, rejects }, new Set(["+5511"]));
      expect(shown.map(({ line, becomes }) => ({ isRow: becomes === "known", line }))).toEqual(lines.slice(0, 50));
    }),
  );
});
