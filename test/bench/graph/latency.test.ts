import { expect, test } from "vitest";
import { percentile } from "../figures/windows.ts";
import { drawLatency, seeded } from "./latency.ts";
import { RateGate } from "./rate-gate.ts";

test("answers have the median and the tail that were asked for, and the same ones for the same seed", () => {
  const draw = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 20_000 }, () => drawLatency({ medianMs: 400, p99Ms: 1_500 }, random));
  };
  const values = draw(1);
  expect(Math.abs(percentile(values, 0.5) - 400)).toBeLessThan(15);
  expect(Math.abs(percentile(values, 0.99) - 1_500)).toBeLessThan(120);
  expect(draw(1)).toEqual(values);
  expect(draw(2)).not.toEqual(values);
});

test("without a tail each answer takes as long as the others", () => {
  expect(drawLatency({ medianMs: 20 }, () => 0.999)).toBe(20);
});

test("a number accepts its rate in any 1,000 ms, not one more, and refused calls do not count", () => {
  const gate = new RateGate();
  const admitted = (at: number) => gate.admits(at, 80);
  expect(Array.from({ length: 100 }, () => admitted(500)).filter(Boolean)).toHaveLength(80);
  expect(admitted(1_499)).toBe(false);
  expect(Array.from({ length: 100 }, () => admitted(1_500)).filter(Boolean)).toHaveLength(80);
});
