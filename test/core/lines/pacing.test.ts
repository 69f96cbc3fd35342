import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowedShare,
  LeasedSlots,
  LineSlots,
  leasedRate,
  RateCap,
  RemoteClock,
  SLOTS_A_RUN,
  shareFairly,
  slotSpacingMs,
  slowDown,
} from "#core/lines/pacing.ts";

const START = 1_800_000_000_000;

/** The most that any window of a second holds, beginning at each of these instants. */
function worstSecond(times: number[]): number {
  const ascending = times.toSorted((a, b) => a - b);
  let worst = 0;
  for (let first = 0, end = 0; first < ascending.length; first++) {
    while (end < ascending.length && (ascending[end] ?? 0) < (ascending[first] ?? 0) + 1_000) end++;
    worst = Math.max(worst, end - first);
  }
  return worst;
}

describe("the slots of a line", () => {
  test("are leased once each, never more in a second than Meta allows, whoever asks when and for how many", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.record({ afterMs: fc.nat({ max: 900 }), count: fc.nat({ max: 300 }) }), { maxLength: 30 }),
        (rate, asks) => {
          const line = new LineSlots(START, slotSpacingMs(rate));
          const leased: number[] = [];
          let now = START;
          for (const { afterMs, count } of asks) {
            now += afterMs;
            const slots = line.lease(count, now, now + 2_500);
            expect(slots.length).toBeLessThanOrEqual(count);
            for (const at of slots) expect(at >= now - 0.01 && at < now + 2_500).toBe(true);
            leased.push(...slots);
          }
          expect(new Set(leased).size).toBe(leased.length);
          expect(worstSecond(leased)).toBeLessThanOrEqual(rate);
        },
      ),
    );
  });

  test("that are asked for by one campaign alone leave no gap", () => {
    const line = new LineSlots(START, 10);
    const slots = [...line.lease(1_000, START, START + 1_000), ...line.lease(1_000, START + 500, START + 1_500)];
    expect(slots).toEqual(Array.from({ length: 150 }, (_, i) => START + 10 * i));
  });

  test("are spread over the time that is free, so that campaigns send side by side", () => {
    const line = new LineSlots(START, 10);
    const a = line.lease(50, START, START + 1_000);
    const b = line.lease(50, START, START + 1_000);
    for (const own of [a, b]) {
      expect(own).toHaveLength(50);
      for (const half of [START, START + 500])
        expect(Math.abs(own.filter((at) => at >= half && at < half + 500).length - 25)).toBeLessThan(SLOTS_A_RUN);
    }
  });

  test("that a campaign gets few of are neighbours, so that one claim takes them", () => {
    const line = new LineSlots(START, 10);
    const runs = Array.from({ length: 5 }, () => line.lease(SLOTS_A_RUN, START, START + 1_000));
    for (const run of runs) expect((run.at(-1) ?? 0) - (run[0] ?? 0)).toBe((SLOTS_A_RUN - 1) * 10);
  });

  test("keep clear of those that were leased when the rate changes, and none between them is lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 10, max: 60 }), fc.nat({ max: 900 })), {
          minLength: 2,
        }),
        (steps) => {
          const line = new LineSlots(START, 10);
          const leased: number[] = [];
          let now = START;
          let widest = 10;
          for (const [count, spacing, afterMs] of steps) {
            line.setSpacing(spacing, now);
            widest = Math.max(widest, spacing);
            leased.push(...line.lease(count, now, now + 2_500));
            now += afterMs;
          }
          const asked = line.lease(10_000, now, now + 2_500);
          const all = [...leased, ...asked].sort((one, other) => one - other);
          for (let i = 1; i < all.length; i++) expect((all[i] ?? 0) - (all[i - 1] ?? 0)).toBeGreaterThan(10 - 0.01);
          const ahead = all.filter((at) => at >= now);
          for (let i = 1; i < ahead.length; i++) expect((ahead[i] ?? 0) - (ahead[i - 1] ?? 0)).toBeLessThan(3 * widest);
        },
      ),
    );
  });
});

describe("the slots that a campaign holds", () => {
  test("are used in order, once each, and one that has passed is lost", () => {
    const slots = new LeasedSlots();
    slots.add([3_000, 1_000, 2_000]);
    expect(slots.left(0)).toBe(3);
    expect(slots.next(500)).toBe(1_000);
    slots.take();
    expect(slots.next(2_040)).toBe(2_000);
    expect(slots.left(2_040)).toBe(1);
    expect(slots.next(2_500)).toBe(3_000);
    expect(slots.next(4_000)).toBeNull();
    slots.add([5_000]);
    expect(slots.next(4_000)).toBe(5_000);
    slots.clear();
    expect(slots.left(0)).toBe(0);
  });

  test("are each told to one of those who come too soon, before any is told twice", () => {
    const slots = new LeasedSlots();
    expect(slots.comeBackFor(0)).toBeNull();
    slots.add([1_000, 2_000, 3_000]);
    expect([1, 2, 3, 4].map(() => slots.comeBackFor(0))).toEqual([1_000, 2_000, 3_000, 1_000]);
    slots.take();
    slots.add([4_000]);
    expect([1, 2].map(() => slots.comeBackFor(500))).toEqual([2_000, 3_000]);
  });
});

describe("a clock elsewhere", () => {
  test("is known as well as the shortest way to it allows, however the two are set", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3_600_000, max: 3_600_000 }),
        fc.array(fc.record({ there: fc.nat({ max: 200 }), back: fc.nat({ max: 200 }) }), {
          minLength: 1,
          maxLength: 20,
        }),
        (aheadMs, ways) => {
          const clock = new RemoteClock();
          let now = START;
          for (const { there, back } of ways) {
            clock.heard(now, now + there + aheadMs, now + there + back);
            now += there + back + 10;
          }
          const shortest = Math.min(...ways.map(({ there, back }) => there + back));
          expect(Math.abs(clock.toLocal(now + aheadMs) - now)).toBeLessThanOrEqual(shortest / 2 + 0.01);
        },
      ),
    );
  });
});

/** A call's leave to go, whenever that is. */
function admitted(cap: RateCap, lineId: string, rate: number, now: number) {
  const departure = cap.admit(lineId, rate, now, Number.POSITIVE_INFINITY);
  if (!departure) throw new Error("was not admitted");
  return departure;
}

describe("calls that were held up", () => {
  test("leave no faster than the line's rate in any second, at eight times its pace at most, in the order they came", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 300 }),
        (rate, gaps) => {
          const cap = new RateCap();
          let now = START;
          const left = gaps.map((gap) => {
            now += gap;
            return admitted(cap, "lin_1", rate, now).at;
          });
          expect(worstSecond(left)).toBeLessThanOrEqual(rate);
          for (let i = 1; i < left.length; i++)
            expect(left[i]).toBeGreaterThanOrEqual((left[i - 1] ?? 0) + 125 / rate - 0.01);
        },
      ),
    );
  });

  test("count from when they left, where timers ring late", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 30, max: 250 }), (lateCalls, lateMs) => {
        const cap = new RateCap();
        const left = Array.from({ length: 160 }, (_, i) => {
          const departure = admitted(cap, "lin_1", 80, START + i * slotSpacingMs(80));
          const leftAt = departure.at + (i < lateCalls ? lateMs : 0);
          cap.departed(departure, leftAt);
          return leftAt;
        });
        expect(worstSecond(left)).toBeLessThanOrEqual(80);
      }),
    );
  });

  test("leave further apart where Meta refuses many, until few are refused, and no further", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 100 }), fc.nat(), (unevenMs, seed) => {
        const cap = new RateCap();
        const CALLS = 24_000;
        const LEARNING = 8_000;
        let draws = seed;
        const random = () => {
          draws = (Math.imul(draws, 1_664_525) + 1_013_904_223) >>> 0;
          return draws / 2 ** 32;
        };
        let [now, learntAt, refused] = [START, START, 0];
        let arrivals: number[] = [];
        for (let i = 0; i < CALLS; i++) {
          const departure = admitted(cap, "lin_1", 80, now);
          now = departure.at;
          cap.departed(departure, now);
          const arrival = now + random() * unevenMs;
          arrivals = arrivals.slice(-200);
          if (arrivals.filter((at) => at > arrival - 1_000 && at <= arrival).length < 80) arrivals.push(arrival);
          else {
            cap.refused();
            if (i >= LEARNING) refused += 1;
          }
          if (i === LEARNING) learntAt = now;
        }
        expect(refused / (CALLS - LEARNING)).toBeLessThan(0.004);
        expect((now - learntAt) / ((CALLS - LEARNING) / 80)).toBeLessThan(1_000 + unevenMs + 10);
      }),
      { numRuns: 10 },
    );
  });

  test("cost nothing when nothing is late: slots at the line's full pace pass as they come", () => {
    const cap = new RateCap();
    for (let i = 0; i < 500; i++) {
      const at = START + i * slotSpacingMs(80);
      expect(admitted(cap, "lin_1", 80, at).at).toBe(at);
      expect(admitted(cap, "lin_2", 80, at).at).toBe(at);
    }
  });

  test("that are not made since it would be too late take no place from those that come after", () => {
    const cap = new RateCap();
    for (let i = 0; i < 80; i++) admitted(cap, "lin_1", 80, START);
    const refused = Array.from({ length: 500 }, () => cap.admit("lin_1", 80, START + 500, START + 600));
    expect(refused.every((departure) => departure === null)).toBe(true);
    expect(admitted(cap, "lin_1", 80, START + 1_200).at).toBe(START + 1_200);
  });
});

describe("sharing", () => {
  test("gives nobody more than wanted, wastes nothing, and favours nobody", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }),
        (rate, wanted) => {
          const shares = shareFairly(rate, wanted);
          const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
          expect(sum(shares)).toBeCloseTo(Math.min(rate, sum(wanted)), 6);
          shares.forEach((share, i) => {
            expect(share).toBeLessThanOrEqual((wanted[i] ?? 0) + 1e-9);
            // Nobody who got less than wanted has less than anybody else.
            if (share < (wanted[i] ?? 0) - 1e-9)
              for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1e-9);
          });
        },
      ),
    );
  });
});

describe("a line that was told it is too fast", () => {
  test("loses what was refused and a little more, never all, and has the whole rate again within a minute", () => {
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
            expect(after).toBeLessThanOrEqual(Math.max(1 / 16, before - refused / rate));
          }
          expect(allowedShare(slowdown, bursts.length * 1_000 + 60_000)).toBe(1);
        },
      ),
    );
  });

  test("one call that bunched up with others costs a line of 80 a second next to nothing", () => {
    expect(allowedShare(slowDown(null, 1, 80, 0), 0)).toBeGreaterThan(0.97);
    expect(allowedShare(slowDown(null, 1, 80, 0), 20_000)).toBeGreaterThan(0.99);
  });

  test("comes back fast from far below, and slowly to where it met the limit", () => {
    const halved = { share: 0.5, since: 0 };
    expect(allowedShare(halved, 10_000)).toBeGreaterThan(0.9);
    expect(allowedShare(halved, 18_000)).toBeLessThan(0.95);
  });

  test("a limit of a quarter of what we were told is found within two seconds", () => {
    let slowdown = slowDown(null, 0, 80, 0);
    for (const second of [0, 1]) {
      const sent = Math.floor(leasedRate(80) * allowedShare(slowdown, second * 1_000));
      slowdown = slowDown(slowdown, Math.max(0, sent - 20), 80, second * 1_000);
    }
    expect(leasedRate(80) * allowedShare(slowdown, 2_000)).toBeLessThanOrEqual(20);
  });
});
