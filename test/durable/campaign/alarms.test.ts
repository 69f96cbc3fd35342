import { abortAllDurableObjects, createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CampaignObject } from "#durable/campaign/object.ts";
import { PortfolioObject } from "#durable/portfolio/object.ts";
import worker from "../../../worker/index.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => {
  graph?.restore();
  vi.restoreAllMocks();
});

/** Workers gives an alarm that throws six more tries, and then it is gone. */
const TRIES_OF_AN_ALARM = 7;

const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
const alarmOf = (fixture: CampaignFixture) =>
  runInDurableObject(fixture.campaign, (_, { storage }) => storage.getAlarm());
const status = (fixture: CampaignFixture, wanted: string) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe(wanted));
const everybodyOnce = (people: number) => {
  expect(graph.accepted.length).toBe(people);
  expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(people);
};
const cron = () => worker.scheduled(createScheduledController(), env);

describe("a tick that throws", () => {
  test("seven times in a row still leaves a next alarm each time, and the campaign goes on when that is over", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 8, campaign: { startAt: Date.now() - 1_000 } });
    const away = vi.spyOn(PortfolioObject.prototype, "lease").mockRejectedValue(new Error("away"));
    await start(fixture);
    await status(fixture, "running");
    for (let i = 0; i < TRIES_OF_AN_ALARM; i++) {
      // Fired by hand, as the runtime would at its time; it must not throw.
      const [firedAt, next] = await runInDurableObject(
        fixture.campaign,
        async (instance: CampaignObject, { storage }) => {
          const at = Date.now();
          await instance.alarm();
          return [at, await storage.getAlarm()] as const;
        },
      );
      expect(next).toBeGreaterThan(firedAt);
    }
    expect(away.mock.calls.length).toBeGreaterThanOrEqual(TRIES_OF_AN_ALARM);
    expect(graph.accepted.length).toBe(0);
    away.mockRestore();
    await status(fixture, "completed");
    everybodyOnce(8);
  });

  test("before it could end leaves the alarm that was set first", async () => {
    const fixture = await aCampaignFixture({ people: 2, campaign: { startAt: Date.now() + 3_600_000 } });
    graph = stubMessages();
    await start(fixture);
    await status(fixture, "scheduled");
    let seen: number | null = null;
    await runInDurableObject(fixture.campaign, async (instance: CampaignObject, { storage }) => {
      await storage.deleteAlarm();
      const ticking = instance.alarm();
      seen = await storage.getAlarm();
      await ticking;
    });
    expect(seen).toBeGreaterThan(Date.now() + 10_000);
    await fixture.campaign.cancel();
  });
});

test("news that come while a tick is due do not put it off", async () => {
  graph = stubMessages();
  const fixture = await aCampaignFixture({ people: 6, ratePerSecond: 1, lines: 1 });
  await start(fixture);
  await eventually(() => expect(graph.accepted.length).toBeGreaterThan(0));
  const { data } = await fixture.campaign.recipients({ limit: 6 });
  const sent = data.find(({ messageId }) => messageId !== null);
  const update = { type: "read" as const, at: Date.now(), messageId: sent?.messageId ?? "", charged: null };
  const alarms: (number | null)[] = [];
  await runInDurableObject(fixture.campaign, async (instance: CampaignObject, state) => {
    // No alarm is delivered meanwhile, as when other events are before it in the object's queue.
    await state.blockConcurrencyWhile(async () => {
      await instance.start(fixture.tenant.tenantId, fixture.campaignId);
      alarms.push(await state.storage.getAlarm());
      await vi.waitUntil(() => Date.now() > (alarms[0] ?? Number.POSITIVE_INFINITY), { interval: 1 });
      await instance.applyEvents(fixture.tenant.tenantId, [{ contactId: sent?.contactId ?? "", update }]);
      alarms.push(await state.storage.getAlarm());
    });
  });
  expect(alarms[1]).toBe(alarms[0]);
  await status(fixture, "completed");
  everybodyOnce(6);
});

const tick = CampaignObject.prototype.alarm;
const HOUR = 3_600_000;

/**
 * As after seven throws: the runtime has given the alarm up, and the object still believes that it has one.
 * @param overdue it believes in one whose time has passed
 */
async function loseAlarm(fixture: CampaignFixture, { overdue = false } = {}): Promise<void> {
  const dead = vi.spyOn(CampaignObject.prototype, "alarm").mockImplementation(async () => undefined);
  if (overdue) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - HOUR });
    await runInDurableObject(fixture.campaign, (instance: CampaignObject) => tick.call(instance));
    vi.useRealTimers();
  }
  await runInDurableObject(fixture.campaign, (_, { storage }) => storage.deleteAlarm());
  expect(await alarmOf(fixture)).toBeNull();
  dead.mockRestore();
}

describe("an object whose alarm is gone", () => {
  test("is woken by the cron and goes on, in memory as after a restart", async () => {
    for (const restart of [false, true]) {
      graph = stubMessages();
      const fixture = await aCampaignFixture({ people: 6, ratePerSecond: 1, lines: 1 });
      await start(fixture);
      await eventually(() => expect(graph.accepted.length).toBeGreaterThan(0));
      await loseAlarm(fixture);
      if (restart) await abortAllDurableObjects();
      await cron();
      await status(fixture, "completed");
      everybodyOnce(6);
      graph.restore();
    }
  });

  test("and that is over tells the catalogue what it has not told, as soon as somebody looks at it", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 3 });
    const read = async () => {
      const row = await env.DB.prepare("select counts from campaigns where id = ?").bind(fixture.campaignId).first();
      return JSON.parse(String(row?.counts)).read;
    };
    await start(fixture);
    await status(fixture, "completed");
    await eventually(async () => expect(await alarmOf(fixture)).toBeNull());
    const { data } = await fixture.campaign.recipients({ limit: 3 });
    const update = { type: "read" as const, at: Date.now(), messageId: data[0]?.messageId ?? "", charged: null };
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId: data[0]?.contactId ?? "", update }]);
    await loseAlarm(fixture);
    await abortAllDurableObjects();
    expect(await read()).toBe(0);
    expect((await fixture.campaign.snapshot())?.counts.read).toBe(1);
    await eventually(async () => expect(await read()).toBe(1));
  });

  test("and that waits for a line goes on when a person resumes it", async () => {
    let closed = true;
    graph = stubMessages(() => (closed ? { code: 133010 } : "accept"));
    const fixture = await aCampaignFixture({ people: 6 });
    await start(fixture);
    await status(fixture, "paused");
    await eventually(async () => {
      const row = await env.DB.prepare("select status from campaigns where id = ?").bind(fixture.campaignId).first();
      expect(row?.status).toBe("paused");
    });
    closed = false;
    for (const lineId of fixture.lineIds) await fixture.portfolio.setCooldown(lineId, null);
    await loseAlarm(fixture, { overdue: true });
    expect((await fixture.campaign.resume()).ok).toBe(true);
    await cron();
    await status(fixture, "completed");
    everybodyOnce(6);
  });
});

test("a campaign whose start no alarm can be set for sleeps without failing, and can be cancelled", async () => {
  graph = stubMessages();
  const log = vi.spyOn(console, "warn");
  const fixture = await aCampaignFixture({ people: 2, campaign: { startAt: Number.MAX_SAFE_INTEGER } });
  await start(fixture);
  await status(fixture, "scheduled");
  await eventually(async () => expect(await alarmOf(fixture)).toBeGreaterThan(Date.now() + 86_400_000));
  // Woken before its time it sleeps on.
  await runInDurableObject(fixture.campaign, (instance: CampaignObject) => instance.alarm());
  expect(await alarmOf(fixture)).toBeGreaterThan(Date.now() + 86_400_000);
  expect((await fixture.campaign.snapshot())?.status).toBe("scheduled");
  expect(log.mock.calls.flat().filter(({ event }) => event === "campaign_tick_failed")).toEqual([]);
  expect((await fixture.campaign.cancel()).ok).toBe(true);
});
