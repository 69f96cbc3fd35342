import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowedShare,
  book,
  earliestApart,
  earliestSlot,
  perWindow,
  planGapMs,
  shareFairly,
  slowDown,
  unbook,
  WINDOW_MS,
} from "../../worker/core/pacing.ts";

/** The most departures that any second holds. */
const worstSecond = (departures: number[]) =>
  Math.max(0, ...departures.map((at, i) => departures.slice(i).filter((other) => other < at + WINDOW_MS).length));

describe("departure times of a line", () => {
  const asks = fc.array(
    fc.record({
      count: fc.integer({ min: 0, max: 120 }),
      wait: fc.integer({ min: 0, max: 1_500 }),
      spacing: fc.double({ min: 0, max: 40, noNaN: true }),
      /** Which of the departures so far were missed and get new times. */
      missed: fc.array(fc.nat({ max: 300 }), { maxLength: 10 }),
    }),
    { maxLength: 12 },
  );

  test("never more than the line's share of Meta's rate in any second, whatever is asked, missed and moved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), asks, (rate, rounds) => {
        let now = 1_000_000;
        const booked: number[] = [];
        for (const { count, wait, spacing, missed } of rounds) {
          now += wait;
          const own: number[] = [];
          for (let i = 0; i < count; i++) {
            const slotFrom = (from: number) => earliestSlot(booked, rate, planGapMs(rate), from, now + 1_500);
            let at = slotFrom(now);
            while (at !== null && earliestApart(own, spacing, at) !== at)
              at = slotFrom(earliestApart(own, spacing, at));
            if (at === null) break;
            expect(at).toBeGreaterThanOrEqual(now);
            expect(at).toBeLessThanOrEqual(now + 1_500);
            book(booked, at);
            own.push(at);
          }
          for (const index of missed) {
            const old = booked[index];
            if (old === undefined || old < now) continue;
            unbook(booked, old);
            const at = earliestSlot(booked, rate, 0, old + 15, old + 3_000);
            if (at !== null) book(booked, at);
          }
          own
            .sort((a, b) => a - b)
            .forEach((at, i) => {
              if (i > 0) expect(at - (own[i - 1] ?? 0)).toBeGreaterThanOrEqual(spacing - 1e-6);
            });
        }
        expect(booked).toEqual(booked.toSorted((a, b) => a - b));
        expect(worstSecond(booked)).toBeLessThanOrEqual(perWindow(rate));
      }),
    );
  });

  test("a line that is always asked keeps 96 % of Meta's 80 a second", () => {
    const booked: number[] = [];
    for (let now = 0; now < 60_000; now += 100) {
      for (let at = earliestSlot(booked, 80, planGapMs(80), now, now + 1_000); at !== null; ) {
        book(booked, at);
        at = earliestSlot(booked, 80, planGapMs(80), now, now + 1_000);
      }
    }
    expect(booked.filter((at) => at < 60_000).length).toBeGreaterThanOrEqual(0.96 * 80 * 60);
  });

  test("after a moment in which everything stood still, others fill in between what is planned", () => {
    const even = WINDOW_MS / perWindow(80);
    const planned = Array.from({ length: perWindow(80) }, (_, i) => i * even);
    const stalledUntil = 250;
    const booked = planned.filter((at) => at >= stalledUntil);
    for (let i = booked.length; i < planned.length; i++) {
      const at = earliestSlot(booked, 80, planGapMs(80), stalledUntil, 1_500);
      expect(at).toBeLessThan(WINDOW_MS);
      book(booked, at ?? -1);
    }
    expect(worstSecond(booked)).toBeLessThanOrEqual(perWindow(80));
  });

  test("who missed a departure gets the next free moment, not the end of the queue", () => {
    const booked: number[] = [];
    for (let i = 0; i < 40; i++) book(booked, earliestSlot(booked, 80, planGapMs(80), 0, 1_000) ?? -1);
    const [first = -1] = booked;
    unbook(booked, first);
    expect(earliestSlot(booked, 80, 0, first + 20, 1_000)).toBe(first + 20);
  });
});

describe("sharing", () => {
  test("gives nobody more than wanted, wastes nothing, and favours nobody", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }),
        (capacity, wanted) => {
          const shares = shareFairly(capacity, wanted);
          const sum = shares.reduce((a, b) => a + b, 0);
          expect(sum).toBe(
            Math.min(
              capacity,
              wanted.reduce((a, b) => a + b, 0),
            ),
          );
          shares.forEach((share, i) => {
            expect(share).toBeLessThanOrEqual(wanted[i] ?? 0);
            // Whoever got less than wanted has at most one less than anybody else.
            if (share < (wanted[i] ?? 0)) for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1);
          });
        },
      ),
    );
  });
});

describe("a line that was told it is too fast", () => {
  test("loses what was refused and a little more, never all, and is back to full within a minute", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.nat({ max: 500 }), { minLength: 1 }),
        (rate, bursts) => {
          let slowdown = slowDown(null, 0, rate, 0);
          for (const [second, refused] of bursts.entries()) {
            const before = allowedShare(slowdown, second * 1_000);
            slowdown = slowDown(slowdown, refused, rate, second * 1_000);
            const after = allowedShare(slowdown, second * 1_000);
            expect(after).toBeGreaterThanOrEqual(1 / 16);
            expect(after).toBeLessThanOrEqual(Math.max(1 / 16, before - refused / perWindow(rate)));
          }
          expect(allowedShare(slowdown, bursts.length * 1_000 + 60_000)).toBe(1);
        },
      ),
    );
  });

  test("one call that bunched up with others costs a line of 80 a second next to nothing", () => {
    expect(allowedShare(slowDown(null, 1, 80, 0), 0)).toBeGreaterThan(0.97);
    expect(allowedShare(slowDown(null, 1, 80, 0), 1_000)).toBe(1);
  });

  test("a limit of a quarter of what we were told is found within two seconds", () => {
    let slowdown = slowDown(null, 0, 80, 0);
    for (const second of [0, 1]) {
      const sent = Math.floor(perWindow(80) * allowedShare(slowdown, second * 1_000));
      slowdown = slowDown(slowdown, Math.max(0, sent - 20), 80, second * 1_000);
    }
    expect(perWindow(80) * allowedShare(slowdown, 2_000)).toBeLessThanOrEqual(20);
  });
});
