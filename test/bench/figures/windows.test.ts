import fc from "fast-check";
import { expect, test } from "vitest";
import { countBetween, percentile, rateBetween, secondsUntilRate, worstByClock, worstSliding } from "./windows.ts";

const moments = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }).map((at) => at.sort((a, b) => a - b));

test("the worst sliding second is the most moments that any window of 1,000 ms holds", () => {
  fc.assert(
    fc.property(moments, (at) => {
      const counts = at.map((from) => at.filter((one) => one >= from && one < from + 1_000).length);
      expect(worstSliding(at)).toBe(Math.max(0, ...counts));
    }),
  );
});

test("moments that are a whole second apart are not in the same second", () => {
  expect(worstSliding([0, 1_000, 2_000])).toBe(1);
  expect(worstSliding([0, 999, 1_000])).toBe(2);
});

test("a second of the clock begins at its full second, a sliding one anywhere", () => {
  const at = [...Array.from({ length: 80 }, (_, i) => 900 + i), ...Array.from({ length: 80 }, (_, i) => 1_000 + i)];
  expect(worstByClock(at)).toBe(80);
  expect(worstSliding(at)).toBe(160);
});

test("a rate counts what lies in its window, its end not included", () => {
  expect(countBetween([0, 500, 1_000], 0, 1_000)).toBe(2);
  expect(rateBetween([0, 500, 1_000], 0, 500)).toBe(2);
  expect(rateBetween([], 0, 0)).toBe(0);
});

test("percentiles are the nearest of the values, in any order", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test("a rate is back at the beginning of the first window that keeps it, and not at all when none does", () => {
  const steady = Array.from({ length: 100 }, (_, i) => 20_000 + i * 100);
  expect(secondsUntilRate(steady, 10_000, 30_000, 10)).toBe(10);
  expect(secondsUntilRate(steady, 20_000, 30_000, 10)).toBe(0);
  expect(secondsUntilRate(steady, 10_000, 30_000, 11)).toBeNull();
  expect(secondsUntilRate([], 0, 30_000, 1)).toBeNull();
});
