import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { type Degradation, degradeD1, unreachable } from "../../support/degraded-d1.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
let restoreD1 = () => {};
const fixtures: CampaignFixture[] = [];
afterEach(async () => {
  restoreD1();
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});

const MINUTE = 60_000;
const PEOPLE = 40;
/** The first of each kind of incident that D1 has to be told of. */
const script = (_: unknown, nth: number) =>
  nth === 15 ? { code: 131050 } : nth === 20 ? ("cut" as const) : ("accept" as const);
/** D1 has been seen to stall: the question stays open. */
const silent: Degradation = () => new Promise<void>((resolve) => setTimeout(resolve, 6_000));

async function sending(options: Parameters<typeof aCampaignFixture>[0] = {}): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture({ people: PEOPLE, ratePerSecond: 4, ...options });
  fixtures.push(fixture);
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(() => expect(graph.accepted.length).toBeGreaterThan(3));
  return fixture;
}
const completed = (fixture: CampaignFixture) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
/** What the catalogue says: status and the named counts. */
async function inD1(fixture: CampaignFixture, ...names: (keyof CampaignCounts)[]) {
  const found = orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, fixture.campaignId));
  const [row] = await found;
  return [row?.status, ...names.map((name) => row?.counts?.[name])];
}
const alertsOf = async (fixture: CampaignFixture) => {
  const answer = await fixture.tenant.call("GET", "/v1/alerts?status=open");
  return (await answer.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind);
};

describe("with D1 away", () => {
  test.each([
    ["failing", unreachable],
    ["silent", silent],
  ])(
    "(%s) sends under way go on, results are kept, and it is told everything when it is back",
    async (_, degradation) => {
      graph = stubMessages(script);
      const fixture = await sending();
      restoreD1 = degradeD1(degradation);
      await completed(fixture);
      const snapshot = await fixture.campaign.snapshot();
      expect(snapshot?.counts).toMatchObject({ sent: PEOPLE - 2, failed: 1, unknown: 1 });
      expect(snapshot?.accounting.balanced).toBe(true);
      expect(graph.accepted.length).toBe(PEOPLE - 2);

      restoreD1();
      expect(await inD1(fixture)).toEqual(["running"]);
      await eventually(async () => expect(await inD1(fixture, "sent", "failed")).toEqual(["completed", PEOPLE - 2, 1]));
      await eventually(async () => expect(await alertsOf(fixture)).toContain("in_doubt"));
      const { data } = await fixture.campaign.recipients({ limit: 5, status: "failed" });
      const contact = await fixture.tenant.call("GET", `/v1/contacts/${data[0]?.contactId}`);
      expect((await contact.json<{ optIn: { status: string } }>()).optIn.status).toBe("revoked");
    },
    90_000,
  );

  test("for alerts alone, it hears of opt-outs and counts all the same, and of the alerts when it is back", async () => {
    graph = stubMessages(script);
    restoreD1 = degradeD1((sql) => {
      if (/into "?alerts/.test(sql)) throw new Error("D1_ERROR: constraint failed");
    });
    const fixture = await sending();
    await completed(fixture);
    await eventually(async () => expect(await inD1(fixture, "sent", "failed")).toEqual(["completed", PEOPLE - 2, 1]));
    const { data } = await fixture.campaign.recipients({ limit: 5, status: "failed" });
    const contact = await fixture.tenant.call("GET", `/v1/contacts/${data[0]?.contactId}`);
    expect((await contact.json<{ optIn: { status: string } }>()).optIn.status).toBe("revoked");
    expect(await alertsOf(fixture)).toEqual([]);

    restoreD1();
    await eventually(async () => expect(await alertsOf(fixture)).toContain("in_doubt"));
  }, 90_000);

  test("statuses of webhooks are kept in the object and counted in D1 later", async () => {
    graph = stubMessages();
    const fixture = await sending({ people: 8 });
    restoreD1 = degradeD1(unreachable);
    await completed(fixture);
    const { data } = await fixture.campaign.recipients({ limit: 10 });
    await fixture.campaign.applyEvents(
      fixture.tenant.tenantId,
      data.map(({ contactId, messageId }) => ({
        contactId,
        update: { type: "read", at: Date.now(), messageId: messageId ?? "", charged: null },
      })),
    );
    expect((await fixture.campaign.snapshot())?.counts.read).toBe(8);
    restoreD1();
    await eventually(async () => expect(await inD1(fixture, "read")).toEqual(["completed", 8]));
  });

  test("a wave that is not finished goes on while the next one waits for its check", async () => {
    graph = stubMessages();
    const pacing = { percent: 50, intervalMinutes: 30 };
    const fixture = await sending({ people: 80, lines: 1, ratePerSecond: 10, campaign: { pacing } });
    restoreD1 = degradeD1(unreachable);
    await timePasses(fixture, 30 * MINUTE);
    await eventually(() => expect(graph.accepted.length).toBe(40));
    restoreD1();
    await completed(fixture);
    expect(graph.accepted.length).toBe(80);
  });

  test("a wave that falls due waits for its check: whoever opted out meanwhile gets nothing", async () => {
    graph = stubMessages();
    const pacing = { percent: 50, intervalMinutes: 30 };
    const fixture = await sending({ people: 20, ratePerSecond: 80, campaign: { pacing } });
    await eventually(() => expect(graph.accepted.length).toBe(10));
    restoreD1 = degradeD1(unreachable);
    await timePasses(fixture, 30 * MINUTE);
    // Ticks come and fail, and nobody of the second wave is sent to.
    let asked = 0;
    restoreD1();
    restoreD1 = degradeD1((sql) => {
      asked += 1;
      unreachable(sql);
    });
    await eventually(() => expect(asked).toBeGreaterThan(3));
    expect(graph.accepted.length).toBe(10);
    restoreD1();
    const gone = fixture.contactIds[15];
    const optOut = await fixture.tenant.call("POST", `/v1/contacts/${gone}/opt-out`, { reason: "asked" });
    expect(optOut.status).toBe(200);
    await eventually(() => expect(graph.accepted.length).toBe(19));
    expect((await fixture.campaign.recipient(gone ?? ""))?.skipReason).toBe("optedOut");
  });
});
