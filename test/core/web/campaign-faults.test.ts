import { describe, expect, it } from "vitest";
import { tooManyWaves } from "#core/campaigns/waves.ts";
import { pacing } from "#http/campaigns/campaigns.schema.ts";
import { faultsOf, type TypedFields } from "../../../web/src/routes/(app)/campaigns/new/faults.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const fields = (overrides: Partial<TypedFields> = {}): TypedFields => ({
  when: "now",
  startAt: null,
  pace: "waves",
  percent: 20,
  intervalMinutes: 30,
  windowMode: "tenant",
  window: { isSound: true },
  inServiceMode: "exclude",
  withinMinutes: 120,
  ...overrides,
});
const codes = (overrides: Partial<TypedFields>) => faultsOf(fields(overrides), NOW).map(({ code }) => code);

describe("the campaign's form says what is typed wrong before the API has to", () => {
  it.each([0, -1, 100.01, 1_000, null, Number.NaN])("a wave of %j %", (percent) => {
    expect(codes({ percent })).toEqual(["percent"]);
    expect(pacing.safeParse({ percent, intervalMinutes: 30 }).success).toBe(false);
  });
  it.each([0.05, 0.0999])("waves of %j % are more than 1,000", (percent) => {
    expect(codes({ percent })).toEqual(["too_many_waves"]);
    expect(tooManyWaves({ percent, intervalMinutes: 30 })).toBe(true);
  });
  it.each([0, -5, 1.5, 10_081, null])("an interval of %j minutes", (intervalMinutes) => {
    expect(codes({ intervalMinutes })).toEqual(["interval"]);
    expect(pacing.safeParse({ percent: 20, intervalMinutes }).success).toBe(false);
  });
  it.each([-1, 0.5, 43_201, null])("%j minutes since somebody was in service", (withinMinutes) => {
    expect(codes({ withinMinutes })).toEqual(["minutes"]);
  });
  it("a start to come without a date or a time", () => {
    expect(codes({ when: "later" })).toEqual(["start"]);
    expect(codes({ when: "later", startAt: "2062-12-01T12:00:00Z" })).toEqual(["start_too_far"]);
  });

  it("a sending window that is not sound", () => {
    expect(codes({ windowMode: "custom", window: { isSound: false } })).toEqual(["window"]);
    expect(codes({ windowMode: "none", window: { isSound: false } })).toEqual([]);
  });

  it("and nothing of what is right, or of what does not count", () => {
    for (const percent of [0.1, 0.5, 33.3, 100]) {
      expect(codes({ percent })).toEqual([]);
      expect(tooManyWaves({ percent, intervalMinutes: 30 })).toBe(false);
    }
    for (const intervalMinutes of [1, 10_080]) expect(codes({ intervalMinutes })).toEqual([]);
    expect(codes({ pace: "all", percent: null, intervalMinutes: null })).toEqual([]);
    expect(codes({ inServiceMode: "include", withinMinutes: null })).toEqual([]);
    expect(codes({ when: "later", startAt: "2026-12-01T12:00:00Z" })).toEqual([]);
  });
});
