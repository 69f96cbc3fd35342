import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  groupDepartures,
  leadFor,
  NO_STRAIN,
  partSizes,
  patienceFor,
  type Strain,
  spacingFor,
  strainAfter,
  usualMs,
} from "../../worker/core/departures.ts";

describe("taking messages in parts", () => {
  test("takes every message once, in parts that differ by less than one part, each gone in about its time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0.1, max: 5_000, noNaN: true }),
        fc.integer({ min: 1, max: 2_000 }),
        (count, spacingMs, spanMs) => {
          const sizes = partSizes(count, spacingMs, spanMs);
          expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
          const [size = 0] = sizes;
          for (const each of sizes) expect(each).toBeGreaterThan(0);
          for (const each of sizes.slice(0, -1)) expect(each).toBe(size);
          if (size > 1) expect((size - 1) * spacingMs).toBeLessThanOrEqual(2 * spanMs);
        },
      ),
    );
  });

  test("calls that are that far apart never need more places than there are", () => {
    const spacing = spacingFor(200, 6);
    expect(200 / spacing).toBeLessThan(6);
  });

  test("waits for a call as long as such calls take, and not for one that hangs", () => {
    for (const callMs of [1, 30, 100, 400, 1_200]) {
      expect(patienceFor(callMs)).toBeGreaterThan(2 * callMs);
      expect(patienceFor(callMs)).toBeLessThanOrEqual(5_000);
    }
    expect(patienceFor(30)).toBeLessThan(500);
  });
});

describe("groups of departures", () => {
  test("hold each departure once, in order, and none spans more than it may", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 })),
        fc.integer({ min: 1, max: 2_000 }),
        (times, spanMs) => {
          const groups = groupDepartures(
            times.map((at) => ({ at, message: at })),
            spanMs,
          );
          expect(groups.flat().map(({ at }) => at)).toEqual(times.toSorted((a, b) => a - b));
          for (const group of groups) expect((group.at(-1)?.at ?? 0) - (group[0]?.at ?? 0)).toBeLessThanOrEqual(spanMs);
        },
      ),
    );
  });
});

describe("the usual duration of a call", () => {
  const after = (start: number, durations: number[]) => durations.reduce(usualMs, start);
  const repeat = (n: number, ms: number) => Array.from({ length: n }, () => ms);

  test("is found within some hundred calls, from above and from below", () => {
    expect(after(100, repeat(300, 40))).toBeCloseTo(40, -1);
    expect(after(100, repeat(300, 400))).toBeCloseTo(400, -1.5);
  });

  test("hardly moves when everything stands still for a moment, or when one call in a hundred hangs", () => {
    expect(after(40, repeat(24, 20_000))).toBeLessThan(55);
    expect(after(40, Array.from({ length: 20 }, () => [...repeat(99, 40), 20_000]).flat())).toBeLessThan(45);
  });
});

describe("how early an object is asked", () => {
  test("is as early as most ways to it need, wherever it is, and not much earlier", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 330 }), (usualMs) => {
        // A fifth shorter or longer than usual, evenly.
        const ways = Array.from({ length: 300 }, (_, i) => usualMs * (0.8 + 0.4 * ((i * Math.SQRT2) % 1)));
        let next = 100;
        const settled = ways
          .map((tookMs) => {
            const lead = next;
            next = leadFor(lead, tookMs);
            return { tookMs, lead };
          })
          .slice(100);
        expect(settled.filter(({ tookMs, lead }) => tookMs <= lead).length).toBeGreaterThan(settled.length / 2);
        expect(Math.max(...settled.map(({ lead }) => lead))).toBeLessThan(Math.max(15, usualMs * 1.2) + 1);
      }),
    );
  });

  test("forgets a moment in which everything stood still, and never asks for more than that moment is worth", () => {
    const after = Array.from({ length: 24 }, () => 20_000).reduce(leadFor, 30);
    expect(after).toBe(400);
    expect(Array.from({ length: 100 }, () => 30).reduce(leadFor, after)).toBeLessThan(35);
  });
});

describe("asking for less when there is no time to keep what was asked for", () => {
  const after = (strain: Strain, late: boolean[]) => late.reduce(strainAfter, strain);
  const repeat = (count: number, late: boolean) => Array.from({ length: count }, () => late);
  const lateOneIn = (n: number, count: number) => Array.from({ length: count }, (_, i) => i % n === 0);

  test("spaces calls further apart while every other one is late, up to a bound, and as before when they are kept", () => {
    const strained = after(NO_STRAIN, lateOneIn(2, 400));
    expect(strained.factor).toBeGreaterThan(2);
    expect(after(strained, repeat(400, false)).factor).toBe(1);
    expect(after(NO_STRAIN, repeat(10_000, true)).factor).toBe(8);
  });

  test("spaces them as their duration has it while one in four is late", () => {
    expect(after(NO_STRAIN, lateOneIn(4, 10_000)).factor).toBe(1);
  });

  test("hardly changes for a moment in which everything stood still, whenever it comes", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(200), (before, stalled) => {
        const calls = [...repeat(before, false), ...repeat(stalled, true)];
        expect(after(NO_STRAIN, calls).factor).toBeLessThan(2);
        expect(after(NO_STRAIN, [...calls, ...repeat(400, false)]).factor).toBe(1);
      }),
    );
  });
});
