import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionAt, firstWaves } from "../../worker/core/campaign-estimate.ts";
import { perWindow } from "../../worker/core/pacing.ts";
import { planWaves } from "../../worker/core/waves.ts";

const pacing = fc.option(
  fc.record({
    percent: fc.constantFrom(0.5, 1, 3.3, 7, 20, 33, 50, 99, 100),
    intervalMinutes: fc.integer({ min: 1, max: 120 }),
  }),
);
const total = fc.integer({ min: 1, max: 200_000 });
const rates = fc.array(fc.constantFrom(1, 5, 80, 500), { minLength: 1, maxLength: 4 });
const START = 1_800_000_000_000;

describe("firstWaves", () => {
  it("are the beginning of the whole plan", () => {
    fc.assert(
      fc.property(total, pacing, fc.integer({ min: 1, max: 30 }), (people, pace, most) => {
        expect(firstWaves(people, START, pace, most)).toEqual(planWaves(people, START, pace).slice(0, most));
      }),
    );
  });

  it("are cheap when there would be a million", () => {
    const waves = firstWaves(1_000_000, START, { percent: 0.0001, intervalMinutes: 1 }, 1_000);
    expect(waves).toHaveLength(1_000);
    expect(waves.at(-1)).toEqual({ index: 999, at: START + 999 * 60_000, count: 1 });
  });
});

describe("completionAt", () => {
  it("is when a line of people who come in waves and leave at an even rate has gone", () => {
    fc.assert(
      fc.property(total, pacing, rates, (people, pace, perSecond) => {
        const perMs = perSecond.map(perWindow).reduce((a, b) => a + b, 0) / 1_000;
        let free = START;
        for (const wave of planWaves(people, START, pace)) free = Math.max(free, wave.at) + wave.count / perMs;
        const estimate = completionAt(people, START, pace, perSecond) ?? Number.NaN;
        expect(Math.abs(estimate - free)).toBeLessThan(2);
      }),
    );
  });

  it("is unknown when nobody is to be sent to, or no line can send", () => {
    expect(completionAt(0, START, null, [80])).toBeNull();
    expect(completionAt(10, START, null, [])).toBeNull();
  });
});
