import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRefusal, lineIncident, MAX_TRIES } from "#core/sending/refusal.ts";

const context = { lastWaveAt: 0, tries: 1, waited: 0, consecutiveSame: 1, now: 1_000, random: 0.5 };

describe("a refused send", () => {
  test("of whatever code ends or waits, and never circles for ever", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 0, max: 140_000 }), { nil: null }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (code, random) => {
          const outcome = decideRefusal({ ...context, code, random });
          if (outcome.row.kind === "wait") expect(outcome.row.notBefore).toBeGreaterThanOrEqual(context.now);
          const worn = decideRefusal({ ...context, code, random, tries: MAX_TRIES, waited: 1 });
          // Only "slow down" goes on for ever: the line recovers, and the recipient is not at fault.
          if (lineIncident(code, "answer", 0)?.kind !== "slow" && !worn.pause) expect(worn.row.kind).toBe("fail");
        },
      ),
    );
  });

  test("131049 waits a day once when the campaign goes on that long, then fails", () => {
    const lastWaveAt = context.now + 24 * 3_600_000;
    const first = decideRefusal({ ...context, lastWaveAt, code: 131049 });
    expect(first.row).toMatchObject({ kind: "wait", spendsWait: true });
    expect(first.row.kind === "wait" && first.row.notBefore - context.now).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(decideRefusal({ ...context, lastWaveAt, code: 131049, tries: 2, waited: 1 }).row).toEqual({ kind: "fail" });
    expect(decideRefusal({ ...context, lastWaveAt: lastWaveAt - 1, code: 131049 }).row).toEqual({ kind: "fail" });
  });

  test("131050 fails and records the opt-out; a paused template pauses the campaign and keeps the recipient", () => {
    expect(decideRefusal({ ...context, code: 131050 })).toMatchObject({
      row: { kind: "fail" },
      pause: null,
      optOut: true,
      strike: false,
    });
    expect(decideRefusal({ ...context, code: 131026 })).toMatchObject({
      row: { kind: "fail" },
      optOut: false,
      strike: true,
    });
    const paused = decideRefusal({ ...context, code: 132015 });
    expect(paused.row.kind).toBe("wait");
    expect(paused.pause?.reason).toBe("template_paused");
  });

  test("130429 slows the line; a spam limit suspends it and pins its recipient for a person to decide", () => {
    expect(lineIncident(130429, "answer", 0)).toEqual({ kind: "slow", calls: 1 });
    expect(lineIncident(131048, "answer", 0)?.kind).toBe("cooldown");
    expect(decideRefusal({ ...context, code: 131048 }).row).toMatchObject({ kind: "wait", pin: true });
  });

  test("whoever can't be reached says nothing about the line", () => {
    for (const code of [131026, 131049, 131050, 130472]) expect(lineIncident(code, "webhook", 0)).toBeNull();
  });
});
