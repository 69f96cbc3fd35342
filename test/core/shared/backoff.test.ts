import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delayMs } from "#core/shared/backoff.ts";

const rules = fc.record({
  baseMs: fc.integer({ min: 1, max: 600_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxMs: fc.integer({ min: 600_000, max: 86_400_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const attempts = fc.integer({ min: 1, max: 10_000 });

describe("the wait between tries", () => {
  it("is the base after the first try and grows by the factor", () => {
    const rule = { baseMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0 };
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => delayMs(rule, attempt, 0))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  it("takes at most the jitter's share off", () => {
    const rule = { baseMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.3 };
    expect(delayMs(rule, 1, 0)).toBe(700);
    expect(delayMs(rule, 1, 1)).toBe(1_000);
  });

  it("stays between its floor and its bound, in whole milliseconds, after any number of tries", () => {
    fc.assert(
      fc.property(rules, attempts, chance, (rule, attempt, random) => {
        const delay = delayMs(rule, attempt, random);
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeLessThanOrEqual(rule.maxMs);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(rule.baseMs * (1 - rule.jitter)));
      }),
    );
  });

  it("never shrinks from one try to the next under the same chance", () => {
    fc.assert(
      fc.property(rules, attempts, chance, (rule, attempt, random) => {
        expect(delayMs(rule, attempt + 1, random)).toBeGreaterThanOrEqual(delayMs(rule, attempt, random));
      }),
    );
  });

  it("counts anything before the first try as the first", () => {
    const rule = { baseMs: 1_000, factor: 4, maxMs: 60_000, jitter: 0 };
    expect(delayMs(rule, 0, 1)).toBe(1_000);
    expect(delayMs(rule, -3, 1)).toBe(1_000);
  });
});
