import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BRAZIL_RATES, estimateCost } from "#core/campaigns/pricing.ts";

describe("estimateCost", () => {
  it.each([
    ["MARKETING", 1_000, 62.5],
    ["MARKETING", 3, 0.19],
    ["UTILITY", 1_000_000, 6_800],
    ["AUTHENTICATION", 1, 0.01],
    ["MARKETING", 0, 0],
    // Meta writes categories in capitals; some answers of its API do not.
    ["marketing", 16, 1],
  ])("of %s × %d is %d dollars", (category, messages, amount) => {
    expect(estimateCost(category, messages)).toEqual({ amount, currency: "USD", category: category.toUpperCase() });
  });

  it("says nothing of a category that has no rate", () => {
    for (const category of ["SERVICE", "", "toString", "__proto__"]) expect(estimateCost(category, 10)).toBeNull();
  });

  it("is the rate times the messages to the nearest cent", () => {
    const rates = Object.entries(BRAZIL_RATES.perMessage);
    fc.assert(
      fc.property(fc.constantFrom(...rates), fc.nat(10_000_000), ([category, rate], messages) => {
        const amount = estimateCost(category, messages)?.amount ?? Number.NaN;
        expect(Math.abs(amount - messages * rate)).toBeLessThanOrEqual(0.005 + 1e-6);
        expect(Math.round(amount * 100) / 100).toBe(amount);
      }),
    );
  });
});
