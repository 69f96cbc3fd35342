import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wallClock } from "#core/shared/wall-clock.ts";

const ZONES = [
  "America/Sao_Paulo",
  "America/Noronha",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Europe/London",
  "UTC",
];

/** The slow way, cell by cell. */
function byIntl(timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

describe("wallClock", () => {
  it("writes the tenant's time, not UTC", () => {
    expect(wallClock("America/Sao_Paulo")(Date.parse("2026-12-01T02:30:05.999Z"))).toBe("2026-11-30 23:30:05");
  });

  it("agrees with Intl at any instant, in any zone, also when one formatter is asked out of order", () => {
    const clocks = new Map(ZONES.map((zone) => [zone, wallClock(zone)]));
    const instant = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (zone, at) => {
        expect(clocks.get(zone)?.(at)).toBe(byIntl(zone, at));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["America/New_York", "2026-03-08T06:59:59Z", "2026-03-08 01:59:59"],
    ["America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00:00"],
    ["America/New_York", "2026-11-01T05:59:59Z", "2026-11-01 01:59:59"],
    ["America/New_York", "2026-11-01T06:00:00Z", "2026-11-01 01:00:00"],
    // Half an hour, at half past an hour of UTC.
    ["Australia/Lord_Howe", "2026-10-03T15:29:59Z", "2026-10-04 01:59:59"],
    ["Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04 02:30:00"],
  ])("follows the clocks of %s at %s", (zone, at, expected) => {
    expect(wallClock(zone)(Date.parse(at))).toBe(expected);
  });
});
