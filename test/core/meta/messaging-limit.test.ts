import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLimit, remaining } from "#core/meta/messaging-limit.ts";

describe("reading a messaging limit", () => {
  it.each([
    ["TIER_50", 50],
    ["TIER_250", 250],
    ["TIER_1K", 1_000],
    ["TIER_2K", 2_000],
    ["TIER_10K", 10_000],
    ["TIER_100K", 100_000],
    ["TIER_1M", 1_000_000],
    ["tier_2k", 2_000],
    [" TIER_2K ", 2_000],
    ["TIER_UNLIMITED", "unlimited"],
    [-1, "unlimited"],
    ["-1", "unlimited"],
    [2000, 2_000],
    ["2000", 2_000],
    [0, 0],
  ])("understands %j", (value, limit) => {
    expect(parseLimit(value)).toBe(limit);
  });

  it.each([
    "TIER_NOT_SET",
    "TIER_",
    "TIER_K",
    "TIER_-1",
    "TIER_2.5K",
    "",
    "many",
    -2,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e21,
    null,
    undefined,
    true,
    {},
    ["2000"],
    2000n,
  ])("does not guess at %s", (value) => {
    expect(parseLimit(value)).toBeNull();
  });

  it("reads the tier, the number and its digits alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (limit) => {
        expect(parseLimit(limit)).toBe(limit);
        expect(parseLimit(String(limit))).toBe(limit);
        expect(parseLimit(`TIER_${limit}`)).toBe(limit);
        expect(parseLimit(`TIER_${limit}K`)).toBe(limit * 1_000);
      }),
    );
  });

  it("answers a whole number, unlimited or null for anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const limit = parseLimit(value);
        expect(limit === null || limit === "unlimited" || (Number.isSafeInteger(limit) && limit >= 0)).toBe(true);
      }),
    );
  });
});

describe("what is left of a limit", () => {
  it("takes off what is used and what is promised", () => {
    expect(remaining(2_000, 1_200, 300)).toBe(500);
  });

  it("is never negative, as when Meta lowers a limit that was already spent", () => {
    expect(remaining(250, 1_200, 0)).toBe(0);
  });

  it("is null where there is no limit", () => {
    expect(remaining("unlimited", 1_000_000, 5)).toBeNull();
  });
});
