import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEASE_AHEAD_MS, LineLeases } from "../../worker/core/line-leases.ts";
import { leasedRate } from "../../worker/core/pacing.ts";

const START = 1_800_000_000_000;
const MANY = 1_000_000;

describe("a line's leases", () => {
  test("one campaign alone gets all of the line, tick after tick", () => {
    const line = new LineLeases(START, 80);
    let slots = 0;
    for (let second = 0; second < 60; second++) slots += line.lease("cmp_a", MANY, START + second * 1_000).length;
    const whole = (leasedRate(80) * (59_000 + LEASE_AHEAD_MS)) / 1_000;
    expect(slots).toBeGreaterThan(0.998 * whole - 3);
    expect(slots).toBeLessThanOrEqual(Math.ceil(whole));
  });

  test.each([3, 50, 200])("%i campaigns get an equal share each, and together all of the line", (many) => {
    const line = new LineLeases(START, 80);
    const got = new Map<string, number>();
    const seconds = 300;
    for (let tick = 0; tick < seconds; tick++) {
      for (let i = 0; i < many; i++) {
        const now = START + tick * 1_000 + (i * 1_000) / many;
        // The first seconds are the newcomers': who asks first gets what nobody else has asked for yet.
        const slots = line.lease(`cmp_${i}`, MANY, now).length;
        if (tick >= 10) got.set(`cmp_${i}`, (got.get(`cmp_${i}`) ?? 0) + slots);
      }
    }
    const counts = [...got.values()];
    const all = counts.reduce((a, b) => a + b, 0);
    expect(all).toBeGreaterThan(0.98 * leasedRate(80) * (seconds - 10));
    for (const count of counts) expect(Math.abs(count / (all / many) - 1)).toBeLessThan(0.1);
  });

  test("what one does not want goes to the others", () => {
    const line = new LineLeases(START, 80);
    let much = 0;
    for (let tick = 0; tick < 60; tick++) {
      line.lease("cmp_little", 2, START + tick * 1_000);
      const slots = line.lease("cmp_much", MANY, START + tick * 1_000 + 500).length;
      if (tick >= 10) much += slots;
    }
    expect(much / 50).toBeGreaterThan(leasedRate(80) - 4);
  });

  test("no instant is leased twice and no second holds more than the rate, through refusals and changes of the rate", () => {
    const ask = fc.record({
      afterMs: fc.nat({ max: 1_500 }),
      campaign: fc.nat({ max: 4 }),
      wanted: fc.constantFrom(0, 1, 10, MANY),
      refused: fc.constantFrom(0, 0, 0, 5, 60),
      rate: fc.constantFrom(80, 80, 80, 20),
    });
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 60 }), (asks) => {
        const line = new LineLeases(START, 80);
        const leased: number[] = [];
        let now = START;
        for (const { afterMs, campaign, wanted, refused, rate } of asks) {
          now += afterMs;
          line.setRate(rate, now);
          if (refused > 0) line.refused(refused, now);
          const slots = line.lease(`cmp_${campaign}`, wanted, now);
          expect(slots.length).toBeLessThanOrEqual(wanted);
          for (const at of slots) expect(at).toBeGreaterThan(now);
          leased.push(...slots);
        }
        leased.sort((a, b) => a - b);
        for (let i = 80; i < leased.length; i++)
          expect((leased[i] ?? 0) - (leased[i - 80] ?? 0)).toBeGreaterThanOrEqual(1_000);
      }),
    );
  });

  test("a campaign that leaves frees its share for the rest at once", () => {
    const line = new LineLeases(START, 80);
    for (let tick = 0; tick < 20; tick++) {
      line.lease("cmp_a", MANY, START + tick * 1_000);
      line.lease("cmp_b", MANY, START + tick * 1_000 + 1);
    }
    line.leave("cmp_a");
    line.lease("cmp_b", MANY, START + 20_000);
    expect(line.lease("cmp_b", MANY, START + 21_000).length).toBeGreaterThanOrEqual(Math.floor(leasedRate(80)));
  });
});
