import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  eligibleLines,
  type GrantedLine,
  type LineSnapshot,
  spread,
  type Unusable,
  usability,
} from "#core/lines/rotation.ts";

const NOW = Date.parse("2026-12-01T15:00:00Z");

function aLine(overrides: Partial<LineSnapshot> = {}): LineSnapshot {
  return {
    lineId: "lin_1",
    kind: "prospect",
    status: "CONNECTED",
    quality: "GREEN",
    templateLinked: true,
    cooldown: null,
    remaining24h: 1000,
    ratePerSecond: 80,
    used: 0,
    ...overrides,
  };
}

function granted(lineId: string, overrides: Partial<GrantedLine> = {}): GrantedLine {
  return { lineId, granted: 10, quality: "GREEN", remaining24h: null, used: 0, ...overrides };
}

const anyLine = fc.record({
  granted: fc.integer({ min: 0, max: 50 }),
  quality: fc.constantFrom("GREEN" as const, "UNKNOWN" as const, "YELLOW" as const, "RED" as const),
  remaining24h: fc.option(fc.integer({ min: -2, max: 60 })),
  used: fc.integer({ min: 0, max: 3 }),
});
const anyLines = fc
  .array(anyLine, { maxLength: 8 })
  .map((lines): GrantedLine[] => lines.map((line, index) => ({ lineId: `lin_${index}`, ...line })));
const anyCount = fc.integer({ min: 0, max: 300 });

const room = (line: GrantedLine) =>
  line.quality === "RED" ? 0 : Math.max(0, Math.min(line.granted, line.remaining24h ?? line.granted));
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const countsOf = (count: number, lines: GrantedLine[]) =>
  new Map(spread(count, lines).map((share) => [share.lineId, share.count]));

describe("usability", () => {
  it.each<[string, Partial<LineSnapshot>, Unusable | null]>([
    ["connected", {}, null],
    ["flagged", { status: "FLAGGED" }, null],
    ["not rated yet", { quality: "UNKNOWN" }, null],
    ["yellow", { quality: "YELLOW" }, null],
    ["without a limit", { remaining24h: null }, null],
    ["of a cooldown that is over", { cooldown: { reason: "131057", until: NOW } }, null],
    ["receptive", { kind: "receptive" }, null],
    ["banned", { status: "BANNED" }, "not_connected"],
    ["of a status that is new to us", { status: "SOMETHING_NEW" }, "not_connected"],
    ["red", { quality: "RED" }, "quality_red"],
    ["without the template", { templateLinked: false }, "template_not_linked"],
    ["cooling down", { cooldown: { reason: "131048", until: NOW + 1 } }, "resting"],
    ["suspended until someone lifts it", { cooldown: { reason: "131048", until: null } }, "resting"],
    ["out of its 24 hours", { remaining24h: 0 }, "limit_spent"],
  ])("of a line that is %s", (_, overrides, reason) => {
    expect(usability(aLine(overrides), NOW)).toEqual(reason ? { usable: false, reason } : { usable: true });
  });
});

describe("eligibleLines", () => {
  const lines = [aLine(), aLine({ lineId: "lin_2", kind: "receptive" }), aLine({ lineId: "lin_3" })];

  it("never chooses a receptive line by itself", () => {
    expect(eligibleLines(lines, { mode: "prospect" }).map((line) => line.lineId)).toEqual(["lin_1", "lin_3"]);
  });

  it("is the one line that was picked, receptive or not", () => {
    expect(eligibleLines(lines, { mode: "line", lineId: "lin_2" }).map((line) => line.lineId)).toEqual(["lin_2"]);
    expect(eligibleLines(lines, { mode: "line", lineId: "lin_9" })).toEqual([]);
  });
});

describe("spread", () => {
  it("never gives a line more than its grant or its 24 hours, and gives out all there is room for", () => {
    fc.assert(
      fc.property(anyCount, anyLines, (count, lines) => {
        const counts = countsOf(count, lines);
        for (const line of lines) expect(counts.get(line.lineId) ?? 0).toBeLessThanOrEqual(room(line));
        expect(sum([...counts.values()])).toBe(Math.min(count, sum(lines.map(room))));
        expect([...counts.values()].every((share) => Number.isInteger(share) && share > 0)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it("fills every better line before it touches a worse one", () => {
    const order = ["GREEN", "UNKNOWN", "YELLOW"];
    fc.assert(
      fc.property(anyCount, anyLines, (count, lines) => {
        const counts = countsOf(count, lines);
        for (const worse of lines.filter((line) => counts.has(line.lineId))) {
          const better = lines.filter((line) => order.indexOf(line.quality) < order.indexOf(worse.quality));
          for (const line of better) expect(counts.get(line.lineId) ?? 0).toBe(room(line));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("shares in proportion to the grants, to within one message", () => {
    const grants = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(grants, fc.float({ min: 0, max: 1, noNaN: true }), (sizes, part) => {
        const lines = sizes.map((size, index) => granted(`lin_${index}`, { granted: size }));
        const count = Math.floor(sum(sizes) * part);
        const counts = countsOf(count, lines);
        for (const line of lines) {
          const exact = (count * line.granted) / sum(sizes);
          expect(Math.abs((counts.get(line.lineId) ?? 0) - exact)).toBeLessThan(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the message left over to the line whose share was cut most, before any other preference", () => {
    const lines = [granted("lin_a", { granted: 3, used: 0 }), granted("lin_b", { granted: 7, used: 5 })];
    expect(Object.fromEntries(countsOf(1, lines))).toEqual({ lin_b: 1 });
    expect(Object.fromEntries(countsOf(2, lines))).toEqual({ lin_a: 1, lin_b: 1 });
  });

  it("passes on what a line near its limit cannot take", () => {
    const lines = [granted("lin_a", { remaining24h: 2 }), granted("lin_b"), granted("lin_c", { granted: 20 })];
    expect(Object.fromEntries(countsOf(20, lines))).toEqual({ lin_a: 2, lin_b: 6, lin_c: 12 });
  });

  it("does not depend on the order of the lines", () => {
    fc.assert(
      fc.property(anyCount, anyLines, fc.infiniteStream(fc.nat()), (count, lines, dice) => {
        const shuffled = lines
          .map((line) => ({ line, key: dice.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ line }) => line);
        expect(countsOf(count, shuffled)).toEqual(countsOf(count, lines));
      }),
    );
  });

  it("breaks ties by more of the 24 hours left, then less used, then id", () => {
    const first = (...lines: GrantedLine[]) => spread(1, lines)[0]?.lineId;
    expect(first(granted("lin_a", { remaining24h: 50 }), granted("lin_b", { remaining24h: 60 }))).toBe("lin_b");
    expect(first(granted("lin_a", { remaining24h: 50 }), granted("lin_b"))).toBe("lin_b");
    expect(first(granted("lin_a", { used: 5 }), granted("lin_b", { used: 4 }))).toBe("lin_b");
    expect(first(granted("lin_b"), granted("lin_a"))).toBe("lin_a");
  });

  it("alternates between equal lines as they are used", () => {
    const lines = ["lin_a", "lin_b", "lin_c"].map((lineId) => granted(lineId));
    const order = Array.from({ length: 6 }, () => {
      const chosen = lines.find((line) => line.lineId === spread(1, lines)[0]?.lineId);
      if (chosen) chosen.used += 1;
      return chosen?.lineId;
    });
    expect(order).toEqual(["lin_a", "lin_b", "lin_c", "lin_a", "lin_b", "lin_c"]);
  });

  it("says why each line was chosen", () => {
    const lines = [granted("lin_y", { quality: "YELLOW" }), granted("lin_g", { granted: 3 })];
    expect(spread(5, lines)).toEqual([
      { lineId: "lin_g", count: 3, reason: "best_green" },
      { lineId: "lin_y", count: 2, reason: "full_yellow" },
    ]);
    const alone = [granted("lin_g"), granted("lin_r", { quality: "RED" }), granted("lin_f", { remaining24h: 0 })];
    expect(spread(5, alone)).toEqual([{ lineId: "lin_g", count: 5, reason: "only_line" }]);
  });
});
