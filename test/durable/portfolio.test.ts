import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { perWindow } from "../../worker/core/pacing.ts";
import { newId } from "../support/builders.ts";

let name: string;
const portfolio = () => env.PORTFOLIOS.get(env.PORTFOLIOS.idFromName(name));
const line = (lineId: string, ratePerSecond = 80) => ({
  lineId,
  tenantId: "ten_1",
  phoneNumberId: lineId.replace(/\D/g, ""),
  sealedToken: "sealed",
  status: "CONNECTED",
  quality: "GREEN" as const,
  ratePerSecond,
});
const people = (n: number, lineId: string, from = 0) =>
  Array.from({ length: n }, (_, i) => ({
    contactId: `con_${from + i}`,
    phone: `+55119${60_000_000 + from + i}`,
    lineId,
  }));

beforeEach(async () => {
  name = newId("pf");
  await portfolio().putLine(line("lin_1"));
  await portfolio().putLine(line("lin_2"));
  await portfolio().putLimit("unlimited");
});

describe("the gate before Meta", () => {
  test("gives a line no more departures in a second than its rate allows, over all campaigns", async () => {
    const a = await portfolio().reserve({ campaignId: "cmp_a", messages: people(120, "lin_1"), spacingMs: 0 });
    const b = await portfolio().reserve({ campaignId: "cmp_b", messages: people(120, "lin_1", 500), spacingMs: 0 });
    const times = [...a.slots, ...b.slots].flatMap((slot) => (slot.ok ? [slot.at] : [])).toSorted((x, y) => x - y);
    const size = perWindow(80);
    expect(times.length).toBeGreaterThan(size);
    for (let i = size; i < times.length; i++)
      expect((times[i] ?? 0) - (times[i - size] ?? 0)).toBeGreaterThanOrEqual(1_000);
    // What does not fit in the near future is told to come back rather than kept waiting.
    expect(b.slots.some((slot) => !slot.ok && slot.reason === "too_far")).toBe(true);
  });

  test("asks nobody to make calls nearer to each other than they can, and leaves the gaps to others", async () => {
    const slow = await portfolio().reserve({ campaignId: "cmp_a", messages: people(20, "lin_1"), spacingMs: 50 });
    const times = slow.slots.flatMap((slot) => (slot.ok ? [slot.at] : []));
    expect(times).toHaveLength(20);
    for (let i = 1; i < times.length; i++) expect((times[i] ?? 0) - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(50);
    const quick = await portfolio().reserve({ campaignId: "cmp_b", messages: people(20, "lin_1", 100), spacingMs: 0 });
    const between = quick.slots.filter((slot) => slot.ok && slot.at < (times.at(-1) ?? 0));
    expect(between).toHaveLength(20);
  });

  test("a departure that was missed is given back when a new one is asked for", async () => {
    const { slots } = await portfolio().reserve({
      campaignId: "cmp_a",
      messages: people(perWindow(80), "lin_1"),
      spacingMs: 0,
    });
    const [first] = slots;
    const [person] = people(1, "lin_1");
    if (!first?.ok || !person) throw new Error("the first departure was not given");
    const again = await portfolio().reserve({
      campaignId: "cmp_a",
      messages: [{ ...person, missed: first.at }],
      spacingMs: 0,
    });
    // Without giving back the old one, the second would be full until a second after it.
    expect(again.slots[0]?.ok && again.slots[0].at).toBeLessThan(first.at + 1_000);
    expect((await portfolio().overview()).used24h).toBe(perWindow(80));
  });

  test("no departure is sooner than the caller's way back, nor later than it is of use to anybody", async () => {
    const full = perWindow(80);
    const asked = Date.now();
    const first = await portfolio().reserve({
      ...{ campaignId: "cmp_a", spacingMs: 0, leadMs: 120 },
      messages: people(full, "lin_1"),
    });
    const times = first.slots.flatMap((slot) => (slot.ok ? [slot.at] : []));
    expect(times).toHaveLength(full);
    expect(first.decidedAt).toBeGreaterThanOrEqual(asked);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(first.decidedAt + 120);
    const [start = 0] = times;
    // The line's next free time is a second after its first: of no use to this one, and so not kept from the next.
    const reserveOne = async (contact: number, by?: number) => {
      const messages = people(1, "lin_1", contact).map((person) => ({ ...person, by }));
      return (await portfolio().reserve({ campaignId: "cmp_a", messages, spacingMs: 0 })).slots[0];
    };
    expect(await reserveOne(full, start + 900)).toMatchObject({ ok: false, reason: "too_far" });
    const next = await reserveOne(full + 1);
    expect(next?.ok && next.at - start).toBeCloseTo(1_000, 2);
    expect((await portfolio().overview()).used24h).toBe(full + 1);
  });

  test("new departures lie apart from each other, and from those that the caller has planned", async () => {
    const spacingMs = 20;
    const planned = Array.from({ length: 10 }, (_, i) => Date.now() + 100 * i);
    const { slots } = await portfolio().reserve({
      ...{ campaignId: "cmp_a", spacingMs, apartFrom: planned },
      messages: [...people(10, "lin_1"), ...people(10, "lin_2", 10)],
    });
    const times = slots.flatMap((slot) => (slot.ok ? [slot.at] : []));
    expect(times).toHaveLength(20);
    const all = [...planned, ...times].sort((a, b) => a - b);
    const apart = all.slice(1).map((at, i) => at - (all[i] ?? 0));
    // Instants of today are exact to a quarter of a microsecond only.
    expect(Math.min(...apart)).toBeGreaterThan(spacingMs - 0.01);
  });

  test("keeps the rate through a restart of the object", async () => {
    const before = await portfolio().reserve({
      campaignId: "cmp_a",
      messages: people(perWindow(80), "lin_1"),
      spacingMs: 0,
    });
    await abortAllDurableObjects();
    const after = await portfolio().reserve({ campaignId: "cmp_a", messages: people(10, "lin_1", 100), spacingMs: 0 });
    const last = Math.min(...before.slots.flatMap((slot) => (slot.ok ? [slot.at] : [])));
    for (const slot of after.slots) if (slot.ok) expect(slot.at).toBeGreaterThanOrEqual(last + 1_000);
  });

  test("glific #3541: never lets more unique users through than the portfolio's 24-hour limit, over all its lines", async () => {
    await portfolio().putLimit(50);
    const first = await portfolio().reserve({ campaignId: "cmp_a", messages: people(40, "lin_1"), spacingMs: 0 });
    const second = await portfolio().reserve({ campaignId: "cmp_b", messages: people(40, "lin_2", 100), spacingMs: 0 });
    const taken = [...first.slots, ...second.slots].filter((slot) => slot.ok).length;
    expect(taken).toBe(50);
    expect(second.slots.filter((slot) => !slot.ok && slot.reason === "limit_spent").length).toBe(30);
    // Somebody who has been counted may be written to again.
    const again = await portfolio().reserve({ campaignId: "cmp_c", messages: people(5, "lin_2"), spacingMs: 0 });
    expect(again.slots.every((slot) => slot.ok)).toBe(true);
    expect((await portfolio().overview()).used24h).toBe(50);
    await abortAllDurableObjects();
    expect((await portfolio().overview()).used24h).toBe(50);
  });

  test("a limit nobody has told us counts as Meta's smallest", async () => {
    name = newId("pf");
    await portfolio().putLine(line("lin_1", 1_000));
    const { slots } = await portfolio().reserve({ campaignId: "cmp_a", messages: people(400, "lin_1"), spacingMs: 0 });
    expect(slots.filter((slot) => slot.ok).length).toBe(250);
  });

  test("users who got nothing after all do not count", async () => {
    await portfolio().putLimit(10);
    await portfolio().reserve({ campaignId: "cmp_a", messages: people(10, "lin_1"), spacingMs: 0 });
    await portfolio().report({ campaignId: "cmp_a", unused: people(4, "lin_1").map((p) => p.phone), trouble: [] });
    expect((await portfolio().overview()).used24h).toBe(6);
    const { slots } = await portfolio().reserve({
      campaignId: "cmp_b",
      messages: people(10, "lin_2", 50),
      spacingMs: 0,
    });
    expect(slots.filter((slot) => slot.ok).length).toBe(4);
  });

  test("a reply belongs to the message the person had by then, not to one that is about to leave or never left", async () => {
    const [person] = people(1, "lin_1");
    const { phone = "" } = person ?? {};
    const reserve = (campaignId: string) =>
      portfolio().reserve({ campaignId, messages: people(1, "lin_1"), spacingMs: 0 });
    const campaignBy = async (at: number) => (await portfolio().lastMessageTo(phone, at))?.campaignId;
    await reserve("cmp_a");
    const between = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await reserve("cmp_b");
    expect(await campaignBy(between)).toBe("cmp_a");
    expect(await campaignBy(Date.now())).toBe("cmp_b");
    expect((await portfolio().lastMessageTo(phone, Date.now(), "cmp_b"))?.campaignId).toBe("cmp_a");
    expect(await portfolio().lastMessageTo(phone, between, "cmp_a")).toBeNull();
    await portfolio().report({ campaignId: "cmp_b", unused: [phone], trouble: [] });
    expect(await campaignBy(Date.now())).toBe("cmp_a");
  });

  test("a departure that was missed and moved leaves what the person had been sent before as it was", async () => {
    const [known, stranger] = people(2, "lin_1");
    if (!known || !stranger) throw new Error("nobody to write to");
    const reserve = async (campaignId: string, message: typeof known & { missed?: number }) => {
      const { slots } = await portfolio().reserve({ campaignId, messages: [message], spacingMs: 0 });
      return slots[0]?.ok ? slots[0].at : expect.unreachable("no departure was given");
    };
    const lastTo = async ({ phone }: typeof known, notOf?: string) =>
      (await portfolio().lastMessageTo(phone, Date.now(), notOf))?.campaignId;
    await reserve("cmp_a", known);
    for (const person of [known, stranger]) {
      await reserve("cmp_b", { ...person, missed: await reserve("cmp_b", person) });
    }
    expect([await lastTo(known), await lastTo(known, "cmp_b")]).toEqual(["cmp_b", "cmp_a"]);
    await portfolio().report({ campaignId: "cmp_b", unused: [known.phone, stranger.phone], trouble: [] });
    expect([await lastTo(known), await lastTo(stranger)]).toEqual(["cmp_a", undefined]);
    expect((await portfolio().overview()).used24h).toBe(1);
  });

  test("a resting line lets nothing through until its rest ends", async () => {
    const now = Date.now();
    await portfolio().report({
      campaignId: "",
      unused: [],
      trouble: [{ kind: "rest", lineId: "lin_1", at: now, untilMs: now + 60_000, reason: "number_maintenance" }],
    });
    const { slots } = await portfolio().reserve({
      campaignId: "cmp_a",
      messages: [...people(2, "lin_1"), ...people(2, "lin_2", 10)],
      spacingMs: 0,
    });
    expect(slots.map((slot) => (slot.ok ? "ok" : slot.reason))).toEqual(["line_resting", "line_resting", "ok", "ok"]);
    await portfolio().setRest("lin_1", null);
    const { slots: after } = await portfolio().reserve({
      campaignId: "cmp_a",
      messages: people(2, "lin_1"),
      spacingMs: 0,
    });
    expect(after.every((slot) => slot.ok)).toBe(true);
  });
});

describe("grants", () => {
  test("campaigns that run side by side share a line's rate, and none starves", async () => {
    const ask = (campaignId: string) =>
      portfolio().grant({ campaignId, periodMs: 1_000, wanted: [{ lineId: "lin_1", count: 1_000, underWay: 0 }] });
    await ask("cmp_a");
    await ask("cmp_b");
    const a = (await ask("cmp_a")).lines[0]?.granted ?? 0;
    const b = (await ask("cmp_b")).lines[0]?.granted ?? 0;
    expect(a + b).toBeLessThanOrEqual(perWindow(80));
    expect(Math.min(a, b)).toBeGreaterThanOrEqual(38);
  });

  test("what is under way is part of the share", async () => {
    const { lines } = await portfolio().grant({
      campaignId: "cmp_a",
      periodMs: 1_000,
      wanted: [{ lineId: "lin_1", count: 500, underWay: 60 }],
    });
    expect(lines[0]?.granted).toBe(perWindow(80) - 60);
  });
});
