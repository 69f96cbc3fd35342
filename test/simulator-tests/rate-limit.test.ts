import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RateWindow } from "../simulator/rate-window.ts";
import { type Arrival, worstRates } from "../simulator/rates.ts";
import { aviso, Fixture, person } from "./fixture.ts";

const moments = fc
  .array(fc.integer({ min: 0, max: 5000 }), { maxLength: 120 })
  .map((list) => list.sort((a, b) => a - b));

const mostIn = (list: number[], lengthMs: number): number =>
  Math.max(0, ...list.map((end) => list.filter((at) => at > end - lengthMs && at <= end).length));

describe("the rate window", () => {
  it("never lets more than the limit through in any 1000 ms, whenever calls come", () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 20 }), (calls, limit) => {
        const window = new RateWindow();
        const accepted = calls.filter((at) => {
          const free = !window.isFull(at, limit);
          if (free) window.add(at);
          return free;
        });
        expect(mostIn(accepted, 1000)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it("is free again exactly one second after the call that filled it", () => {
    const window = new RateWindow();
    window.add(500);
    expect(window.isFull(1499, 1)).toBe(true);
    expect(window.isFull(1500, 1)).toBe(false);
  });
});

describe("the rates read from the record", () => {
  it("are the same as counting every window by hand", () => {
    fc.assert(
      fc.property(moments, (list) => {
        const arrivals: Arrival[] = list.map((atMs) => ({ phoneId: "p", atMs }));
        const { phones } = worstRates(arrivals);
        const seconds = list.map(
          (at) => list.filter((other) => Math.floor(other / 1000) === Math.floor(at / 1000)).length,
        );
        expect(phones[0]?.worstSlidingSecond ?? 0).toBe(mostIn(list, 1000));
        expect(phones[0]?.worstCalendarSecond ?? 0).toBe(Math.max(0, ...seconds));
        expect(phones[0]?.accepted ?? 0).toBe(list.length);
      }),
    );
  });
});

describe("a number's limit", () => {
  it("refuses the calls beyond it with 130429, records them as refused, and leaves other numbers alone", async () => {
    const fixture = await Fixture.create({ rate: 5 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => fixture.send(aviso(person(n)))));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5);
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(refused.map((answer) => [answer.status, answer.body.error?.code])).toEqual(Array(3).fill([429, 130429]));

    const other = await fixture.graph("POST", `/${fixture.otherPhoneId}/messages`, aviso(person(9)));
    expect(other.status).toBe(200);

    const record = z.object({
      byCode: z.array(z.object({ phoneId: z.string(), code: z.number(), count: z.number() })),
    });
    const { byCode } = record.parse(await (await fixture.control("GET", "/refusals")).json());
    expect(byCode).toEqual([{ phoneId: fixture.phoneId, code: 130429, count: 3 }]);
  });

  it("is what the control endpoint says from then on", async () => {
    const fixture = await Fixture.create({ rate: 1 });
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { rate: 3 });
    const answers = await Promise.all(Array.from({ length: 4 }, (_, n) => fixture.send(aviso(person(n)))));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(3);
  });
});
