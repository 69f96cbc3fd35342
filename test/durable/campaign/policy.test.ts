import { runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema.ts";
import type { SendingWindow, TenantSettings } from "#core/campaigns/policy.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignWorld, type CampaignWorld, stubMessages, timePasses } from "../../support/campaign-world.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
const worlds: CampaignWorld[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.campaign.cancel();
  graph?.restore();
});
async function aWorld(options: Parameters<typeof aCampaignWorld>[0]): Promise<CampaignWorld> {
  const world = await aCampaignWorld(options);
  worlds.push(world);
  return world;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = (world: CampaignWorld) => world.campaign.start(world.tenant.tenantId, world.campaignId);
const decides = (world: CampaignWorld, settings: TenantSettings) =>
  orm.update(schema.tenants).set({ settings }).where(eq(schema.tenants.id, world.tenant.tenantId));
const accepted = (n: number) => eventually(() => expect(graph.accepted.length).toBe(n));
const state = (world: CampaignWorld, status: string, reason: string | null = null) =>
  eventually(async () => {
    const snapshot = await world.campaign.snapshot();
    expect([snapshot?.status, snapshot?.statusReason]).toEqual([status, reason]);
  });
const alertsOf = async (world: CampaignWorld) => {
  const answer = await world.tenant.call("GET", "/v1/alerts?status=open");
  return (await answer.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind);
};
const alerted = (world: CampaignWorld, kind: string) =>
  eventually(async () => expect(await alertsOf(world)).toContain(kind));

describe("the circuit breaker", () => {
  test("pauses when more than a tenth of at least 50 recent sends failed, with an alert, and loses nobody", async () => {
    graph = stubMessages((_, nth) => (nth % 5 === 0 ? { code: 131026 } : "accept"));
    const world = await aWorld({ people: 400, ratePerSecond: 20 });
    await start(world);
    await state(world, "paused", "failure_rate");
    await alerted(world, "failure_rate");
    const [alert] = await orm.select().from(schema.alerts).where(eq(schema.alerts.tenantId, world.tenant.tenantId));
    const { minutes, ...counted } = alert?.facts ?? {};
    const [sent, failed] = [Number(counted.sent), Number(counted.failed)];
    expect([sent >= 50, failed > sent / 10, minutes]).toEqual([true, true, 10]);
    expect(alert?.message).toContain(`Of ${sent} sends that ended in the last 10 minutes, ${failed} failed`);
    const { accounting } = (await world.campaign.snapshot()) ?? {};
    expect(accounting?.balanced).toBe(true);
    expect(accounting?.pending).toBeGreaterThan(200);
    // Whoever resumes has seen why: it does not pause again for what is past.
    const before = graph.accepted.length;
    await world.campaign.resume();
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(before + 10));
  });

  test("a tenant's own threshold counts", async () => {
    const unreachable = new Set<string>();
    graph = stubMessages((send) => (unreachable.has(send.to) ? { code: 131026 } : "accept"));
    const world = await aWorld({ people: 100 });
    for (const phone of world.phones.slice(0, 20)) unreachable.add(phone);
    await decides(world, { failureRateThreshold: 0.5 });
    await start(world);
    await state(world, "completed");
    expect((await world.campaign.snapshot())?.counts).toMatchObject({ sent: 80, failed: 20 });
  });

  test("answers that never come count as failures", async () => {
    graph = stubMessages(() => "cut");
    const world = await aWorld({ people: 300, ratePerSecond: 20 });
    await start(world);
    await state(world, "paused", "failure_rate");
    expect((await world.campaign.snapshot())?.accounting.pending).toBeGreaterThan(100);
  });
});

describe("the gate before each wave", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };
  const waveGate = { maxFailureRate: 0.05, maxOptOutRate: 0.05, stopOnRedLine: true };

  test("holds the next wave for failures, and lets it pass once a person has resumed", async () => {
    graph = stubMessages((_, nth) => (nth === 2 ? { code: 131026 } : "accept"));
    const world = await aWorld({ people: 20, campaign: { pacing } });
    await decides(world, { waveGate });
    await start(world);
    await accepted(9);
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "wave_gate_failures");
    expect(graph.accepted.length).toBe(9);
    await world.campaign.resume();
    await accepted(19);
    await state(world, "completed");
  });

  test("holds the next wave when people opt out", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 20, campaign: { pacing } });
    await decides(world, { waveGate });
    await start(world);
    await accepted(10);
    await eventually(async () => expect((await world.campaign.snapshot())?.counts.sent).toBe(10));
    await world.tenant.call("POST", `/v1/contacts/${world.contactIds[3]}/opt-out`, { reason: "asked" });
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "wave_gate_opt_outs");
  });

  test("holds the next wave when a line it used has become red", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 20, campaign: { pacing } });
    await decides(world, { waveGate });
    await start(world);
    await accepted(10);
    const [lineId = ""] = world.lineIds;
    const line = { tenantId: world.tenant.tenantId, phoneNumberId: world.phoneNumberIds[0] ?? "", sealedToken: "x" };
    await world.portfolio.putLine({ ...line, lineId, status: "CONNECTED", quality: "RED", ratePerSecond: 80 });
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "wave_gate_quality");
    await alerted(world, "quality_drop");
  });
});

const templateIs = (world: CampaignWorld, columns: Partial<typeof schema.templates.$inferInsert>) =>
  orm.update(schema.templates).set(columns).where(eq(schema.templates.id, world.templateId));

describe("a template that Meta has made MARKETING", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };

  test("holds the next wave until a person agrees to the new price, once", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 30, campaign: { pacing: { percent: 34, intervalMinutes: 30 } } });
    await start(world);
    await accepted(11);
    await templateIs(world, { category: "MARKETING" });
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "category_changed");
    await alerted(world, "template_price");
    expect(graph.accepted.length).toBe(11);
    await world.campaign.resume();
    await accepted(22);
    await timePasses(world, 30 * MINUTE);
    await accepted(30);
    await state(world, "completed");
  });

  test("holds the first wave too, when that was after the launch", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 5, campaign: { startAt: Date.now() + 30 * MINUTE } });
    await start(world);
    await state(world, "scheduled");
    await templateIs(world, { category: "MARKETING" });
    await timePasses(world, 31 * MINUTE);
    await state(world, "paused", "category_changed");
    expect(graph.accepted.length).toBe(0);
    await world.campaign.resume();
    await accepted(5);
  });

  test.each<[string, TenantSettings, string]>([
    ["when the tenant wants to go on", { categoryChange: "continue" }, "MARKETING"],
    ["when it has become cheaper, or another of the same price", {}, "AUTHENTICATION"],
  ])("holds nothing %s", async (_, settings, category) => {
    graph = stubMessages();
    const world = await aWorld({ people: 10, campaign: { pacing } });
    await decides(world, settings);
    await start(world);
    await accepted(5);
    await templateIs(world, { category });
    await timePasses(world, 30 * MINUTE);
    await accepted(10);
    await state(world, "completed");
  });
});

describe("a template that Meta no longer sends", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };

  test("because it was deleted is named as the reason, and somebody has to decide", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 10, campaign: { pacing } });
    await decides(world, { resumeWhenLinesReturn: true });
    await start(world);
    await accepted(5);
    await templateIs(world, { status: "DELETED", removedAt: Date.now() });
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "template_deleted");
    await alerted(world, "template_paused");
    await templateIs(world, { status: "APPROVED", removedAt: null });
    await timePasses(world, MINUTE);
    await state(world, "paused", "template_deleted");
    await world.campaign.resume();
    await accepted(10);
  });

  test("because it is paused is named too, and the campaign goes on by itself where its tenant wants that", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 10, campaign: { pacing } });
    await decides(world, { resumeWhenLinesReturn: true });
    await start(world);
    await accepted(5);
    await templateIs(world, { status: "PAUSED" });
    await timePasses(world, 30 * MINUTE);
    await state(world, "paused", "template_not_approved");
    await templateIs(world, { status: "APPROVED" });
    await timePasses(world, MINUTE);
    await accepted(10);
  });
});

describe("the sending window", () => {
  const pad = (n: number) => String(n).padStart(2, "0");
  const time = (at: number) => `${pad(new Date(at).getUTCHours())}:${pad(new Date(at).getUTCMinutes())}`;
  type Hours = SendingWindow["hours"][number];
  const days = (at: number) => [((new Date(at).getUTCDay() + 6) % 7) + 1] as Hours["days"];
  /** Open for two hours that begin so far from now, also across midnight. */
  const windowIn = (ms: number): SendingWindow => {
    const from = Date.now() + ms;
    const to = from + 2 * HOUR;
    const overnight: Hours[] = [
      { days: days(from), from: time(from), to: "24:00" },
      { days: days(to), from: "00:00", to: time(to) },
    ];
    const hours: Hours[] = time(from) < time(to) ? [{ days: days(from), from: time(from), to: time(to) }] : overnight;
    return { timeZone: "UTC", hours: hours.filter((open) => open.from < open.to), holidays: [] };
  };

  test("nothing leaves outside, and everything once it opens", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 10 });
    await decides(world, { sendingWindow: windowIn(3 * HOUR) });
    await start(world);
    await state(world, "running", "outside_window");
    expect(graph.accepted.length).toBe(0);
    await decides(world, { sendingWindow: windowIn(-HOUR) });
    await timePasses(world, MINUTE);
    await accepted(10);
    await state(world, "completed");
  });

  test("when it closes, what is on the queue is taken back, and waves keep their distance after it opens", async () => {
    let sent = 0;
    graph = stubMessages(() => {
      sent += 1;
      return "accept";
    });
    const world = await aWorld({
      people: 200,
      ratePerSecond: 10,
      campaign: { pacing: { percent: 50, intervalMinutes: 30 } },
    });
    await start(world);
    await eventually(() => expect(sent).toBeGreaterThan(5));
    await decides(world, { sendingWindow: windowIn(3 * HOUR) });
    await timePasses(world, 20 * MINUTE);
    await state(world, "running", "outside_window");
    await eventually(async () => expect((await world.campaign.snapshot())?.counts.queued).toBe(0));
    expect((await world.campaign.snapshot())?.accounting.pending).toBeGreaterThan(100);
    await decides(world, { sendingWindow: windowIn(-HOUR) });
    await timePasses(world, 20 * MINUTE);
    await state(world, "running");
    // The first wave was not done when it closed: the second comes a whole interval after it opened again.
    const due = (await world.campaign.stats())?.byWave[1]?.at ?? 0;
    expect(due).toBeGreaterThan(Date.now() + 25 * MINUTE);
  });

  test("a campaign's own choice goes before its tenant's", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 3, campaign: { sendingWindow: { mode: "none" } } });
    await decides(world, { sendingWindow: windowIn(3 * HOUR) });
    await start(world);
    await accepted(3);
  });
});

describe("a start that was missed", () => {
  test("by more than the tenant's limit waits for a person; resumed, it begins with its first wave", async () => {
    graph = stubMessages();
    const startAt = Date.now() + 30 * MINUTE;
    const world = await aWorld({
      people: 20,
      campaign: { startAt, pacing: { percent: 50, intervalMinutes: 30 } },
    });
    await start(world);
    await state(world, "scheduled");
    await timePasses(world, 30 * MINUTE + 61 * MINUTE);
    await state(world, "paused", "start_missed");
    await alerted(world, "start_missed");
    expect(graph.accepted.length).toBe(0);
    await world.campaign.resume();
    await accepted(10);
    const due = (await world.campaign.stats())?.byWave[1]?.at ?? 0;
    expect(Math.abs(due - (Date.now() + 30 * MINUTE))).toBeLessThan(MINUTE);
  });

  test("by less begins at once", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 5, campaign: { startAt: Date.now() + 30 * MINUTE } });
    await start(world);
    await state(world, "scheduled");
    await timePasses(world, 30 * MINUTE + 59 * MINUTE);
    await accepted(5);
  });
});

test("with every line restricted until a time the campaign waits for that, says no word of going on, and goes on", async () => {
  graph = stubMessages();
  const world = await aWorld({ people: 10 });
  const restricted = { reason: "account_restricted", since: Date.now(), until: Date.now() + 3 * HOUR };
  for (const lineId of world.lineIds) await world.portfolio.setRest(lineId, restricted);
  // A send that was under way when the restriction came asks for a minute: that does not end it.
  const [lineId = ""] = world.lineIds;
  const minute = {
    kind: "rest" as const,
    lineId,
    at: Date.now(),
    untilMs: Date.now() + 1,
    reason: "number_maintenance",
  };
  await world.portfolio.report({ campaignId: world.campaignId, unused: [], trouble: [minute] });
  await start(world);
  await state(world, "running");
  for (const _ of [1, 2]) await runDurableObjectAlarm(world.campaign);
  await state(world, "running");
  expect(await alertsOf(world)).not.toContain("too_few_lines");
  expect(graph.accepted.length).toBe(0);
  for (const each of world.lineIds) await world.portfolio.setRest(each, { ...restricted, until: Date.now() + 1 });
  await timePasses(world, MINUTE);
  await accepted(10);
});

describe("no line left", () => {
  const noLine = async (settings: TenantSettings) => {
    let closed = true;
    graph = stubMessages(() => (closed ? { code: 133010 } : "accept"));
    const world = await aWorld({ people: 10 });
    await decides(world, settings);
    await start(world);
    await state(world, "paused", "no_line_left");
    closed = false;
    await world.portfolio.setRest(world.lineIds[1] ?? "", null);
    await timePasses(world, MINUTE);
    return world;
  };

  test("the campaign goes on by itself once one is back, when its tenant wants that", async () => {
    const world = await noLine({ resumeWhenLinesReturn: true });
    await accepted(10);
    await state(world, "completed");
    expect(new Set(graph.accepted.map((send) => send.phoneNumberId))).toEqual(new Set([world.phoneNumberIds[1]]));
  });

  test("else it waits for a person", async () => {
    const world = await noLine({});
    await world.campaign.ensureAlarm(world.tenant.tenantId, world.campaignId);
    await state(world, "paused", "no_line_left");
    expect(graph.accepted.length).toBe(0);
  });
});
