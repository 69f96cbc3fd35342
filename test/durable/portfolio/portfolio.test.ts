import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { LEASE_AHEAD_MS } from "#core/lines/leases.ts";
import { leasedRate } from "#core/lines/pacing.ts";
import { newId } from "../../support/builders.ts";

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
const people = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => ({ contactId: `con_${from + i}`, phone: `+55119${60_000_000 + from + i}` }));
const MANY = 100_000;
const lease = (campaignId: string, wanted: Record<string, number>, candidates: ReturnType<typeof people> = []) =>
  portfolio().lease({
    campaignId,
    waiting: candidates.length,
    lines: Object.entries(wanted).map(([lineId, count]) => ({ lineId, wanted: count })),
    candidates,
  });

beforeEach(async () => {
  name = newId("pf");
  await portfolio().putLine(line("lin_1"));
  await portfolio().putLine(line("lin_2"));
  await portfolio().putLimit("unlimited");
});

describe("the time of a line", () => {
  test("is given out once, over all campaigns, and no second holds more than the line's rate", async () => {
    const answers = [];
    for (const campaign of ["cmp_a", "cmp_b", "cmp_a", "cmp_b"]) answers.push(await lease(campaign, { lin_1: MANY }));
    const slots = answers.flatMap(({ lines }) => lines.flatMap((each) => each.slots)).toSorted((x, y) => x - y);
    expect(slots.length).toBeGreaterThan(leasedRate(80));
    for (let i = 80; i < slots.length; i++)
      expect((slots[i] ?? 0) - (slots[i - 80] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  test("lies ahead of the portfolio's clock, which the answer tells, and not further than campaigns look", async () => {
    const asked = Date.now();
    const { decidedAt, lines } = await lease("cmp_a", { lin_1: MANY, lin_2: 3 });
    expect(decidedAt).toBeGreaterThanOrEqual(asked);
    expect(lines.map(({ lineId, slots }) => [lineId, slots.length > 3])).toEqual([
      ["lin_1", true],
      ["lin_2", false],
    ]);
    for (const { slots } of lines) {
      expect(Math.min(...slots)).toBeGreaterThan(decidedAt);
      expect(Math.max(...slots)).toBeLessThan(decidedAt + LEASE_AHEAD_MS);
    }
  });

  test("that was given out before a restart is not given out again after it", async () => {
    const before = await lease("cmp_a", { lin_1: MANY });
    await abortAllDurableObjects();
    const after = await lease("cmp_b", { lin_1: MANY });
    const last = Math.max(...(before.lines[0]?.slots ?? []));
    for (const at of after.lines[0]?.slots ?? []) expect(at).toBeGreaterThan(last);
  });

  test("comes with what the line sends with, and a line that nobody knows is left out", async () => {
    const { lines } = await lease("cmp_a", { lin_1: 1, lin_gone: 1 });
    expect(lines).toMatchObject([{ lineId: "lin_1", phoneNumberId: "1", sealedToken: "sealed", ratePerSecond: 80 }]);
  });

  test("of a line that cools down is nobody's until that ends", async () => {
    const now = Date.now();
    await portfolio().report({
      campaignId: "",
      unused: [],
      incidents: [{ kind: "cooldown", lineId: "lin_1", at: now, untilMs: now + 60_000, reason: "number_maintenance" }],
    });
    const coolingDown = await lease("cmp_a", { lin_1: 5, lin_2: 5 });
    expect(coolingDown.lines.map(({ lineId, slots, cooldown }) => [lineId, slots.length, cooldown?.reason])).toEqual([
      ["lin_1", 0, "number_maintenance"],
      ["lin_2", 5, undefined],
    ]);
    await portfolio().setCooldown("lin_1", null);
    expect((await lease("cmp_a", { lin_1: 5 })).lines[0]?.slots).toHaveLength(5);
  });

  test("of a line that was refused for speed lies further apart", async () => {
    await portfolio().report({
      campaignId: "",
      unused: [],
      incidents: [{ kind: "slow", lineId: "lin_1", at: Date.now(), calls: 20 }],
    });
    const { lines } = await lease("cmp_a", { lin_1: MANY, lin_2: MANY });
    const [slowed = 0, full = 0] = lines.map(({ slots }) => slots.length);
    expect(slowed).toBeLessThan(0.7 * full);
  });
});

describe("the 24-hour limit", () => {
  test("glific #3541: never lets more unique users through, over all lines and campaigns", async () => {
    await portfolio().putLimit(50);
    const first = await lease("cmp_a", { lin_1: 40 }, people(40));
    const second = await lease("cmp_b", { lin_2: 40 }, people(40, 100));
    expect(first.refused).toEqual([]);
    expect(second.refused).toHaveLength(30);
    expect(second.remaining24h).toBe(0);
    // Somebody who has been counted may be written to again.
    expect((await lease("cmp_c", { lin_2: 5 }, people(5))).refused).toEqual([]);
    expect((await portfolio().overview()).used24h).toBe(50);
    await abortAllDurableObjects();
    expect((await portfolio().overview()).used24h).toBe(50);
  });

  test("that nobody has told us counts as Meta's smallest", async () => {
    name = newId("pf");
    await portfolio().putLine(line("lin_1", 1_000));
    expect((await lease("cmp_a", { lin_1: 400 }, people(400))).refused).toHaveLength(150);
  });

  test("does not count users who got nothing after all", async () => {
    await portfolio().putLimit(10);
    await lease("cmp_a", { lin_1: 10 }, people(10));
    await portfolio().report({ campaignId: "cmp_a", unused: people(4).map((p) => p.phone), incidents: [] });
    expect((await portfolio().overview()).used24h).toBe(6);
    expect((await lease("cmp_b", { lin_2: 10 }, people(10, 50))).refused).toHaveLength(6);
  });

  test("shows what running campaigns are going to use of it, as far as it goes", async () => {
    await portfolio().putLimit(100);
    await portfolio().lease({ campaignId: "cmp_a", waiting: 30, lines: [], candidates: [] });
    await portfolio().lease({ campaignId: "cmp_b", waiting: 20, lines: [], candidates: people(5) });
    expect(await portfolio().overview()).toMatchObject({ used24h: 5, reserved24h: 50 });
    await portfolio().lease({ campaignId: "cmp_a", waiting: 5_000, lines: [], candidates: [] });
    expect((await portfolio().overview()).reserved24h).toBe(95);
  });
});

describe("whose reply it is", () => {
  test("a reply belongs to the message the person had by then, not to one that is about to leave or never left", async () => {
    const [person] = people(1);
    const { phone = "" } = person ?? {};
    const write = (campaignId: string) => lease(campaignId, { lin_1: 1 }, people(1));
    const campaignBy = async (at: number) => (await portfolio().lastMessageTo(phone, at))?.campaignId;
    await write("cmp_a");
    const between = Date.now();
    await scheduler.wait(5);
    await write("cmp_b");
    expect(await campaignBy(between)).toBe("cmp_a");
    expect(await campaignBy(Date.now())).toBe("cmp_b");
    expect((await portfolio().lastMessageTo(phone, Date.now(), "cmp_b"))?.campaignId).toBe("cmp_a");
    expect(await portfolio().lastMessageTo(phone, between, "cmp_a")).toBeNull();
    await portfolio().report({ campaignId: "cmp_b", unused: [phone], incidents: [] });
    expect(await campaignBy(Date.now())).toBe("cmp_a");
  });
});

test("a portfolio that the version before wrote goes on: its lines, and what keeps them from sending", async () => {
  const cooldown = { reason: "spam_limited", since: 1_000, until: null };
  await portfolio().setCooldown("lin_1", cooldown);
  await runInDurableObject(portfolio(), (_, { storage: { sql } }) => {
    sql.exec("alter table lines rename column cooldown to rest");
    sql.exec("alter table lines rename column details to facts");
    sql.exec("delete from schema_steps where step > 2");
  });
  await abortAllDurableObjects();
  const { lines } = await portfolio().overview();
  expect(lines).toMatchObject([
    { lineId: "lin_1", ratePerSecond: 80, cooldown },
    { lineId: "lin_2", ratePerSecond: 80, cooldown: null },
  ]);
});
