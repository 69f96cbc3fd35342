import fc from "fast-check";
import { expect, it } from "vitest";
import { DEFAULT_WINDOW } from "#core/campaigns/policy.ts";
import { nextOpening } from "#core/campaigns/sending-window.ts";
import { windowFaults } from "#core/campaigns/sending-window-check.ts";
import { anyInstant, anyWindow } from "../windows.ts";

it("finds nothing wrong with the window that is offered", () => {
  expect(windowFaults(DEFAULT_WINDOW)).toEqual([]);
});

it("lets no window pass that never opens but for its holidays, and none with a minute in two of its hours", () => {
  fc.assert(
    fc.property(anyWindow, anyInstant, (window, instant) => {
      const faults = windowFaults(window);
      const minutes = window.hours.flatMap(({ days, from, to }) =>
        days.flatMap((day) => Array.from({ length: 96 }, (_, quarter) => ({ day, quarter, from, to }))),
      );
      const inside = minutes
        .filter(({ quarter, from, to }) => {
          const time = `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
          return from <= time && time < to;
        })
        .map(({ day, quarter }) => `${day} ${quarter}`);
      expect(faults.some(({ code }) => code === "overlapping_hours")).toBe(new Set(inside).size < inside.length);
      if (faults.length === 0) expect(nextOpening({ ...window, holidays: [] }, instant)).not.toBeNull();
    }),
  );
});

it("names each fault by the field that would have to change", () => {
  const window = {
    timeZone: "America/Nowhere",
    hours: [
      { days: [1 as const], from: "20:00", to: "08:00" },
      { days: [1 as const], from: "08:00", to: "12:00" },
      { days: [1 as const, 2 as const], from: "11:00", to: "24:00" },
    ],
    holidays: [],
  };
  expect(windowFaults(window)).toEqual([
    { code: "unknown_time_zone", path: ["timeZone"] },
    { code: "ends_before_it_begins", path: ["hours", 0, "to"] },
    { code: "overlapping_hours", path: ["hours", 2] },
  ]);
  expect(windowFaults({ ...DEFAULT_WINDOW, hours: [] })).toEqual([{ code: "too_little_time", path: ["hours"] }]);
});
