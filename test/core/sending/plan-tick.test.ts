import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IDLE_MS, planTick, TICK_MS, type TickLine, type TickSnapshot } from "#core/sending/plan-tick.ts";

const NOW = 1_800_000_000_000;
const line = (n: number, more: Partial<TickLine> = {}): TickLine => ({
  ...{ lineId: `lin_${n}`, portfolioId: "pf_1", kind: "prospect", status: "CONNECTED", quality: "GREEN" },
  ...{ templateLinked: true, cooldown: null, remaining24h: null, ratePerSecond: 80, used: 0, free: 50 },
  ...more,
});
const people = (n: number, portfolioId = "pf_1") =>
  Array.from({ length: n }, (_, i) => ({ contactId: `con_${portfolioId}_${i}`, portfolioId, pinnedLine: null }));
const plan = (snapshot: Partial<TickSnapshot>) => {
  const lines = snapshot.lines ?? [line(1), line(2), line(3)];
  const due = snapshot.people ?? [];
  return planTick({
    ...{
      now: NOW,
      prospect: true,
      linesMissing: false,
      anyDue: due.length > 0,
      open: due.length,
      queued: 0,
      sending: 0,
    },
    ...{ slotsAt: NOW, roomAt: null, anyTied: false, templateStop: null, dueAt: [] },
    ...snapshot,
    lines,
    people: due,
  });
};
const countOn = (assign: { lineId: string }[], lineId: string) =>
  assign.filter((each) => each.lineId === lineId).length;

describe("whom a tick puts on the queue", () => {
  test("everybody whom a line has a slot for, once, by a line of the portfolio that counted them", () => {
    const slots = fc.array(fc.record({ portfolio: fc.nat({ max: 1 }), free: fc.nat({ max: 40 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(slots, fc.nat({ max: 100 }), fc.nat({ max: 100 }), (each, inFirst, inSecond) => {
        const lines = each.map(({ portfolio, free }, i) => line(i, { portfolioId: `pf_${portfolio}`, free }));
        const { assign } = plan({ lines, people: [...people(inFirst, "pf_0"), ...people(inSecond, "pf_1")] });
        expect(new Set(assign.map(({ contactId }) => contactId)).size).toBe(assign.length);
        for (const { lineId, free } of lines) expect(countOn(assign, lineId)).toBeLessThanOrEqual(free);
        for (const [portfolioId, waiting] of [
          ["pf_0", inFirst],
          ["pf_1", inSecond],
        ] as const) {
          const own = lines.filter((one) => one.portfolioId === portfolioId);
          const room = own.reduce((sum, one) => sum + one.free, 0);
          const placed = assign.filter(({ contactId }) => contactId.includes(portfolioId));
          expect(placed).toHaveLength(Math.min(waiting, room));
          for (const { lineId } of placed) expect(own.map((one) => one.lineId)).toContain(lineId);
        }
      }),
    );
  });

  test("nobody by a line that is red, blocked, cooling down or without the template", () => {
    const lines = [
      line(1),
      line(2, { quality: "RED" }),
      line(3, { status: "BANNED" }),
      line(4, { cooldown: { reason: "spam_limited", until: null } }),
      line(5, { templateLinked: false }),
    ];
    expect(new Set(plan({ lines, people: people(90) }).assign.map(({ lineId }) => lineId))).toEqual(new Set(["lin_1"]));
  });

  test("whoever is tied to a line goes by that line or waits", () => {
    const [first, second] = people(2);
    if (!first || !second) throw new Error("nobody");
    const tied = [
      { ...first, pinnedLine: "lin_2" },
      { ...second, pinnedLine: "lin_9" },
    ];
    expect(plan({ people: tied }).assign).toMatchObject([{ contactId: first.contactId, lineId: "lin_2" }]);
    // However few they are, and however much more that line has sent than the others.
    const lines = [line(1), line(2, { used: 1_000, quality: "YELLOW" }), line(3)];
    expect(plan({ lines, people: tied }).assign).toMatchObject([{ contactId: first.contactId, lineId: "lin_2" }]);
  });

  test("those who have been counted are sent to, also when the limit is spent by now", () => {
    const lines = [line(1, { remaining24h: 0 })];
    expect(plan({ lines, people: people(3) }).assign).toHaveLength(3);
  });
});

describe("what comes next", () => {
  test("with nobody left it is done", () => {
    expect(plan({ open: 0 }).next).toEqual({ kind: "complete" });
  });

  test("while people are queued it looks again in a tick, or once it is due more slots with a small share of a line", () => {
    expect(plan({ people: people(3) }).next).toEqual({ kind: "go_on", wakeAt: NOW + TICK_MS });
    expect(plan({ people: people(3), slotsAt: NOW + 7_000 }).next).toEqual({ kind: "go_on", wakeAt: NOW + 7_000 });
    const waveComes = { slotsAt: NOW + 7_000, dueAt: [null, NOW + 3_000] };
    expect(plan({ people: people(3), ...waveComes }).next).toEqual({ kind: "go_on", wakeAt: NOW + 3_000 });
    expect(plan({ open: 5, queued: 5 }).next).toEqual({ kind: "go_on", wakeAt: NOW + TICK_MS });
  });

  test.each<[string, Partial<TickLine>, string]>([
    ["the limit is spent", { remaining24h: 0 }, "go_on"],
    ["a line cools down for a while", { cooldown: { reason: "number_maintenance", until: NOW + 60_000 } }, "go_on"],
    ["no line comes back by itself", { status: "BANNED" }, "stop"],
  ])("when people are due and %s: %s %s", (_, more, kind) => {
    const { next } = plan({ lines: [line(1, more)], anyDue: true, open: 5 });
    expect(next.kind).toBe(kind);
    if (next.kind === "go_on") expect(next.wakeAt).toBe(NOW + IDLE_MS);
  });

  test("as long as a call is open no line is given up", () => {
    const snapshot = { lines: [line(1, { status: "BANNED" })], anyDue: true, open: 5 };
    expect(plan({ ...snapshot, sending: 1 }).next).toEqual({ kind: "go_on", wakeAt: NOW + TICK_MS });
    expect(plan(snapshot).next).toEqual({ kind: "stop", reason: "no_line_left" });
  });

  test("a portfolio that does not answer is no reason to stop", () => {
    expect(plan({ lines: [], linesMissing: true, anyDue: true, open: 5 }).next).toEqual({
      ...{ kind: "go_on", wakeAt: NOW + TICK_MS },
    });
  });

  test("with nobody due it sleeps until something is, and never for long", () => {
    expect(plan({ open: 5, dueAt: [NOW + 9_000, null, NOW + 4_000] }).next).toMatchObject({ wakeAt: NOW + 4_000 });
    expect(plan({ open: 5, dueAt: [NOW - 5, null] }).next).toMatchObject({ wakeAt: NOW + TICK_MS });
    expect(plan({ open: 5 }).next).toMatchObject({ wakeAt: NOW + 60_000 });
    expect(plan({ open: 5, anyTied: true }).next).toMatchObject({ wakeAt: NOW + IDLE_MS });
  });
});

describe("a prospect campaign with fewer than three healthy lines", () => {
  test("is told of while it sends, and one whose lines only wait for the limit is not", () => {
    expect(plan({ lines: [line(1), line(2, { quality: "RED" })], people: people(1) }).fewLines).toEqual({
      ...{ healthy: 1, all: 2 },
    });
    expect(plan({ people: people(1) }).fewLines).toBeNull();
    expect(plan({ lines: [line(1)], people: people(1), prospect: false }).fewLines).toBeNull();
  });
});
