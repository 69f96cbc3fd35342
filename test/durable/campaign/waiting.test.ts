import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as schema from "#adapters/d1/schema.ts";
import type { SendMessage, Settlement } from "#contracts/queue-messages.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import type { Wait } from "#core/sending/waiting.ts";
import { PortfolioObject } from "#durable/portfolio/object.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignWorld, type CampaignWorld, stubMessages, timePasses } from "../../support/campaign-world.ts";
import { aStartedCampaign, catchSends } from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let graph: ReturnType<typeof stubMessages>;
const worlds: CampaignWorld[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  vi.restoreAllMocks();
  for (const world of worlds.splice(0)) await world.campaign.cancel();
  graph?.restore();
});
async function aWorld(options: Parameters<typeof aCampaignWorld>[0], settings: TenantSettings = {}) {
  const world = await aCampaignWorld(options);
  worlds.push(world);
  await orm.update(schema.tenants).set({ settings }).where(eq(schema.tenants.id, world.tenant.tenantId));
  return world;
}
const start = (world: CampaignWorld) => world.campaign.start(world.tenant.tenantId, world.campaignId);
const snapshotOf = async (world: CampaignWorld) => {
  const snapshot = await world.campaign.snapshot();
  if (!snapshot) throw new Error("not begun");
  return snapshot;
};
const until = (world: CampaignWorld, expected: object) =>
  eventually(async () => expect(await snapshotOf(world)).toMatchObject(expected));
const ended = (world: CampaignWorld) => until(world, { status: "completed", waiting: [] });
/** Waits until it waits for exactly these. */
const waits = (world: CampaignWorld, ...expected: Partial<Wait>[]) => until(world, { waiting: expected });
const alertsOf = async (world: CampaignWorld, kind: string) =>
  (await orm.select().from(schema.alerts).where(eq(schema.alerts.tenantId, world.tenant.tenantId))).filter(
    (alert) => alert.kind === kind && alert.subject === world.campaignId,
  );
const alerted = (world: CampaignWorld, kind: string) =>
  eventually(async () => expect((await alertsOf(world, kind)).length).toBe(1));
const acknowledged = (world: CampaignWorld) =>
  orm
    .update(schema.alerts)
    .set({ acknowledgedAt: Date.now() })
    .where(eq(schema.alerts.tenantId, world.tenant.tenantId));
/** It sleeps: a campaign that waits must not go round and round. One look is not enough: a tick sets its watchdog first. */
const sleeps = (world: CampaignWorld) =>
  eventually(async () => {
    for (let look = 0; look < 5; look++) {
      const alarm = await runInDurableObject(world.campaign, (_, { storage }) => storage.getAlarm());
      expect(alarm).toBeGreaterThan(Date.now() + 3_000);
      await scheduler.wait(100);
    }
  });
const rest = async (world: CampaignWorld, reason: string, until: number | null) => {
  for (const lineId of world.lineIds) await world.portfolio.setRest(lineId, { reason, since: Date.now(), until });
};

describe("people tied to a blocked line (131048)", () => {
  const PEOPLE = 9;
  let claims = 0;
  /** Makes the calls of `people` on the queue: the blocked line is refused, the others are accepted. Answers by whom. */
  async function send(
    world: CampaignWorld,
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
      const { claimed, again } = await world.campaign.claim({ claimId, messages: open });
      const at = Date.now();
      const settlements = claimed.map(
        ({ contactId, lineId }): Settlement =>
          lineId === blocked
            ? { contactId, outcome: "refused", code: 131048, detail: "", at }
            : { contactId, outcome: "accepted", messageId: `wamid.${contactId}`, at, held: false },
      );
      told.push(() => world.campaign.settle(claimId, settlements));
      by.push(...claimed.map(({ lineId }) => lineId));
      open = again;
      // Whoever found no slot comes by the queue again.
      if (by.length < people) await scheduler.wait(100);
    }
    // Told when all have left: the first refusal closes the line to whoever has not.
    if (blocked) await world.portfolio.setRest(blocked, { reason: "spam_limited", since: Date.now(), until: null });
    for (const tell of told) await tell();
    return by;
  }

  /** Three lines with a third of the people each; one of them has just been blocked. */
  async function tied(settings: TenantSettings = {}) {
    graph = stubMessages();
    const world = await aWorld({ people: PEOPLE }, settings);
    const caught: SendMessage[] = [];
    await catchSends(world, caught);
    await start(world);
    const queued = (n: number) => eventually(() => expect(caught.length).toBe(n));
    await queued(PEOPLE);
    const lineId = world.lineIds[0] ?? "";
    const count = (await send(world, caught, PEOPLE, lineId)).filter((by) => by === lineId).length;
    expect(count).toBe(3);
    await waits(world, {
      kind: "pinned_line_blocked",
      count,
      reason: "spam_limited",
      until: null,
      lines: [{ lineId, reason: "spam_limited", until: null }],
      actions: ["move", "fail", "resume_line"],
    });
    const restarted = () => catchSends(world, caught);
    const sent = async (n: number) => {
      await queued(n);
      return send(world, caught, n, null);
    };
    return { world, lineId, count, restarted, sent };
  }

  test("are named, told in one alert, and cost the campaign no sleep", async () => {
    const { world } = await tied();
    expect((await snapshotOf(world)).status).toBe("running");
    await alerted(world, "campaign_waits");
    await sleeps(world);
    // Acknowledged and looked at again, it is not news any more; also not after a restart.
    await acknowledged(world);
    const { since = 0 } = (await snapshotOf(world)).waiting[0] ?? {};
    await timePasses(world, MINUTE);
    await sleeps(world);
    expect((await snapshotOf(world)).waiting[0]?.since).toBe(since - MINUTE);
    expect((await alertsOf(world, "campaign_waits")).length).toBe(1);
  });

  test("go by other lines once a person says so, each once, and repeating it moves nobody", async () => {
    const { world, lineId, count, sent } = await tied();
    expect(await world.campaign.endPinnedWaits(lineId, "move")).toBe(count);
    expect((await snapshotOf(world)).waiting).toEqual([]);
    expect(await world.campaign.endPinnedWaits(lineId, "move")).toBe(0);
    expect(await sent(count)).not.toContain(lineId);
    await ended(world);
    expect((await snapshotOf(world)).accounting).toMatchObject({ sent: PEOPLE, balanced: true });
    const all = await Promise.all(world.contactIds.map((id) => world.campaign.recipient(id)));
    expect(all.filter((one) => one?.history.some(({ event }) => event === "moved")).length).toBe(count);
  });

  test("fail with a reason of their own once a person says so, which does not stop the campaign for its failures", async () => {
    const { world, lineId, count } = await tied({ failureRateMinimum: 1, failureRateThreshold: 0.001 });
    expect(await world.campaign.endPinnedWaits(null, "fail")).toBe(count);
    expect(await world.campaign.endPinnedWaits(null, "fail")).toBe(0);
    await ended(world);
    expect((await snapshotOf(world)).accounting).toMatchObject({ failed: count, pending: 0, balanced: true });
    const { data } = await world.campaign.recipients({ limit: 50, status: "failed" });
    expect(data.map((row) => [row.errorCode, row.lineId])).toEqual(Array(count).fill([GIVEN_UP, lineId]));
    const history = (await world.campaign.recipient(data[0]?.contactId ?? ""))?.history;
    expect(history?.map(({ event, detail }) => `${event} ${detail}`)).toEqual(
      expect.arrayContaining(["refused 131048 waits", `failed ${GIVEN_UP}`]),
    );
    expect((await world.campaign.stats())?.byError).toEqual([{ code: GIVEN_UP, count }]);
  });

  test("go by their own line when it is well again, and are not failed then", async () => {
    const { world, lineId, count, sent } = await tied();
    await world.portfolio.setRest(lineId, null);
    await world.campaign.lookAgain();
    expect(new Set(await sent(count))).toEqual(new Set([lineId]));
    await ended(world);
    expect(await world.campaign.endPinnedWaits(lineId, "fail")).toBe(0);
    expect((await snapshotOf(world)).accounting).toMatchObject({ sent: PEOPLE, failed: 0 });
  });

  test("whose line was deleted are named as well, and can be moved", async () => {
    const { world, lineId, count, sent, restarted } = await tied();
    await orm.delete(schema.templateLines).where(eq(schema.templateLines.lineId, lineId));
    await orm.delete(schema.lines).where(eq(schema.lines.id, lineId));
    await timePasses(world, MINUTE);
    await restarted();
    await waits(world, { kind: "pinned_line_blocked", reason: "line_gone", actions: ["move", "fail"] });
    await sleeps(world);
    expect(await world.campaign.endPinnedWaits(lineId, "move")).toBe(count);
    await sent(count);
    await ended(world);
  });

  test("who opt out meanwhile are left out, not moved", async () => {
    const { world, lineId, count, sent } = await tied();
    const { data } = await world.campaign.recipients({ limit: 50, status: "pending" });
    await world.campaign.withdraw([data[0]?.contactId ?? ""], "optedOut");
    expect(await world.campaign.endPinnedWaits(lineId, "move")).toBe(count - 1);
    await sent(count - 1);
    await ended(world);
  });
});

describe("a restricted account", () => {
  test("with an end: the campaign waits for it, says until when, and goes on then", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 5 });
    const end = Date.now() + 7 * DAY;
    await rest(world, "account_restricted", end);
    await start(world);
    await waits(world, {
      kind: "account_restricted",
      count: 5,
      reason: "account_restricted",
      until: end,
      actions: ["resume_line"],
    });
    expect((await snapshotOf(world)).status).toBe("running");
    await alerted(world, "campaign_waits");
    await rest(world, "account_restricted", Date.now() - 1);
    await world.campaign.lookAgain();
    await ended(world);
  });

  test("without one: the campaign is paused, and names the account as what it waits for", async () => {
    graph = stubMessages(() => ({ code: 131031 }));
    const world = await aWorld({ people: 5 });
    await start(world);
    await waits(world, {
      kind: "account_restricted",
      count: 5,
      reason: "account_locked",
      until: null,
      actions: ["resume_line", "resume"],
    });
    expect(await snapshotOf(world)).toMatchObject({ status: "paused", statusReason: "no_line_left" });
    await alerted(world, "line_blocked");
    // A line is back, and the tenant wants a person to resume: that person is told so.
    for (const lineId of world.lineIds) await world.portfolio.setRest(lineId, null);
    await world.campaign.lookAgain();
    await waits(world, { kind: "paused", count: 5, reason: "line_back", actions: ["resume"] });
    expect(await snapshotOf(world)).toMatchObject({ status: "paused", statusReason: "no_line_left" });
  });
});

describe("a time", () => {
  test("a line's rest of a minute is named without an alert", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 5 });
    const end = Date.now() + MINUTE;
    await rest(world, "number_maintenance", end);
    await start(world);
    await waits(world, { kind: "line_resting", reason: "number_maintenance", until: end });
    await sleeps(world);
    expect(await alertsOf(world, "campaign_waits")).toEqual([]);
  });

  test("a spent limit is named with when there is room again, and told once however long it lasts", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 10, limit: 4 });
    await start(world);
    await until(world, { accounting: { sent: 4 }, waiting: [{ kind: "limit_spent", count: 6 }] });
    await world.campaign.lookAgain();
    await eventually(async () =>
      expect((await snapshotOf(world)).waiting[0]?.until).toBeGreaterThan(Date.now() + DAY - 5 * MINUTE),
    );
    await alerted(world, "tier_limit");
    await acknowledged(world);
    await timePasses(world, MINUTE);
    await sleeps(world);
    expect((await alertsOf(world, "tier_limit")).length).toBe(1);
  });

  test("between waves the next one is named, and so is a day's wait of people whom Meta has capped", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { code: 131049 } : "accept"));
    const world = await aWorld({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 3 * 24 * 60 } } });
    await start(world);
    await waits(world, { kind: "later_try", count: 1 }, { kind: "next_wave", count: 2, actions: [] });
    const [later, wave] = (await snapshotOf(world)).waiting;
    expect(later?.until).toBeGreaterThan(Date.now() + DAY - MINUTE);
    expect(wave?.until).toBeGreaterThan(Date.now() + 3 * DAY - MINUTE);
  });

  test("a sending window that never opens is an alert, not silence", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 3 }, { sendingWindow: { timeZone: "UTC", hours: [], holidays: [] } });
    await start(world);
    await waits(world, { kind: "sending_window", count: 3, until: null });
    await alerted(world, "campaign_waits");
  });

  test("a gate before a wave waits for a person", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? { code: 131026 } : "accept"));
    const waveGate = { maxFailureRate: 0.01, maxOptOutRate: 0.01, stopOnRedLine: false };
    const world = await aWorld({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 30 } } }, { waveGate });
    await start(world);
    await waits(world, { kind: "next_wave", count: 2 });
    await timePasses(world, 30 * MINUTE);
    await waits(world, { kind: "wave_gate", reason: "wave_gate_failures", count: 2, actions: ["resume"] });
    await world.campaign.resume();
    await ended(world);
  });
});

describe("what is nobody's plan", () => {
  test("a portfolio that can't be asked: the campaign says that its own steps fail, with an alert", async () => {
    graph = stubMessages();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(PortfolioObject.prototype, "lease").mockRejectedValue(new Error("overloaded"));
    const world = await aWorld({ people: 3 });
    await start(world);
    for (let i = 0; i < 5; i++) await eventually(() => wake(world));
    await waits(world, { kind: "internal_error", count: 3 });
    await alerted(world, "campaign_waits");
    vi.mocked(PortfolioObject.prototype.lease).mockRestore();
    await ended(world);
  });

  test("a queue that does not deliver: sends come back from it unsent, with an alert", async () => {
    const { world, caught } = await aStartedCampaign({ people: 3 });
    worlds.push(world);
    await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(6));
    expect((await snapshotOf(world)).waiting).toEqual([]);
    await timePasses(world, 40_000);
    await catchSends(world, caught);
    await waits(world, { kind: "queue_delayed", count: 3 });
    await alerted(world, "campaign_waits");
  });

  test("lines whose rate others use up", async () => {
    graph = stubMessages();
    const lease = PortfolioObject.prototype.lease;
    vi.spyOn(PortfolioObject.prototype, "lease").mockImplementation(async function (this: PortfolioObject, request) {
      const answer = await lease.call(this, request);
      return { ...answer, lines: answer.lines.map((line) => ({ ...line, slots: [] })) };
    });
    const world = await aWorld({ people: 3 });
    await start(world);
    await eventually(() => expect(PortfolioObject.prototype.lease).toHaveBeenCalledTimes(3));
    expect((await snapshotOf(world)).waiting).toEqual([]);
    await timePasses(world, MINUTE);
    await waits(world, { kind: "rate_shared", count: 3 });
  });

  test("a wave that is due while the catalogue is away", async () => {
    graph = stubMessages();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const world = await aWorld({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 30 } } });
    await start(world);
    await waits(world, { kind: "next_wave", count: 2 });
    await env.DB.exec("alter table lines rename to lines_away");
    try {
      await timePasses(world, 35 * MINUTE);
      await waits(world, { kind: "wave_unchecked", count: 2 });
    } finally {
      await env.DB.exec("alter table lines_away rename to lines");
    }
    await ended(world);
  });
});

const wake = (world: CampaignWorld) => world.campaign.lookAgain();
