import { expect } from "vitest";
import type { Stats } from "./answers.ts";

/** Everybody of the audience stands in exactly one part, now. */
export function expectBalanced({ accounting, counts }: Stats): void {
  const { audience, balanced, ...parts } = accounting;
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  expect({ balanced, sum }).toEqual({ balanced: true, sum: audience });
  expect(counts.total).toBe(audience);
}
