import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDate, withSlashes, writeDate } from "../../../web/src/lib/format/typed-date.ts";

const TODAY = "2026-11-27";
const read = (text: string, order: "day first" | "month first" = "day first") => {
  const typed = readDate(text, order, TODAY);
  return typed.ok ? typed.date : typed.error;
};
/** As the field does it: slashes are put in after each sign. */
const type = (signs: string) => [...signs].reduce((text, sign) => withSlashes(text + sign), "");

describe("a typed date", () => {
  it.each([
    ["31122026", "2026-12-31"],
    ["31/12/2026", "2026-12-31"],
    ["31-12-2026", "2026-12-31"],
    ["31.12.2026", "2026-12-31"],
    [" 31 12 2026 ", "2026-12-31"],
    ["311226", "2026-12-31"],
    ["31/12/26", "2026-12-31"],
    ["1/2/27", "2027-02-01"],
    ["2026-12-31", "2026-12-31"],
    ["20261231", "2026-12-31"],
    ["20122026", "2026-12-20"],
    ["29/02/2028", "2028-02-29"],
    ["3112", "2026-12-31"],
    ["31/12", "2026-12-31"],
    ["01/02", "2027-02-01"],
    ["27/11", "2026-11-27"],
  ])("%j is %s", (text, date) => {
    expect(read(text)).toBe(date);
  });

  it.each([
    ["31/02/2027", "impossible"],
    ["29/02/2027", "impossible"],
    ["31/04/2027", "impossible"],
    ["00/12/2026", "impossible"],
    ["12/13/2026", "impossible"],
    ["31", "incomplete"],
    ["31/12/202", "incomplete"],
    ["31/12/20266", "incomplete"],
    ["amanhã", "incomplete"],
    ["31/dez/2026", "incomplete"],
    ["1/2/3/4", "incomplete"],
    ["", "empty"],
  ])("%j is none: %s", (text, error) => {
    expect(read(text)).toBe(error);
  });

  it.each([
    ["31/12", "2025-12-31"],
    ["01/02", "2026-02-01"],
    ["27/11", "2026-11-27"],
    ["29/02", "impossible"],
    ["31/12/2024", "2024-12-31"],
  ])("without its year, where it is to be past, is the last such day: %j is %s", (text, date) => {
    const typed = readDate(text, "day first", TODAY, "last");
    expect(typed.ok ? typed.date : typed.error).toBe(date);
  });

  it("has its month first in English", () => {
    expect(read("12/31/2026", "month first")).toBe("2026-12-31");
    expect(read("12312026", "month first")).toBe("2026-12-31");
    expect(writeDate("2026-12-31", "month first")).toBe("12/31/2026");
  });

  it("whatever it is, comes out as it went in, by digits, with slashes or pasted", () => {
    const dates = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.constantFrom("day first", "month first"), (at, order) => {
        const date = at.toISOString().slice(0, 10);
        const written = writeDate(date, order);
        for (const text of [
          written,
          type(written),
          type(written.replaceAll("/", "")),
          withSlashes(written.replaceAll("/", "")),
          date,
        ])
          expect(readDate(text, order, TODAY), text).toEqual({ ok: true, date });
      }),
    );
  });
});

describe("slashes", () => {
  it("come while digits are typed, and what has its own stays", () => {
    expect(type("31122026")).toBe("31/12/2026");
    expect(type("3")).toBe("3");
    expect(type("31")).toBe("31");
    expect(type("1/2/26")).toBe("1/2/26");
    expect(type("31.12.2026")).toBe("31.12.2026");
    expect(type("2026-12-31")).toBe("2026-12-31");
    expect(withSlashes("2026-12-31")).toBe("2026-12-31");
  });
});
