import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFormat } from "../../../web/src/lib/format/format.ts";

interface BlockEnd {
  endOfDay(date: string, timeZone: string): string | null;
  lastDay(until: string, timeZone: string): string;
  endText(until: string, format: object): string;
}
// The web's own types are checked with the web.
const path = "../../../web/src/routes/(app)/blocks/block-end.ts";
const { endOfDay, endText, lastDay }: BlockEnd = await import(path);

// With clocks that change at midnight, whole and by half an hour, and not at all.
const zones = fc.constantFrom("America/Sao_Paulo", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut", "UTC");
const days = fc
  .date({ min: new Date("2015-01-01"), max: new Date("2035-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe("the last day of a block", () => {
  it("is the day that was chosen, wherever and whenever that is", () => {
    fc.assert(
      fc.property(days, zones, (day, zone) => {
        const end = endOfDay(day, zone);
        expect(end && lastDay(end, zone)).toBe(day);
      }),
    );
  });

  it("is whole: the block ends when the next one begins on the tenant's clocks", () => {
    expect(endOfDay("2026-12-31", "America/Sao_Paulo")).toBe("2027-01-01T00:00:00.000-03:00");
    expect(endOfDay("", "UTC")).toBeNull();
  });

  it("is what people read, with the time only of one that ends within a day", () => {
    const format = createFormat("en", "America/Sao_Paulo");
    expect(endText("2027-01-01T03:00:00.000Z", format)).toBe("Dec 31, 2026");
    expect(endText("2026-12-31T21:30:00.000Z", format)).toContain("06:30");
  });
});
