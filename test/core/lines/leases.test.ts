import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEASE_AHEAD_MS, LineLeases } from "#core/lines/leases.ts";
import { leasedRate } from "#core/lines/pacing.ts";

const START = 1_800_000_000_000;
const MANY = 1_000_000;

describe("a line's leases", () => {
  test("one campaign alone gets all of the line, tick after tick", () => {
    const line = new LineLeases(START, 80);
    let slots = 0;
    for (let second = 0; second < 60; second++) slots += line.lease("cmp_a", MANY, START + second * 1_000).slots.length;
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
        const slots = line.lease(`cmp_${i}`, MANY, now).slots.length;
        if (tick >= 10) got.set(`cmp_${i}`, (got.get(`cmp_${i}`) ?? 0) + slots);
      }
    }
    const counts = [...got.values()];
    const all = counts.reduce((a, b) => a + b, 0);
    expect(all).toBeGreaterThan(0.98 * leasedRate(80) * (seconds - 10));
    for (const count of counts) expect(Math.abs(count / (all / many) - 1)).toBeLessThan(0.1);
  });

  test("200 campaigns that ask only when they are told get an equal share each, in runs, and together all of the line", () => {
    const line = new LineLeases(START, 80);
    const campaigns = Array.from({ length: 200 }, (_, i) => ({ id: `cmp_${i}`, askAt: START + 100 * i, got: 0 }));
    let asked = 0;
    const [from, to] = [START + 60_000, START + 360_000];
    for (let now = START; now < to; now += 50) {
      for (const campaign of campaigns) {
        if (campaign.askAt > now) continue;
        const { slots, againInMs } = line.lease(campaign.id, 18, now);
        campaign.askAt = now + Math.max(1_000, againInMs);
        if (now < from) continue;
        for (const at of slots) expect(at).toBeGreaterThanOrEqual(now + 500);
        campaign.got += slots.length;
        asked += 1;
      }
    }
    const all = campaigns.reduce((sum, { got }) => sum + got, 0);
    expect(all).toBeGreaterThan(0.98 * leasedRate(80) * ((to - from) / 1_000));
    expect(all / asked).toBeGreaterThan(3);
    for (const { got } of campaigns) expect(Math.abs(got / (all / 200) - 1)).toBeLessThan(0.1);
  });

  test("what one does not want goes to the others", () => {
    const line = new LineLeases(START, 80);
    let much = 0;
    for (let tick = 0; tick < 60; tick++) {
      line.lease("cmp_little", 2, START + tick * 1_000);
      const slots = line.lease("cmp_much", MANY, START + tick * 1_000 + 500).slots.length;
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
          const { slots } = line.lease(`cmp_${campaign}`, wanted, now);
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

  test("one refusal for speed now and then slows no line, one each second does, and so do several at once", () => {
    const rateAfter = (refusals: [atMs: number, calls: number][]) => {
      const line = new LineLeases(START, 80);
      for (const [atMs, calls] of refusals) line.refused(calls, START + atMs);
      return line.lease("cmp_a", MANY, START + 4_000).slots.length;
    };
    const all = rateAfter([]);
    expect(
      rateAfter([
        [0, 1],
        [2_000, 1],
        [4_000, 1],
      ]),
    ).toBe(all);
    expect(
      rateAfter([
        [1_000, 1],
        [2_000, 1],
        [3_000, 1],
        [4_000, 1],
      ]),
    ).toBeLessThan(all);
    expect(rateAfter([[4_000, 10]])).toBeLessThan(all);
  });

  test("a campaign that leaves frees its share for the rest at once", () => {
    const line = new LineLeases(START, 80);
    for (let tick = 0; tick < 20; tick++) {
      line.lease("cmp_a", MANY, START + tick * 1_000);
      line.lease("cmp_b", MANY, START + tick * 1_000 + 1);
    }
    line.leave("cmp_a");
    line.lease("cmp_b", MANY, START + 20_000);
    expect(line.lease("cmp_b", MANY, START + 21_000).slots.length).toBeGreaterThanOrEqual(Math.floor(leasedRate(80)));
  });
});
