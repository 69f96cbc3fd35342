import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionAt } from "#core/campaigns/estimate.ts";
import { closesAt, isOpen, nextOpening, WINDOW_HORIZON_MS } from "#core/campaigns/sending-window.ts";
import { planWaves } from "#core/campaigns/waves.ts";
import { leasedRate } from "#core/lines/pacing.ts";
import { anyWindow, NEVER, OFFICE_HOURS } from "../windows.ts";

const pacing = fc.option(
  fc.record({
    percent: fc.constantFrom(0.5, 1, 3.3, 7, 20, 33, 50, 99, 100),
    intervalMinutes: fc.integer({ min: 1, max: 120 }),
  }),
);
const total = fc.integer({ min: 1, max: 200_000 });
const rates = fc.array(fc.constantFrom(1, 5, 80, 500), { minLength: 1, maxLength: 4 });
const START = 1_800_000_000_000;

describe("completionAt", () => {
  it("is when a line of people who come in waves and leave at an even rate has gone", () => {
    fc.assert(
      fc.property(total, pacing, rates, (people, pace, perSecond) => {
        const perMs = perSecond.map(leasedRate).reduce((a, b) => a + b, 0) / 1_000;
        let free = START;
        for (const wave of planWaves(people, START, pace)) free = Math.max(free, wave.at) + wave.count / perMs;
        const estimate = completionAt(people, START, pace, perSecond) ?? Number.NaN;
        expect(Math.abs(estimate - free)).toBeLessThan(2);
      }),
    );
  });

  it("under a window is when people who wait whenever it is closed have gone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), pacing, anyWindow, (people, pace, window) => {
        const perMs = leasedRate(1) / 1_000;
        let free = START;
        for (const wave of planWaves(people, START, pace, window)) {
          free = Math.max(free, wave.at);
          // Half a millisecond's worth is rounding: whoever leaves exactly at closing time has left.
          for (let waiting = wave.count; waiting > perMs / 2; ) {
            // Rounded only while closed: a part of a millisecond a wave would add up over two hundred waves.
            if (!isOpen(window, free)) free = nextOpening(window, Math.ceil(free)) ?? Number.NaN;
            const leaving = Math.min(waiting, ((closesAt(window, free) ?? Number.POSITIVE_INFINITY) - free) * perMs);
            waiting -= leaving;
            free += leaving / perMs;
          }
        }
        const estimate = completionAt(people, START, pace, [1], window);
        if (estimate === null) expect(free).toBeGreaterThan(START + WINDOW_HORIZON_MS - 24 * 60 * 60_000);
        else {
          expect(Math.abs(estimate - free)).toBeLessThan(2);
          expect(isOpen(window, estimate - 2)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("leaves what does not fit into a day for the next one", () => {
    // Not quite one a second from 19:00 on a Thursday: an hour's worth before 20:00, the rest from 8:00 on.
    const hour = 3_600 * leasedRate(1);
    const startAt = Date.parse("2026-12-03T19:00:00-03:00");
    expect(completionAt(hour, startAt, null, [1], OFFICE_HOURS)).toBe(Date.parse("2026-12-03T20:00:00-03:00"));
    expect(completionAt(hour + 60 * leasedRate(1), startAt, null, [1], OFFICE_HOURS)).toBe(
      Date.parse("2026-12-04T08:01:00-03:00"),
    );
  });

  it("is unknown when nobody is to be sent to, no line can send, or the window never opens", () => {
    expect(completionAt(10, START, null, [80], NEVER)).toBeNull();
    expect(completionAt(0, START, null, [80], OFFICE_HOURS)).toBeNull();
    expect(completionAt(0, START, null, [80])).toBeNull();
    expect(completionAt(10, START, null, [])).toBeNull();
  });
});
