import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpen, nextOpening } from "#core/campaigns/sending-window.ts";
import {
  firstWaves,
  MIN_WAVE_PERCENT,
  MOST_WAVES,
  nextWaveAt,
  planWaves,
  tooManyWaves,
  waveCount,
  waveDueAt,
  waveOf,
  waveRange,
  waveSize,
} from "#core/campaigns/waves.ts";
import { anyInstant, anyWindow, NEVER, OFFICE_HOURS } from "../windows.ts";

const START = Date.parse("2026-12-01T15:00:00Z");

/** Percent as a whole number of thousandths, so the test can compute in integers. */
const thousandths = fc.integer({ min: 1, max: 100_000 });
const intervalMinutes = fc.integer({ min: 0, max: 10_000 });
const total = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2_000_000 }));

describe("waveSize", () => {
  it("is the exact ceiling of total × percent / 100, for any decimal percent", () => {
    fc.assert(
      fc.property(total, thousandths, intervalMinutes, (people, percent, interval) => {
        const expected = Number((BigInt(people) * BigInt(percent) + 99_999n) / 100_000n);
        expect(waveSize(people, { percent: percent / 1000, intervalMinutes: interval })).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [100_000, 1.1, 1100],
    [10_000, 0.07, 7],
    [10_000, 0.28, 28],
    [1000, 33.3, 333],
    [1000, 33.34, 334],
    [10, 0.5, 1],
    [1, 0.000001, 1],
    [7, 100, 7],
    [0, 20, 0],
  ])("of %d people at %d percent is %d", (people, percent, expected) => {
    expect(waveSize(people, { percent, intervalMinutes: 30 })).toBe(expected);
  });

  it("is everyone when there is no pacing", () => {
    expect(waveSize(1234, null)).toBe(1234);
  });
});

it("a percentage that is allowed makes at most a thousand waves, and loses nothing: one person a wave is possible", () => {
  fc.assert(
    fc.property(total, fc.double({ min: MIN_WAVE_PERCENT, max: 100, noNaN: true }), (people, percent) => {
      const pacing = { percent, intervalMinutes: 1 };
      expect(tooManyWaves(pacing)).toBe(false);
      expect(waveCount(people, pacing)).toBeLessThanOrEqual(MOST_WAVES);
    }),
  );
  expect(waveSize(MOST_WAVES, { percent: MIN_WAVE_PERCENT, intervalMinutes: 1 })).toBe(1);
  expect(tooManyWaves({ percent: 0.0001, intervalMinutes: 1 })).toBe(true);
});

describe("planWaves", () => {
  it("puts every position in exactly one wave, each full but the last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.option(thousandths),
        intervalMinutes,
        (people, percent, interval) => {
          const pacing = percent === null ? null : { percent: percent / 1000, intervalMinutes: interval };
          const waves = planWaves(people, START, pacing);
          const size = waveSize(people, pacing);
          expect(waves).toHaveLength(waveCount(people, pacing));
          expect(waves.reduce((sum, wave) => sum + wave.count, 0)).toBe(people);

          let next = 1;
          for (const wave of waves) {
            const { from, to } = waveRange(wave.index, people, pacing);
            expect(from).toBe(next);
            expect(to - from + 1).toBe(wave.count);
            expect(wave.count).toBe(wave.index === waves.length - 1 ? people - (waves.length - 1) * size : size);
            for (let position = from; position <= to; position++)
              expect(waveOf(position, people, pacing)).toBe(wave.index);
            next = to + 1;
          }
          expect(next).toBe(people + 1);
        },
      ),
    );
  });

  it("makes wave k due k intervals after the start", () => {
    const pacing = { percent: 20, intervalMinutes: 30 };
    expect(planWaves(11, START, pacing)).toEqual([
      { index: 0, at: START, count: 3 },
      { index: 1, at: START + 30 * 60_000, count: 3 },
      { index: 2, at: START + 60 * 60_000, count: 3 },
      { index: 3, at: START + 90 * 60_000, count: 2 },
    ]);
    expect(waveDueAt(2, START, pacing)).toBe(START + 60 * 60_000);
    expect(waveDueAt(0, START, null)).toBe(START);
  });

  it("stays exact over many thousands of waves", () => {
    const pacing = { percent: 0.01, intervalMinutes: 1 };
    const waves = planWaves(1_000_001, START, pacing);
    expect(waves).toHaveLength(9901);
    expect(waves.at(-1)).toEqual({ index: 9900, at: START + 9900 * 60_000, count: 1_000_001 - 9900 * 101 });
  });

  it("is empty for an empty audience", () => {
    expect(planWaves(0, START, { percent: 20, intervalMinutes: 30 })).toEqual([]);
    expect(planWaves(0, START, null)).toEqual([]);
  });

  it("gives an empty range past the last wave", () => {
    const { from, to } = waveRange(9, 10, { percent: 50, intervalMinutes: 1 });
    expect(to).toBeLessThan(from);
  });
});

describe("firstWaves", () => {
  it("are the beginning of the whole plan", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        thousandths,
        fc.integer({ min: 1, max: 30 }),
        fc.option(anyWindow),
        (people, percent, most, window) => {
          const pacing = { percent: percent / 1000, intervalMinutes: 45 };
          const plan = planWaves(people, START, pacing, window);
          expect(firstWaves(people, START, pacing, most, window)).toEqual(plan.slice(0, most));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("are cheap when there would be a million", () => {
    const waves = firstWaves(1_000_000, START, { percent: 0.0001, intervalMinutes: 1 }, 1_000);
    expect(waves).toHaveLength(1_000);
    expect(waves.at(-1)).toEqual({ index: 999, at: START + 999 * 60_000, count: 1 });
  });
});

describe("waves under a sending window", () => {
  const pacing = fc.record({
    percent: fc.constantFrom(1, 3.3, 20, 50, 100),
    intervalMinutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 10_080 })),
  });

  it("fall due only while it is open, a whole interval apart or more, and hold the same people as without", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), anyInstant, pacing, anyWindow, (people, startAt, pace, window) => {
        const waves = planWaves(people, startAt, pace, window);
        expect(waves.map(({ index, count }) => [index, count])).toEqual(
          planWaves(people, startAt, pace).map(({ index, count }) => [index, count]),
        );
        let earliest = startAt;
        for (const { at } of waves) {
          expect(isOpen(window, at)).toBe(true);
          // Not a moment later than it must be, either.
          expect(at).toBe(nextOpening(window, earliest));
          earliest = at + pace.intervalMinutes * 60_000;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("come one by one by the rule that the campaign itself goes by", () => {
    fc.assert(
      fc.property(anyInstant, pacing, fc.option(anyWindow), (startAt, pace, window) => {
        let due = nextOpening(window, startAt);
        for (const { at } of planWaves(60, startAt, pace, window)) {
          expect(at).toBe(due);
          due = nextWaveAt(at, pace.intervalMinutes * 60_000, window);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("that were kept overnight do not come together in the morning", () => {
    const friday = Date.parse("2026-12-04T19:15:00-03:00");
    const waves = planWaves(5, friday, { percent: 20, intervalMinutes: 30 }, OFFICE_HOURS);
    expect(waves.map(({ at }) => at)).toEqual(
      [
        "2026-12-04T19:15:00-03:00",
        "2026-12-04T19:45:00-03:00",
        "2026-12-05T08:00:00-03:00",
        "2026-12-05T08:30:00-03:00",
        "2026-12-05T09:00:00-03:00",
      ].map((text) => Date.parse(text)),
    );
  });

  it("wait for it from the first on", () => {
    const sunday = Date.parse("2026-12-06T10:00:00-03:00");
    expect(planWaves(7, sunday, null, OFFICE_HOURS)).toEqual([
      { index: 0, at: Date.parse("2026-12-07T08:00:00-03:00"), count: 7 },
    ]);
  });

  it("that never opens do not come at all", () => {
    expect(planWaves(7, START, null, NEVER)).toEqual([]);
    expect(nextWaveAt(START, 60_000, NEVER)).toBeNull();
  });
});
