import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SendingWindow } from "#core/campaigns/policy.ts";
import { closesAt, isOpen, nextOpening, openingFrom, WINDOW_HORIZON_MS } from "#core/campaigns/sending-window.ts";
import { wallClock } from "#core/shared/wall-clock.ts";
import { anyInstant, anyWindow, NEVER, OFFICE_HOURS, ZONES } from "../windows.ts";

const HOUR = 60 * 60_000;
const QUARTER = HOUR / 4;
const at = (text: string) => Date.parse(text);
const saoPaulo = (text: string) => at(`${text}:00-03:00`);
const newYork = (hours: SendingWindow["hours"]): SendingWindow => ({
  timeZone: "America/New_York",
  hours,
  holidays: [],
});
const EVERY_DAY: SendingWindow["hours"][number]["days"] = [1, 2, 3, 4, 5, 6, 7];
const always = (timeZone: string): SendingWindow => ({
  timeZone,
  hours: [{ days: EVERY_DAY, from: "00:00", to: "24:00" }],
  holidays: [],
});

/** The definition: what the wall clock shows is in one of the day's hours. */
function openByTheWall({ timeZone, hours, holidays }: SendingWindow, instant: number): boolean {
  const [date = "", time = ""] = wallClock(timeZone)(instant).split(" ");
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay() || 7;
  if (holidays.includes(date)) return false;
  return hours.some(
    ({ days, from, to }) => days.some((day) => day === weekday) && `${from}:00` <= time && time < `${to}:00`,
  );
}

describe("isOpen", () => {
  it("goes by the wall clock of the window's zone, at any instant", () => {
    fc.assert(
      fc.property(anyWindow, anyInstant, (window, instant) => {
        expect(isOpen(window, instant)).toBe(openByTheWall(window, instant));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ["2026-12-04T07:59", false],
    ["2026-12-04T08:00", true],
    ["2026-12-04T19:59", true],
    ["2026-12-04T20:00", false],
    ["2026-12-05T13:59", true],
    ["2026-12-05T14:00", false],
    ["2026-12-06T10:00", false],
  ])("office hours at %s: %s", (wall, expected) => {
    expect(isOpen(OFFICE_HOURS, saoPaulo(wall))).toBe(expected);
  });

  it("counts the first millisecond and not the last", () => {
    expect(isOpen(OFFICE_HOURS, saoPaulo("2026-12-04T08:00") - 1)).toBe(false);
    expect(isOpen(OFFICE_HOURS, saoPaulo("2026-12-04T20:00") - 1)).toBe(true);
  });

  it("is never true on a holiday, which is a day in the window's zone", () => {
    const window = { ...OFFICE_HOURS, holidays: ["2026-12-04"] };
    expect(isOpen(window, saoPaulo("2026-12-04T10:00"))).toBe(false);
    // 21:30 in São Paulo is the next day in UTC.
    const late = { ...always("America/Sao_Paulo"), holidays: ["2026-12-04"] };
    expect(isOpen(late, saoPaulo("2026-12-03T21:30"))).toBe(true);
    expect(isOpen(late, saoPaulo("2026-12-04T21:30"))).toBe(false);
    expect(isOpen(late, saoPaulo("2026-12-05T00:00"))).toBe(true);
  });

  it("is always true without a window", () => {
    expect(isOpen(null, 0)).toBe(true);
  });
});

describe("nextOpening and closesAt", () => {
  it("agree with isOpen at every quarter of an hour of the time between", () => {
    fc.assert(
      fc.property(anyWindow, anyInstant, (window, some) => {
        const instant = Math.floor(some / QUARTER) * QUARTER;
        const opens = nextOpening(window, instant);
        expect(opens).not.toBeNull();
        if (opens === null) return;
        for (let t = instant; t < opens; t += QUARTER) expect(openByTheWall(window, t)).toBe(false);
        expect(openByTheWall(window, opens)).toBe(true);
        const closes = closesAt(window, opens) ?? opens + 20 * 24 * HOUR;
        for (let t = opens; t < Math.min(closes, opens + 20 * 24 * HOUR); t += QUARTER)
          expect(openByTheWall(window, t)).toBe(true);
        if (closesAt(window, opens) !== null) expect(openByTheWall(window, closes)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("an open instant is its own next opening; a closed one is in no opening", () => {
    const open = saoPaulo("2026-12-04T09:30");
    expect(nextOpening(OFFICE_HOURS, open)).toBe(open);
    expect(closesAt(OFFICE_HOURS, open)).toBe(saoPaulo("2026-12-04T20:00"));
    expect(closesAt(OFFICE_HOURS, saoPaulo("2026-12-04T20:00"))).toBeNull();
  });

  it("nights, Sundays and holidays are passed over", () => {
    const window = { ...OFFICE_HOURS, holidays: ["2026-12-07", "2026-12-08"] };
    expect(nextOpening(window, saoPaulo("2026-12-05T14:00"))).toBe(saoPaulo("2026-12-09T08:00"));
  });

  it("hours that adjoin are one opening, also over midnight and over the end of the week", () => {
    const lunch = newYork([
      { days: EVERY_DAY, from: "12:00", to: "14:00" },
      { days: EVERY_DAY, from: "14:00", to: "18:00" },
    ]);
    expect(closesAt(lunch, at("2026-12-03T12:30:00-05:00"))).toBe(at("2026-12-03T18:00:00-05:00"));
    const night: SendingWindow = {
      timeZone: "America/Sao_Paulo",
      hours: [
        { days: [7], from: "22:00", to: "24:00" },
        { days: [1], from: "00:00", to: "06:00" },
      ],
      holidays: [],
    };
    expect(closesAt(night, saoPaulo("2026-12-06T22:00"))).toBe(saoPaulo("2026-12-07T06:00"));
    expect(closesAt({ ...night, holidays: ["2026-12-07"] }, saoPaulo("2026-12-06T22:00"))).toBe(
      saoPaulo("2026-12-07T00:00"),
    );
  });

  it("a window that is open around the clock has no end to tell, in any zone", () => {
    for (const zone of ZONES) {
      const window = always(zone);
      const instant = at("2026-03-01T00:00:00Z");
      expect(nextOpening(window, instant)).toBe(instant);
      expect(closesAt(window, instant)).toBeNull();
      expect(openingFrom(window, instant)?.to).toBeGreaterThan(instant + WINDOW_HORIZON_MS);
    }
  });

  it("null is the answer when nothing opens within 400 days, and without a window it is always now", () => {
    expect(nextOpening(NEVER, 1_000)).toBeNull();
    expect(openingFrom(NEVER, 1_000)).toBeNull();
    const saturdays = Array.from({ length: 60 }, (_, week) =>
      new Date(at("2026-12-05T12:00:00Z") + week * 7 * 24 * HOUR).toISOString().slice(0, 10),
    );
    const window = {
      ...OFFICE_HOURS,
      hours: [{ days: [6 as const], from: "08:00", to: "14:00" }],
      holidays: saturdays,
    };
    expect(nextOpening(window, saoPaulo("2026-12-01T00:00"))).toBeNull();
    expect(nextOpening(null, 1_000)).toBe(1_000);
    expect(closesAt(null, 1_000)).toBeNull();
  });
});

describe("when the clocks change in New York", () => {
  const night = newYork([{ days: EVERY_DAY, from: "01:30", to: "02:30" }]);

  it("the hours that are left out are not there: 01:30 to 02:30 lasts half an hour on 8 March 2026", () => {
    const opens = at("2026-03-08T01:30:00-05:00");
    expect(nextOpening(night, at("2026-03-08T00:00:00-05:00"))).toBe(opens);
    expect(closesAt(night, opens)).toBe(opens + HOUR / 2);
  });

  it("an opening that lies in the gap falls out for the day", () => {
    const gap = newYork([{ days: EVERY_DAY, from: "02:00", to: "03:00" }]);
    expect(nextOpening(gap, at("2026-03-08T00:00:00-05:00"))).toBe(at("2026-03-09T02:00:00-04:00"));
  });

  it("the hours that come twice are open twice: 01:30 to 02:30 on 1 November 2026", () => {
    const first = at("2026-11-01T01:30:00-04:00");
    expect(nextOpening(night, at("2026-11-01T00:00:00-04:00"))).toBe(first);
    expect(closesAt(night, first)).toBe(at("2026-11-01T01:00:00-05:00"));
    const second = at("2026-11-01T01:30:00-05:00");
    expect(nextOpening(night, first + HOUR / 2)).toBe(second);
    expect(closesAt(night, second)).toBe(at("2026-11-01T02:30:00-05:00"));
  });

  it("a day's hours begin and end by the wall on both sides of the change", () => {
    const day = newYork([{ days: EVERY_DAY, from: "08:00", to: "20:00" }]);
    expect(nextOpening(day, at("2026-03-07T21:00:00-05:00"))).toBe(at("2026-03-08T08:00:00-04:00"));
    expect(nextOpening(day, at("2026-10-31T21:00:00-04:00"))).toBe(at("2026-11-01T08:00:00-05:00"));
  });
});
