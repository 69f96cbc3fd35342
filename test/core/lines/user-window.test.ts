import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inWindow, USER_WINDOW_MS, UserWindow } from "#core/lines/user-window.ts";

describe("unique users of the moving 24 hours", () => {
  test("are never fewer than a plain count of users messaged in the last 24 hours, and forget after a minute more", () => {
    const step = fc.record({ user: fc.integer({ min: 0, max: 20 }), wait: fc.integer({ min: 0, max: 6 * 3_600_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new UserWindow();
        const last = new Map<number, number>();
        let now = 1_700_000_000_000;
        for (const { user, wait } of steps) {
          now += wait;
          const before = last.get(user);
          if (before !== undefined && inWindow(before, now)) window.add(before, -1);
          else window.used(now);
          window.add(now, 1);
          last.set(user, now);
          const exact = [...last.values()].filter((at) => at > now - USER_WINDOW_MS).length;
          const generous = [...last.values()].filter((at) => at > now - USER_WINDOW_MS - 120_000).length;
          expect(window.used(now)).toBeGreaterThanOrEqual(exact);
          expect(window.used(now)).toBeLessThanOrEqual(generous);
        }
      }),
    );
  });

  test("name the instant when there is room again", () => {
    const window = new UserWindow();
    expect(window.roomAt()).toBeNull();
    window.add(120_000, 1);
    expect(window.roomAt()).toBe(180_000 + USER_WINDOW_MS);
    expect(window.used(180_000 + USER_WINDOW_MS)).toBe(0);
  });
});
