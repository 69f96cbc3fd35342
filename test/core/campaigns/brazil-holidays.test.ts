import fc from "fast-check";
import { expect, it } from "vitest";
import { brazilHolidays } from "#core/campaigns/brazil-holidays.ts";

const dates = (year: number, kind: string) =>
  brazilHolidays(year)
    .filter((day) => day.kind === kind)
    .map(({ date }) => date);

it("lists what the government publishes as national holidays of 2026 and 2027, in order", () => {
  expect(dates(2026, "national")).toEqual([
    "2026-01-01",
    "2026-04-03",
    "2026-04-21",
    "2026-05-01",
    "2026-09-07",
    "2026-10-12",
    "2026-11-02",
    "2026-11-15",
    "2026-11-20",
    "2026-12-25",
  ]);
  expect(dates(2027, "national")).toContain("2027-03-26");
});

it("keeps the days apart on which nobody has to close: Carnival and Corpus Christi", () => {
  expect(dates(2026, "customary")).toEqual(["2026-02-16", "2026-02-17", "2026-06-04"]);
  expect(dates(2027, "customary")).toEqual(["2027-02-08", "2027-02-09", "2027-05-27"]);
});

it.each([
  [2000, "2000-04-21"],
  [2008, "2008-03-21"],
  [2011, "2011-04-22"],
  [2024, "2024-03-29"],
  [2025, "2025-04-18"],
  [2038, "2038-04-23"],
  [2049, "2049-04-16"],
  [2076, "2076-04-17"],
])("knows Good Friday of %d", (year, date) => {
  expect(brazilHolidays(year).find(({ name }) => name === "goodFriday")?.date).toBe(date);
});

it("has Good Friday on a Friday between 20 March and 23 April of any year, each day once and in order", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2299 }), (year) => {
      const holidays = brazilHolidays(year);
      const friday = holidays.find(({ name }) => name === "goodFriday")?.date ?? "";
      expect(new Date(`${friday}T00:00:00Z`).getUTCDay()).toBe(5);
      expect(friday >= `${year}-03-20` && friday <= `${year}-04-23`).toBe(true);
      expect(holidays.map(({ date }) => date)).toEqual(holidays.map(({ date }) => date).toSorted());
      expect(new Set(holidays.map(({ name }) => name)).size).toBe(holidays.length);
    }),
  );
});

it("has Black Awareness Day since it is one for the whole country", () => {
  const has = (year: number) => brazilHolidays(year).some(({ name }) => name === "blackAwareness");
  expect([has(2023), has(2024)]).toEqual([false, true]);
});
