import { runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { SendingWindow, TenantSettings } from "#core/campaigns/policy.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
const fixtures: CampaignFixture[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});
async function aFixture(options: Parameters<typeof aCampaignFixture>[0]): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture(options);
  fixtures.push(fixture);
  return fixture;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
const decides = (fixture: CampaignFixture, settings: TenantSettings) =>
  orm.update(schema.tenants).set({ settings }).where(eq(schema.tenants.id, fixture.tenant.tenantId));
const accepted = (n: number) => eventually(() => expect(graph.accepted.length).toBe(n));
const state = (fixture: CampaignFixture, status: string, reason: string | null = null) =>
  eventually(async () => {
    const snapshot = await fixture.campaign.snapshot();
    expect([snapshot?.status, snapshot?.statusReason]).toEqual([status, reason]);
  });
const alertsOf = async (fixture: CampaignFixture) => {
  const answer = await fixture.tenant.call("GET", "/v1/alerts?status=open");
  return (await answer.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind);
};
const alerted = (fixture: CampaignFixture, kind: string) =>
  eventually(async () => expect(await alertsOf(fixture)).toContain(kind));

describe("the circuit breaker", () => {
  test("pauses when more than a tenth of at least 50 recent sends failed, with an alert, and loses nobody", async () => {
    graph = stubMessages((_, nth) => (nth % 5 === 0 ? { code: 131026 } : "accept"));
    const fixture = await aFixture({ people: 400, ratePerSecond: 20 });
    await start(fixture);
    await state(fixture, "paused", "failure_rate");
    await alerted(fixture, "failure_rate");
    const [alert] = await orm.select().from(schema.alerts).where(eq(schema.alerts.tenantId, fixture.tenant.tenantId));
    const { minutes, ...counted } = alert?.facts ?? {};
    const [sent, failed] = [Number(counted.sent), Number(counted.failed)];
    expect([sent >= 50, failed > sent / 10, minutes]).toEqual([true, true, 10]);
    expect(alert?.message).toContain(`Of ${sent} sends that ended in the last 10 minutes, ${failed} failed`);
    const { accounting } = (await fixture.campaign.snapshot()) ?? {};
    expect(accounting?.balanced).toBe(true);
    expect(accounting?.pending).toBeGreaterThan(200);
    // Whoever resumes has seen why: it does not pause again for what is past.
    const before = graph.accepted.length;
    await fixture.campaign.resume();
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(before + 10));
  });

  test("a tenant's own threshold counts", async () => {
    const unreachable = new Set<string>();
    graph = stubMessages((send) => (unreachable.has(send.to) ? { code: 131026 } : "accept"));
    const fixture = await aFixture({ people: 100 });
    for (const phone of fixture.phones.slice(0, 20)) unreachable.add(phone);
    await decides(fixture, { failureRateThreshold: 0.5 });
    await start(fixture);
    await state(fixture, "completed");
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 80, failed: 20 });
  });

  test("answers that never come count as failures", async () => {
    graph = stubMessages(() => "cut");
    const fixture = await aFixture({ people: 300, ratePerSecond: 20 });
    await start(fixture);
    await state(fixture, "paused", "failure_rate");
    expect((await fixture.campaign.snapshot())?.accounting.pending).toBeGreaterThan(100);
  });
});

describe("the gate before each wave", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };
  const waveGate = { maxFailureRate: 0.05, maxOptOutRate: 0.05, stopOnRedLine: true };

  test("pauses before the next wave for failures, and lets it pass once a person has resumed", async () => {
    graph = stubMessages((_, nth) => (nth === 2 ? { code: 131026 } : "accept"));
    const fixture = await aFixture({ people: 20, campaign: { pacing } });
    await decides(fixture, { waveGate });
    await start(fixture);
    await accepted(9);
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "wave_gate_failures");
    expect(graph.accepted.length).toBe(9);
    await fixture.campaign.resume();
    await accepted(19);
    await state(fixture, "completed");
  });

  test("pauses before the next wave when people opt out", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 20, campaign: { pacing } });
    await decides(fixture, { waveGate });
    await start(fixture);
    await accepted(10);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.counts.sent).toBe(10));
    await fixture.tenant.call("POST", `/v1/contacts/${fixture.contactIds[3]}/opt-out`, { reason: "asked" });
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "wave_gate_opt_outs");
  });

  test("pauses before the next wave when a line it used has become red", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 20, campaign: { pacing } });
    await decides(fixture, { waveGate });
    await start(fixture);
    await accepted(10);
    const [lineId = ""] = fixture.lineIds;
    const line = {
      tenantId: fixture.tenant.tenantId,
      phoneNumberId: fixture.phoneNumberIds[0] ?? "",
      sealedToken: "x",
    };
    await fixture.portfolio.putLine({ ...line, lineId, status: "CONNECTED", quality: "RED", ratePerSecond: 80 });
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "wave_gate_quality");
    await alerted(fixture, "quality_drop");
  });
});

const templateIs = (fixture: CampaignFixture, columns: Partial<typeof schema.templates.$inferInsert>) =>
  orm.update(schema.templates).set(columns).where(eq(schema.templates.id, fixture.templateId));

describe("a template that Meta has made MARKETING", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };

  test("pauses before the next wave until a person agrees to the new price, once", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 30, campaign: { pacing: { percent: 34, intervalMinutes: 30 } } });
    await start(fixture);
    await accepted(11);
    await templateIs(fixture, { category: "MARKETING" });
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "category_changed");
    await alerted(fixture, "template_price");
    expect(graph.accepted.length).toBe(11);
    await fixture.campaign.resume();
    await accepted(22);
    await timePasses(fixture, 30 * MINUTE);
    await accepted(30);
    await state(fixture, "completed");
  });

  test("pauses before the first wave too, when that was after the launch", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 5, campaign: { startAt: Date.now() + 30 * MINUTE } });
    await start(fixture);
    await state(fixture, "scheduled");
    await templateIs(fixture, { category: "MARKETING" });
    await timePasses(fixture, 31 * MINUTE);
    await state(fixture, "paused", "category_changed");
    expect(graph.accepted.length).toBe(0);
    await fixture.campaign.resume();
    await accepted(5);
  });

  test.each<[string, TenantSettings, string]>([
    ["when the tenant wants to go on", { categoryChange: "continue" }, "MARKETING"],
    ["when it has become cheaper, or another of the same price", {}, "AUTHENTICATION"],
  ])("pauses nothing %s", async (_, settings, category) => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 10, campaign: { pacing } });
    await decides(fixture, settings);
    await start(fixture);
    await accepted(5);
    await templateIs(fixture, { category });
    await timePasses(fixture, 30 * MINUTE);
    await accepted(10);
    await state(fixture, "completed");
  });
});

describe("a template that Meta no longer sends", () => {
  const pacing = { percent: 50, intervalMinutes: 30 };

  test("because it was deleted is named as the reason, and somebody has to decide", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 10, campaign: { pacing } });
    await decides(fixture, { resumeWhenLinesReturn: true });
    await start(fixture);
    await accepted(5);
    await templateIs(fixture, { status: "DELETED", removedAt: Date.now() });
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "template_deleted");
    await alerted(fixture, "template_paused");
    await templateIs(fixture, { status: "APPROVED", removedAt: null });
    await timePasses(fixture, MINUTE);
    await state(fixture, "paused", "template_deleted");
    await fixture.campaign.resume();
    await accepted(10);
  });

  test("because it is paused is named too, and the campaign goes on by itself where its tenant wants that", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 10, campaign: { pacing } });
    await decides(fixture, { resumeWhenLinesReturn: true });
    await start(fixture);
    await accepted(5);
    await templateIs(fixture, { status: "PAUSED" });
    await timePasses(fixture, 30 * MINUTE);
    await state(fixture, "paused", "template_not_approved");
    await templateIs(fixture, { status: "APPROVED" });
    await timePasses(fixture, MINUTE);
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
    const fixture = await aFixture({ people: 10 });
    await decides(fixture, { sendingWindow: windowIn(3 * HOUR) });
    await start(fixture);
    await state(fixture, "running", "outside_window");
    expect(graph.accepted.length).toBe(0);
    await decides(fixture, { sendingWindow: windowIn(-HOUR) });
    await timePasses(fixture, MINUTE);
    await accepted(10);
    await state(fixture, "completed");
  });

  test("when it closes, what is on the queue is taken back, and waves keep their distance after it opens", async () => {
    let sent = 0;
    graph = stubMessages(() => {
      sent += 1;
      return "accept";
    });
    const fixture = await aFixture({
      people: 200,
      ratePerSecond: 10,
      campaign: { pacing: { percent: 50, intervalMinutes: 30 } },
    });
    await start(fixture);
    await eventually(() => expect(sent).toBeGreaterThan(5));
    await decides(fixture, { sendingWindow: windowIn(3 * HOUR) });
    await timePasses(fixture, 20 * MINUTE);
    await state(fixture, "running", "outside_window");
    await eventually(async () => expect((await fixture.campaign.snapshot())?.counts.queued).toBe(0));
    expect((await fixture.campaign.snapshot())?.accounting.pending).toBeGreaterThan(100);
    await decides(fixture, { sendingWindow: windowIn(-HOUR) });
    await timePasses(fixture, 20 * MINUTE);
    await state(fixture, "running");
    // The first wave was not done when it closed: the second comes a whole interval after it opened again.
    const due = (await fixture.campaign.stats())?.byWave[1]?.at ?? 0;
    expect(due).toBeGreaterThan(Date.now() + 25 * MINUTE);
  });

  test("a campaign's own choice goes before its tenant's", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 3, campaign: { sendingWindow: { mode: "none" } } });
    await decides(fixture, { sendingWindow: windowIn(3 * HOUR) });
    await start(fixture);
    await accepted(3);
  });
});

describe("a start that was missed", () => {
  test("by more than the tenant's limit waits for a person; resumed, it begins with its first wave", async () => {
    graph = stubMessages();
    const startAt = Date.now() + 30 * MINUTE;
    const fixture = await aFixture({
      people: 20,
      campaign: { startAt, pacing: { percent: 50, intervalMinutes: 30 } },
    });
    await start(fixture);
    await state(fixture, "scheduled");
    await timePasses(fixture, 30 * MINUTE + 61 * MINUTE);
    await state(fixture, "paused", "start_missed");
    await alerted(fixture, "start_missed");
    expect(graph.accepted.length).toBe(0);
    await fixture.campaign.resume();
    await accepted(10);
    const due = (await fixture.campaign.stats())?.byWave[1]?.at ?? 0;
    expect(Math.abs(due - (Date.now() + 30 * MINUTE))).toBeLessThan(MINUTE);
  });

  test("by less begins at once", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 5, campaign: { startAt: Date.now() + 30 * MINUTE } });
    await start(fixture);
    await state(fixture, "scheduled");
    await timePasses(fixture, 30 * MINUTE + 59 * MINUTE);
    await accepted(5);
  });
});

test("with every line restricted until a time the campaign waits for that, says no word of going on, and goes on", async () => {
  graph = stubMessages();
  const fixture = await aFixture({ people: 10 });
  const restricted = { reason: "account_restricted", since: Date.now(), until: Date.now() + 3 * HOUR };
  for (const lineId of fixture.lineIds) await fixture.portfolio.setCooldown(lineId, restricted);
  // A send that was under way when the restriction came asks for a minute: that does not end it.
  const [lineId = ""] = fixture.lineIds;
  const minute = {
    kind: "cooldown" as const,
    lineId,
    at: Date.now(),
    untilMs: Date.now() + 1,
    reason: "number_maintenance",
  };
  await fixture.portfolio.report({ campaignId: fixture.campaignId, unused: [], incidents: [minute] });
  await start(fixture);
  await state(fixture, "running");
  for (const _ of [1, 2]) await runDurableObjectAlarm(fixture.campaign);
  await state(fixture, "running");
  expect(await alertsOf(fixture)).not.toContain("too_few_lines");
  expect(graph.accepted.length).toBe(0);
  for (const each of fixture.lineIds)
    await fixture.portfolio.setCooldown(each, { ...restricted, until: Date.now() + 1 });
  await timePasses(fixture, MINUTE);
  await accepted(10);
});

describe("no line left", () => {
  const noLine = async (settings: TenantSettings) => {
    let closed = true;
    graph = stubMessages(() => (closed ? { code: 133010 } : "accept"));
    const fixture = await aFixture({ people: 10 });
    await decides(fixture, settings);
    await start(fixture);
    await state(fixture, "paused", "no_line_left");
    closed = false;
    await fixture.portfolio.setCooldown(fixture.lineIds[1] ?? "", null);
    await timePasses(fixture, MINUTE);
    return fixture;
  };

  test("the campaign goes on by itself once one is back, when its tenant wants that", async () => {
    const fixture = await noLine({ resumeWhenLinesReturn: true });
    await accepted(10);
    await state(fixture, "completed");
    expect(new Set(graph.accepted.map((send) => send.phoneNumberId))).toEqual(new Set([fixture.phoneNumberIds[1]]));
  });

  test("else it waits for a person", async () => {
    const fixture = await noLine({});
    await fixture.campaign.ensureAlarm(fixture.tenant.tenantId, fixture.campaignId);
    await state(fixture, "paused", "no_line_left");
    expect(graph.accepted.length).toBe(0);
  });
});
