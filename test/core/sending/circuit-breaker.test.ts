import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "#core/campaigns/policy.ts";
import { breaks, failureShare, gateFailure, recentFailures } from "#core/sending/circuit-breaker.ts";

describe("the circuit breaker", () => {
  test("pauses above 10 % of at least 50 sends by default, and not at or below", () => {
    expect(breaks({ sent: 50, failed: 5 }, DEFAULT_POLICY)).toBe(false);
    expect(breaks({ sent: 50, failed: 6 }, DEFAULT_POLICY)).toBe(true);
    expect(breaks({ sent: 49, failed: 49 }, DEFAULT_POLICY)).toBe(false);
  });

  test("a failure never makes it less likely to pause, a success never more", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 10_000 }),
        fc.nat({ max: 10_000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (sent, failed, failureRateThreshold, failureRateMinimum) => {
          const policy = { failureRateThreshold, failureRateMinimum };
          expect(failureShare({ sent, failed })).toBeLessThanOrEqual(1);
          if (!breaks({ sent: sent + 1, failed: failed + 1 }, policy))
            expect(breaks({ sent, failed }, policy)).toBe(false);
          if (breaks({ sent: sent + 1, failed }, policy) && sent >= failureRateMinimum)
            expect(breaks({ sent, failed }, policy)).toBe(true);
        },
      ),
    );
  });

  test("failures that are told after their sends have left the window still count", () => {
    expect(breaks({ sent: 0, failed: 60 }, DEFAULT_POLICY)).toBe(true);
  });

  test("says what it counted and of which time, never more failures than sends", () => {
    expect(recentFailures({ sent: 80, failed: 9 })).toEqual({ sent: 80, failed: 9, minutes: 10 });
    expect(recentFailures({ sent: 0, failed: 60 })).toEqual({ sent: 60, failed: 60, minutes: 10 });
  });
});

describe("the gate before a wave", () => {
  const gate = { maxFailureRate: 0.05, maxOptOutRate: 0.02, stopOnRedLine: true };
  const well = { sent: 100, failed: 5, optedOut: 2, redLines: 0 };
  test.each([
    [well, null],
    [{ ...well, failed: 6 }, "wave_gate_failures"],
    [{ ...well, optedOut: 3 }, "wave_gate_opt_outs"],
    [{ ...well, redLines: 1 }, "wave_gate_quality"],
    [{ sent: 0, failed: 0, optedOut: 0, redLines: 0 }, null],
  ])("%o: %s", (soFar, reason) => {
    expect(gateFailure(gate, soFar)).toBe(reason);
  });

  test("looks past a line that is red when it was told to", () => {
    expect(gateFailure({ ...gate, stopOnRedLine: false }, { ...well, redLines: 2 })).toBeNull();
  });
});
