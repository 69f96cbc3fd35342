import { abortAllDurableObjects } from "cloudflare:test";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { FrequencyCap } from "#core/campaigns/frequency-caps.ts";
import { STILL_OPEN } from "#core/sending/contact-send.ts";
import { newId, orm } from "../../support/builders.ts";
import {
  aCampaignFixture,
  type CampaignFixture,
  campaignStub,
  type GraphAnswer,
  portfolioStub,
  stubMessages,
  timePasses,
} from "../../support/campaign-fixture.ts";
import { degradeD1 } from "../../support/degraded-d1.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
let restoreD1 = () => {};
const launched: CampaignFixture[] = [];
afterEach(async () => {
  restoreD1();
  for (const fixture of launched.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});

const MINUTE = 60_000;
const ONE: FrequencyCap = { category: "any", messages: 1, days: 7 };

async function cap(fixture: CampaignFixture, ...frequencyCaps: FrequencyCap[]): Promise<void> {
  await orm
    .update(schema.tenants)
    .set({ settings: { frequencyCaps } })
    .where(eq(schema.tenants.id, fixture.tenant.tenantId));
}

/** Another campaign of the same tenant, for the same people. */
async function another(fixture: CampaignFixture): Promise<CampaignFixture> {
  const id = newId("cmp");
  const row = await orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, fixture.campaignId)).get();
  if (!row) throw new Error("no such campaign");
  const fresh = { status: "preparing" as const, statusReason: null, completedAt: null, counts: null, waiting: null };
  await orm.insert(schema.campaigns).values({ ...row, ...fresh, id, launchedAt: Date.now() });
  return {
    ...fixture,
    campaignId: id,
    get campaign() {
      return campaignStub(id);
    },
    get portfolio() {
      return portfolioStub(fixture.portfolioId);
    },
  };
}

async function launch(fixture: CampaignFixture): Promise<CampaignFixture> {
  launched.push(fixture);
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  return fixture;
}
const ended = (fixture: CampaignFixture) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
const told = async (fixture: CampaignFixture) => {
  await timePasses(fixture, 10 * MINUTE);
  await eventually(async () => expect((await rows(fixture)).filter((row) => row.countedAt === STILL_OPEN)).toEqual([]));
};
/** Its first wave is out: before, half an hour would pass for nothing. */
async function hasBegun({ campaign }: CampaignFixture): Promise<boolean> {
  if ((await campaign.snapshot())?.status === "completed") return true;
  return (await campaign.stats())?.byWave[0]?.pending === 0;
}
const rows = ({ campaignId }: CampaignFixture) =>
  orm.select().from(schema.contactSends).where(eq(schema.contactSends.campaignId, campaignId));
const skipped = async (fixture: CampaignFixture) =>
  (await fixture.campaign.recipients({ limit: 200, status: "skipped" })).data.map((r) => [r.contactId, r.skipReason]);

/** Another campaign has written to these people just now. */
async function writtenTo(fixture: CampaignFixture, contactIds: string[], category = "utility"): Promise<void> {
  const now = Date.now();
  for (const contactId of contactIds)
    await orm.insert(schema.contactSends).values({
      ...{ tenantId: fixture.tenant.tenantId, contactId, campaignId: "cmp_other", category },
      ...{ sentAt: now, countedAt: now, asOf: now },
    });
}

describe("with a cap on messages per person", () => {
  test("two campaigns side by side write to nobody beyond it, and together to everybody", async () => {
    graph = stubMessages();
    const first = await aCampaignFixture({ people: 60, lines: 1, ratePerSecond: 40 });
    await cap(first, ONE);
    const second = await another(first);
    await Promise.all([launch(first), launch(second)]);
    await Promise.all([ended(first), ended(second)]);
    expect(graph.accepted.map((send) => send.to).toSorted()).toEqual(first.phones.toSorted());
    const left = [...(await skipped(first)), ...(await skipped(second))];
    expect(left.map(([contactId]) => contactId).toSorted()).toEqual(first.contactIds.toSorted());
    expect(new Set(left.map(([, reason]) => reason))).toEqual(new Set(["frequencyCap"]));
  });

  test("a place of somebody to whom nothing left is given back: refused, left out or cancelled", async () => {
    graph = stubMessages(({ to }) => (to === refused && graph.refused.length === 0 ? { code: 131026 } : "accept"));
    const first = await aCampaignFixture({ people: 30, lines: 1, ratePerSecond: 4 });
    await cap(first, ONE);
    const [refused = ""] = first.phones;
    await launch(first);
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(2));
    expect((await rows(first)).filter((row) => row.countedAt === STILL_OPEN).length).toBeGreaterThan(10);
    await first.campaign.exclude([first.contactIds[29] ?? ""], "blocked");
    await first.campaign.cancel();
    await eventually(async () =>
      expect((await first.campaign.snapshot())?.accounting).toMatchObject({ pending: 0, sending: 0 }),
    );
    await told(first);
    const got = graph.accepted.map((send) => send.to);
    const second = await launch(await another(first));
    await ended(second);
    expect(graph.accepted.map((send) => send.to).toSorted()).toEqual(first.phones.toSorted());
    expect((await skipped(second)).length).toBe(got.length);
  });

  test("what nobody knows the end of counts as sent", async () => {
    graph = stubMessages((_, nth) => (nth === 1 ? "cut" : "accept"));
    const first = await aCampaignFixture({ people: 4 });
    await cap(first, ONE);
    await ended(await launch(first));
    await told(first);
    const second = await launch(await another(first));
    await ended(second);
    expect((await skipped(second)).length).toBe(4);
  });

  test("only messages of its category count, and are held back", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 4 });
    await cap(fixture, { ...ONE, category: "marketing" });
    await writtenTo(fixture, fixture.contactIds, "marketing");
    await ended(await launch(fixture));
    expect(graph.accepted.length).toBe(4);
    await cap(fixture, { category: "utility", messages: 2, days: 7 });
    await told(fixture);
    const second = await launch(await another(fixture));
    await ended(second);
    await told(second);
    expect(graph.accepted.length).toBe(8);
    const third = await launch(await another(fixture));
    await ended(third);
    expect(graph.accepted.length).toBe(8);
  });

  test("whoever got messages since the launch is left out when the wave opens, with the reason", async () => {
    graph = stubMessages();
    const pacing = { percent: 50, intervalMinutes: 30 };
    const fixture = await aCampaignFixture({ people: 20, campaign: { pacing } });
    await cap(fixture, ONE);
    await launch(fixture);
    await eventually(() => expect(graph.accepted.length).toBe(10));
    const [a = "", b = ""] = fixture.contactIds.slice(15);
    await writtenTo(fixture, [fixture.contactIds[2] ?? "", a, b]);
    await timePasses(fixture, 30 * MINUTE);
    await ended(fixture);
    expect(graph.accepted.length).toBe(18);
    expect(await skipped(fixture)).toEqual([
      [a, "frequencyCap"],
      [b, "frequencyCap"],
    ]);
    expect((await fixture.campaign.recipient(a))?.history.map(({ event }) => event)).toContain("skipped");
  });

  test("that the tenant sets while a campaign is under way, those who are left to write to are asked for", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, lines: 1, ratePerSecond: 2 });
    await launch(fixture);
    await eventually(() => expect(graph.accepted.length).toBeGreaterThan(2));
    const last = fixture.contactIds.slice(30);
    await writtenTo(fixture, last);
    await cap(fixture, ONE);
    await timePasses(fixture, MINUTE);
    await eventually(async () => expect(await skipped(fixture)).toEqual(last.map((id) => [id, "frequencyCap"])));
  });

  test("a place that was taken before a crash is the campaign's own", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 6 });
    await cap(fixture, ONE);
    for (const contactId of fixture.contactIds)
      await orm.insert(schema.contactSends).values({
        ...{ tenantId: fixture.tenant.tenantId, contactId, campaignId: fixture.campaignId, category: "utility" },
        ...{ countedAt: STILL_OPEN, asOf: Date.now() - 1_000 },
      });
    await ended(await launch(fixture));
    expect(graph.accepted.length).toBe(6);
  });

  test("an unconfirmed send is not made again for somebody whom others have written to since", async () => {
    graph = stubMessages((_, nth) => (nth <= 2 ? "cut" : "accept"));
    const fixture = await aCampaignFixture({ people: 4 });
    await ended(await launch(fixture));
    const { data } = await fixture.campaign.recipients({ limit: 5, status: "unknown" });
    const [held = "", free = ""] = data.map((row) => row.contactId);
    await cap(fixture, ONE);
    await writtenTo(fixture, [held]);
    const answer = await fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/resend`, {
      acknowledgeDuplicates: true,
    });
    expect(await answer.json()).toEqual({ resent: 1, withheld: 1 });
    await eventually(async () => expect((await fixture.campaign.recipient(free))?.status).toBe("sent"));
    const { history = [], status } = (await fixture.campaign.recipient(held)) ?? {};
    expect(status).toBe("unknown");
    expect(history.map(({ detail }) => detail)).toContain("frequency_cap");
  });

  test("nobody is sent to while D1 can't be asked, the campaign says so, and then goes on", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 6 });
    await cap(fixture, ONE);
    restoreD1 = degradeD1((sql) => {
      if (sql.includes("contact_sends") && sql.includes("returning"))
        throw new Error("D1_ERROR: Network connection lost.");
    });
    await launch(fixture);
    await eventually(async () =>
      expect((await fixture.campaign.snapshot())?.waiting.map(({ kind }) => kind)).toContain("internal_error"),
    );
    expect(graph.accepted).toEqual([]);
    restoreD1();
    await ended(fixture);
    expect(graph.accepted.length).toBe(6);
  }, 60_000);
});

test("without a cap no place is taken", async () => {
  graph = stubMessages();
  const fixture = await aCampaignFixture({ people: 6 });
  const asked: string[] = [];
  restoreD1 = degradeD1((sql) => {
    if (sql.includes("contact_sends")) asked.push(sql);
  });
  await ended(await launch(fixture));
  expect(asked).toEqual([]);
});

const anyHistory = fc.record({
  messages: fc.integer({ min: 1, max: 2 }),
  /** What the Graph API does with the messages, over and over. */
  answers: fc.array(
    fc.constantFrom<GraphAnswer>("accept", "accept", "cut", { cutAfterAccept: true }, { code: 131026 }),
    {
      minLength: 1,
      maxLength: 7,
    },
  ),
  /** Milliseconds before each of some crashes. */
  crashes: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 3 }),
  percent: fc.constantFrom(50, 100),
});

test("whatever is refused, cut or crashes, three campaigns send nobody more than the cap, and leave nobody out below it", async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ messages, answers, crashes, percent }) => {
      graph = stubMessages((_, nth) => answers[nth % answers.length] ?? "accept");
      const pacing = percent === 100 ? null : { percent, intervalMinutes: 30 };
      const first = await aCampaignFixture({ people: 12, lines: 2, ratePerSecond: 40, campaign: { pacing } });
      await cap(first, { category: "utility", messages, days: 7 });
      const all = [first, await another(first), await another(first)];
      for (const fixture of all) await launch(fixture);
      for (const ms of crashes) {
        await scheduler.wait(ms);
        await abortAllDurableObjects();
        for (const fixture of all) await fixture.campaign.ensureAlarm(fixture.tenant.tenantId, fixture.campaignId);
      }
      for (const fixture of all) {
        await eventually(async () => expect(await hasBegun(fixture)).toBe(true));
        await timePasses(fixture, 30 * MINUTE);
      }
      for (const fixture of all) await ended(fixture);
      const outcomes = await Promise.all(
        all.map(async (fixture) => (await fixture.campaign.recipients({ limit: 50 })).data),
      );
      for (const [place, contactId] of first.contactIds.entries()) {
        const took = graph.accepted.filter((send) => send.to === first.phones[place]).length;
        expect(took).toBeLessThanOrEqual(messages);
        const own = outcomes.flatMap((people) => people.filter((row) => row.contactId === contactId));
        const leftOut = own.filter((row) => row.skipReason === "frequencyCap").length;
        if (leftOut > 0) expect(own.length - leftOut).toBeGreaterThanOrEqual(messages);
      }
      for (const fixture of launched.splice(0)) await fixture.campaign.cancel();
      graph.restore();
    }),
    { numRuns: 5 },
  );
}, 300_000);
