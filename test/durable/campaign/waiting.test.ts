import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { SendMessage, Settlement } from "#contracts/queue-messages.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import type { Wait } from "#core/sending/waiting.ts";
import { PortfolioObject } from "#durable/portfolio/object.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { aStartedCampaign, catchSends } from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let graph: ReturnType<typeof stubMessages>;
const fixtures: CampaignFixture[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  vi.restoreAllMocks();
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});
async function aFixture(options: Parameters<typeof aCampaignFixture>[0], settings: TenantSettings = {}) {
  const fixture = await aCampaignFixture(options);
  fixtures.push(fixture);
  await orm.update(schema.tenants).set({ settings }).where(eq(schema.tenants.id, fixture.tenant.tenantId));
  return fixture;
}
const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
const snapshotOf = async (fixture: CampaignFixture) => {
  const snapshot = await fixture.campaign.snapshot();
  if (!snapshot) throw new Error("not begun");
  return snapshot;
};
const until = (fixture: CampaignFixture, expected: object) =>
  eventually(async () => expect(await snapshotOf(fixture)).toMatchObject(expected));
const ended = (fixture: CampaignFixture) => until(fixture, { status: "completed", waiting: [] });
/** Waits until it waits for exactly these. */
const waits = (fixture: CampaignFixture, ...expected: Partial<Wait>[]) => until(fixture, { waiting: expected });
const alertsOf = async (fixture: CampaignFixture, kind: string) =>
  (await orm.select().from(schema.alerts).where(eq(schema.alerts.tenantId, fixture.tenant.tenantId))).filter(
    (alert) => alert.kind === kind && alert.subject === fixture.campaignId,
  );
const alerted = (fixture: CampaignFixture, kind: string) =>
  eventually(async () => expect((await alertsOf(fixture, kind)).length).toBe(1));
const acknowledged = (fixture: CampaignFixture) =>
  orm
    .update(schema.alerts)
    .set({ acknowledgedAt: Date.now() })
    .where(eq(schema.alerts.tenantId, fixture.tenant.tenantId));
/** It sleeps: a campaign that waits must not go round and round. One look is not enough: a tick sets its watchdog first. */
const sleeps = (fixture: CampaignFixture) =>
  eventually(async () => {
    for (let look = 0; look < 5; look++) {
      const alarm = await runInDurableObject(fixture.campaign, (_, { storage }) => storage.getAlarm());
      expect(alarm).toBeGreaterThan(Date.now() + 3_000);
      await scheduler.wait(100);
    }
  });
const coolDown = async (fixture: CampaignFixture, reason: string, until: number | null) => {
  for (const lineId of fixture.lineIds)
    await fixture.portfolio.setCooldown(lineId, { reason, since: Date.now(), until });
};

describe("people tied to a blocked line (131048)", () => {
  const PEOPLE = 9;
  let claims = 0;
  /** Makes the calls of `people` on the queue: the blocked line is refused, the others are accepted. Answers by whom. */
  async function send(
    fixture: CampaignFixture,
    caught: SendMessage[],
    people: number,
    blocked: string | null,
  ): Promise<string[]> {
    const by: string[] = [];
    const told: (() => Promise<void>)[] = [];
    let open: { contactId: string; attempt: number }[] = [];
    while (by.length < people) {
      open.push(...caught.splice(0));
      const claimId = `clm_${++claims}`;
      const { claimed, again } = await fixture.campaign.claim({ claimId, messages: open });
      const at = Date.now();
      const settlements = claimed.map(
        ({ contactId, lineId }): Settlement =>
          lineId === blocked
            ? { contactId, outcome: "refused", code: 131048, detail: "", at }
            : { contactId, outcome: "accepted", messageId: `wamid.${contactId}`, at, held: false },
      );
      told.push(() => fixture.campaign.settle(claimId, settlements));
      by.push(...claimed.map(({ lineId }) => lineId));
      open = again;
      // Whoever found no slot comes by the queue again.
      if (by.length < people) await scheduler.wait(100);
    }
    // Told when all have left: the first refusal closes the line to whoever has not.
    if (blocked)
      await fixture.portfolio.setCooldown(blocked, { reason: "spam_limited", since: Date.now(), until: null });
    for (const tell of told) await tell();
    return by;
  }

  /** Three lines with a third of the people each; one of them has just been blocked. */
  async function tied(settings: TenantSettings = {}) {
    graph = stubMessages();
    const fixture = await aFixture({ people: PEOPLE }, settings);
    const caught: SendMessage[] = [];
    await catchSends(fixture, caught);
    await start(fixture);
    const queued = (n: number) => eventually(() => expect(caught.length).toBe(n));
    await queued(PEOPLE);
    const lineId = fixture.lineIds[0] ?? "";
    const count = (await send(fixture, caught, PEOPLE, lineId)).filter((by) => by === lineId).length;
    expect(count).toBe(3);
    await waits(fixture, {
      kind: "pinned_line_blocked",
      count,
      reason: "spam_limited",
      until: null,
      lines: [{ lineId, reason: "spam_limited", until: null }],
      actions: ["move", "fail", "resume_line"],
    });
    const restarted = () => catchSends(fixture, caught);
    const sent = async (n: number) => {
      await queued(n);
      return send(fixture, caught, n, null);
    };
    return { fixture, lineId, count, restarted, sent };
  }

  test("are named, told in one alert, and cost the campaign no sleep", async () => {
    const { fixture } = await tied();
    expect((await snapshotOf(fixture)).status).toBe("running");
    await alerted(fixture, "campaign_waits");
    await sleeps(fixture);
    // Acknowledged and looked at again, it is not news any more; also not after a restart.
    await acknowledged(fixture);
    const { since = 0 } = (await snapshotOf(fixture)).waiting[0] ?? {};
    await timePasses(fixture, MINUTE);
    await sleeps(fixture);
    expect((await snapshotOf(fixture)).waiting[0]?.since).toBe(since - MINUTE);
    expect((await alertsOf(fixture, "campaign_waits")).length).toBe(1);
  });

  test("go by other lines once a person says so, each once, and repeating it moves nobody", async () => {
    const { fixture, lineId, count, sent } = await tied();
    expect(await fixture.campaign.endPinnedWaits(lineId, "move")).toBe(count);
    expect((await snapshotOf(fixture)).waiting).toEqual([]);
    expect(await fixture.campaign.endPinnedWaits(lineId, "move")).toBe(0);
    expect(await sent(count)).not.toContain(lineId);
    await ended(fixture);
    expect((await snapshotOf(fixture)).accounting).toMatchObject({ sent: PEOPLE, balanced: true });
    const all = await Promise.all(fixture.contactIds.map((id) => fixture.campaign.recipient(id)));
    expect(all.filter((one) => one?.history.some(({ event }) => event === "moved")).length).toBe(count);
  });

  test("fail with a reason of their own once a person says so, which does not stop the campaign for its failures", async () => {
    const { fixture, lineId, count } = await tied({ failureRateMinimum: 1, failureRateThreshold: 0.001 });
    expect(await fixture.campaign.endPinnedWaits(null, "fail")).toBe(count);
    expect(await fixture.campaign.endPinnedWaits(null, "fail")).toBe(0);
    await ended(fixture);
    expect((await snapshotOf(fixture)).accounting).toMatchObject({ failed: count, pending: 0, balanced: true });
    const { data } = await fixture.campaign.recipients({ limit: 50, status: "failed" });
    expect(data.map((row) => [row.errorCode, row.lineId])).toEqual(Array(count).fill([GIVEN_UP, lineId]));
    const history = (await fixture.campaign.recipient(data[0]?.contactId ?? ""))?.history;
    expect(history?.map(({ event, detail }) => `${event} ${detail}`)).toEqual(
      expect.arrayContaining(["refused 131048 waits", `failed ${GIVEN_UP}`]),
    );
    expect((await fixture.campaign.stats())?.byError).toEqual([{ code: GIVEN_UP, count }]);
  });

  test("go by their own line when it is well again, and are not failed then", async () => {
    const { fixture, lineId, count, sent } = await tied();
    await fixture.portfolio.setCooldown(lineId, null);
    await fixture.campaign.lookAgain();
    expect(new Set(await sent(count))).toEqual(new Set([lineId]));
    await ended(fixture);
    expect(await fixture.campaign.endPinnedWaits(lineId, "fail")).toBe(0);
    expect((await snapshotOf(fixture)).accounting).toMatchObject({ sent: PEOPLE, failed: 0 });
  });

  test("whose line was deleted are named as well, and can be moved", async () => {
    const { fixture, lineId, count, sent, restarted } = await tied();
    await orm.delete(schema.templateLines).where(eq(schema.templateLines.lineId, lineId));
    await orm.delete(schema.lines).where(eq(schema.lines.id, lineId));
    await timePasses(fixture, MINUTE);
    await restarted();
    await waits(fixture, { kind: "pinned_line_blocked", reason: "line_gone", actions: ["move", "fail"] });
    await sleeps(fixture);
    expect(await fixture.campaign.endPinnedWaits(lineId, "move")).toBe(count);
    await sent(count);
    await ended(fixture);
  });

  test("who opt out meanwhile are left out, not moved", async () => {
    const { fixture, lineId, count, sent } = await tied();
    const { data } = await fixture.campaign.recipients({ limit: 50, status: "pending" });
    await fixture.campaign.exclude([data[0]?.contactId ?? ""], "optedOut");
    expect(await fixture.campaign.endPinnedWaits(lineId, "move")).toBe(count - 1);
    await sent(count - 1);
    await ended(fixture);
  });
});

describe("a restricted account", () => {
  test("with an end: the campaign waits for it, says until when, and goes on then", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 5 });
    const end = Date.now() + 7 * DAY;
    await coolDown(fixture, "account_restricted", end);
    await start(fixture);
    await waits(fixture, {
      kind: "account_restricted",
      count: 5,
      reason: "account_restricted",
      until: end,
      actions: ["resume_line"],
    });
    expect((await snapshotOf(fixture)).status).toBe("running");
    await alerted(fixture, "campaign_waits");
    await coolDown(fixture, "account_restricted", Date.now() - 1);
    await fixture.campaign.lookAgain();
    await ended(fixture);
  });

  test("without one: the campaign is paused, and names the account as what it waits for", async () => {
    graph = stubMessages(() => ({ code: 131031 }));
    const fixture = await aFixture({ people: 5 });
    await start(fixture);
    await waits(fixture, {
      kind: "account_restricted",
      count: 5,
      reason: "account_locked",
      until: null,
      actions: ["resume_line", "resume"],
    });
    expect(await snapshotOf(fixture)).toMatchObject({ status: "paused", statusReason: "no_line_left" });
    await alerted(fixture, "line_blocked");
    // A line is back, and the tenant wants a person to resume: that person is told so.
    for (const lineId of fixture.lineIds) await fixture.portfolio.setCooldown(lineId, null);
    await fixture.campaign.lookAgain();
    await waits(fixture, { kind: "paused", count: 5, reason: "line_back", actions: ["resume"] });
    expect(await snapshotOf(fixture)).toMatchObject({ status: "paused", statusReason: "no_line_left" });
  });
});

describe("a time", () => {
  test("a line's cooldown of a minute is named without an alert", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 5 });
    const end = Date.now() + MINUTE;
    await coolDown(fixture, "number_maintenance", end);
    await start(fixture);
    await waits(fixture, { kind: "line_resting", reason: "number_maintenance", until: end });
    await sleeps(fixture);
    expect(await alertsOf(fixture, "campaign_waits")).toEqual([]);
  });

  test("a spent limit is named with when there is room again, and told once however long it lasts", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 10, limit: 4 });
    await start(fixture);
    await until(fixture, { accounting: { sent: 4 }, waiting: [{ kind: "limit_spent", count: 6 }] });
    await fixture.campaign.lookAgain();
    await eventually(async () =>
      expect((await snapshotOf(fixture)).waiting[0]?.until).toBeGreaterThan(Date.now() + DAY - 5 * MINUTE),
    );
    await alerted(fixture, "tier_limit");
    await acknowledged(fixture);
    await timePasses(fixture, MINUTE);
    await sleeps(fixture);
    expect((await alertsOf(fixture, "tier_limit")).length).toBe(1);
  });

  test("between waves the next one is named, and so is a day's wait of people whom Meta has capped", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { code: 131049 } : "accept"));
    const fixture = await aFixture({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 3 * 24 * 60 } } });
    await start(fixture);
    await waits(fixture, { kind: "later_try", count: 1 }, { kind: "next_wave", count: 2, actions: [] });
    const [later, wave] = (await snapshotOf(fixture)).waiting;
    expect(later?.until).toBeGreaterThan(Date.now() + DAY - MINUTE);
    expect(wave?.until).toBeGreaterThan(Date.now() + 3 * DAY - MINUTE);
  });

  test("a sending window that never opens is an alert, not silence", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 3 }, { sendingWindow: { timeZone: "UTC", hours: [], holidays: [] } });
    await start(fixture);
    await waits(fixture, { kind: "sending_window", count: 3, until: null });
    await alerted(fixture, "campaign_waits");
  });

  test("a gate before a wave waits for a person", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { code: 131026 } : "accept"));
    const waveGate = { maxFailureRate: 0.01, maxOptOutRate: 0.01, stopOnRedLine: false };
    const fixture = await aFixture(
      { people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 30 } } },
      { waveGate },
    );
    await start(fixture);
    await waits(fixture, { kind: "next_wave", count: 2 });
    await timePasses(fixture, 30 * MINUTE);
    await waits(fixture, { kind: "wave_gate", reason: "wave_gate_failures", count: 2, actions: ["resume"] });
    await fixture.campaign.resume();
    await ended(fixture);
  });
});

describe("what is nobody's plan", () => {
  test("a portfolio that can't be asked: the campaign says that its own steps fail, with an alert", async () => {
    graph = stubMessages();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(PortfolioObject.prototype, "lease").mockRejectedValue(new Error("overloaded"));
    const fixture = await aFixture({ people: 3 });
    await start(fixture);
    for (let i = 0; i < 5; i++) await eventually(() => wake(fixture));
    await waits(fixture, { kind: "internal_error", count: 3 });
    await alerted(fixture, "campaign_waits");
    vi.mocked(PortfolioObject.prototype.lease).mockRestore();
    await ended(fixture);
  });

  test("a queue that does not deliver: sends come back from it unsent, with an alert", async () => {
    const { fixture, caught } = await aStartedCampaign({ people: 3 });
    fixtures.push(fixture);
    await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(6));
    expect((await snapshotOf(fixture)).waiting).toEqual([]);
    await timePasses(fixture, 40_000);
    await catchSends(fixture, caught);
    await waits(fixture, { kind: "queue_delayed", count: 3 });
    await alerted(fixture, "campaign_waits");
  });

  test("lines whose rate others use up", async () => {
    graph = stubMessages();
    const lease = PortfolioObject.prototype.lease;
    vi.spyOn(PortfolioObject.prototype, "lease").mockImplementation(async function (this: PortfolioObject, request) {
      const answer = await lease.call(this, request);
      return { ...answer, lines: answer.lines.map((line) => ({ ...line, slots: [] })) };
    });
    const fixture = await aFixture({ people: 3 });
    await start(fixture);
    await eventually(() => expect(PortfolioObject.prototype.lease).toHaveBeenCalledTimes(3));
    expect((await snapshotOf(fixture)).waiting).toEqual([]);
    await timePasses(fixture, MINUTE);
    await waits(fixture, { kind: "rate_shared", count: 3 });
  });

  test("a wave that is due while the catalogue is away", async () => {
    graph = stubMessages();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const fixture = await aFixture({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 30 } } });
    await start(fixture);
    await waits(fixture, { kind: "next_wave", count: 2 });
    await env.DB.exec("alter table lines rename to lines_away");
    try {
      await timePasses(fixture, 35 * MINUTE);
      await waits(fixture, { kind: "wave_unchecked", count: 2 });
    } finally {
      await env.DB.exec("alter table lines_away rename to lines");
    }
    await ended(fixture);
  });
});

const wake = (fixture: CampaignFixture) => fixture.campaign.lookAgain();
