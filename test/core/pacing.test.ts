import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowedShare, perWindow, shareFairly, slowDown, takeSlots, WINDOW_MS } from "../../worker/core/pacing.ts";

describe("departure times of a line", () => {
  test("never more than the line's share of Meta's rate in any second, whatever is asked and when", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.record({ count: fc.integer({ min: 0, max: 300 }), wait: fc.integer({ min: 0, max: 3_000 }) }), {
          maxLength: 20,
        }),
        (rate, asks) => {
          let now = 1_000_000;
          let given: number[] = [];
          for (const { count, wait } of asks) {
            now += wait;
            const slots = takeSlots(given, count, rate, now, now + 1_500);
            expect(slots.every((at) => at >= now && at <= now + 1_500)).toBe(true);
            given = [...given, ...slots];
          }
          expect(given).toEqual(given.toSorted((a, b) => a - b));
          const size = perWindow(rate);
          for (let i = size; i < given.length; i++) {
            expect((given[i] ?? 0) - (given[i - size] ?? 0)).toBeGreaterThanOrEqual(WINDOW_MS);
          }
        },
      ),
    );
  });

  test("a line that is always asked keeps 96 % of Meta's 80 a second", () => {
    let given: number[] = [];
    for (let now = 0; now < 60_000; now += 100) given = [...given, ...takeSlots(given, 50, 80, now, now + 1_000)];
    expect(given.filter((at) => at < 60_000).length).toBeGreaterThanOrEqual(0.96 * 80 * 60);
  });
});

describe("sharing", () => {
  test("gives nobody more than wanted, wastes nothing, and favours nobody", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }),
        (capacity, wanted) => {
          const shares = shareFairly(capacity, wanted);
          const sum = shares.reduce((a, b) => a + b, 0);
          expect(sum).toBe(
            Math.min(
              capacity,
              wanted.reduce((a, b) => a + b, 0),
            ),
          );
          shares.forEach((share, i) => {
            expect(share).toBeLessThanOrEqual(wanted[i] ?? 0);
            // Whoever got less than wanted has at most one less than anybody else.
            if (share < (wanted[i] ?? 0)) for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1);
          });
        },
      ),
    );
  });
});

describe("a line that was told it is too fast", () => {
  test("halves its rate each time, never stops for good, and is back to full within a minute", () => {
    let slowdown = slowDown(null, 0);
    expect(allowedShare(slowdown, 0)).toBe(0.5);
    for (let i = 0; i < 20; i++) slowdown = slowDown(slowdown, 0);
    expect(allowedShare(slowdown, 0)).toBeGreaterThan(0.05);
    expect(allowedShare(slowdown, 60_000)).toBe(1);
  });
});
