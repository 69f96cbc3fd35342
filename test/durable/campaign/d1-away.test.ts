import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignWorld, type CampaignWorld, stubMessages, timePasses } from "../../support/campaign-world.ts";
import { away, d1Weather, type Weather } from "../../support/d1-weather.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
let clear = () => {};
const worlds: CampaignWorld[] = [];
afterEach(async () => {
  clear();
  for (const world of worlds.splice(0)) await world.campaign.cancel();
  graph?.restore();
});

const MINUTE = 60_000;
const PEOPLE = 40;
/** The first of each kind of trouble that D1 has to be told of. */
const script = (_: unknown, nth: number) =>
  nth === 15 ? { code: 131050 } : nth === 20 ? ("cut" as const) : ("accept" as const);
/** D1 has been seen to stall: the question stays open. */
const silent: Weather = () => new Promise<void>((resolve) => setTimeout(resolve, 6_000));

async function sending(options: Parameters<typeof aCampaignWorld>[0] = {}): Promise<CampaignWorld> {
  const world = await aCampaignWorld({ people: PEOPLE, ratePerSecond: 4, ...options });
  worlds.push(world);
  await world.campaign.start(world.tenant.tenantId, world.campaignId);
  await eventually(() => expect(graph.accepted.length).toBeGreaterThan(3));
  return world;
}
const completed = (world: CampaignWorld) =>
  eventually(async () => expect((await world.campaign.snapshot())?.status).toBe("completed"));
/** What the catalogue says: status and the named counts. */
async function inD1(world: CampaignWorld, ...names: (keyof CampaignCounts)[]) {
  const found = orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, world.campaignId));
  const [row] = await found;
  return [row?.status, ...names.map((name) => row?.counts?.[name])];
}
const alertsOf = async (world: CampaignWorld) => {
  const answer = await world.tenant.call("GET", "/v1/alerts?status=open");
  return (await answer.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind);
};

describe("with D1 away", () => {
  test.each([
    ["failing", away],
    ["silent", silent],
  ])(
    "(%s) sends under way go on, results are kept, and it is told everything when it is back",
    async (_, weather) => {
      graph = stubMessages(script);
      const world = await sending();
      clear = d1Weather(weather);
      await completed(world);
      const snapshot = await world.campaign.snapshot();
      expect(snapshot?.counts).toMatchObject({ sent: PEOPLE - 2, failed: 1, unknown: 1 });
      expect(snapshot?.accounting.balanced).toBe(true);
      expect(graph.accepted.length).toBe(PEOPLE - 2);

      clear();
      expect(await inD1(world)).toEqual(["running"]);
      await eventually(async () => expect(await inD1(world, "sent", "failed")).toEqual(["completed", PEOPLE - 2, 1]));
      await eventually(async () => expect(await alertsOf(world)).toContain("in_doubt"));
      const { data } = await world.campaign.recipients({ limit: 5, status: "failed" });
      const contact = await world.tenant.call("GET", `/v1/contacts/${data[0]?.contactId}`);
      expect((await contact.json<{ optIn: { status: string } }>()).optIn.status).toBe("revoked");
    },
    90_000,
  );

  test("statuses of webhooks are kept in the object and counted in D1 later", async () => {
    graph = stubMessages();
    const world = await sending({ people: 8 });
    clear = d1Weather(away);
    await completed(world);
    const { data } = await world.campaign.recipients({ limit: 10 });
    await world.campaign.applyEvents(
      world.tenant.tenantId,
      data.map(({ contactId, messageId }) => ({
        contactId,
        update: { type: "read", at: Date.now(), messageId: messageId ?? "", charged: null },
      })),
    );
    expect((await world.campaign.snapshot())?.counts.read).toBe(8);
    clear();
    await eventually(async () => expect(await inD1(world, "read")).toEqual(["completed", 8]));
  });

  test("a wave that is not finished goes on while the next one waits for its check", async () => {
    graph = stubMessages();
    const pacing = { percent: 50, intervalMinutes: 30 };
    const world = await sending({ people: 80, lines: 1, ratePerSecond: 10, campaign: { pacing } });
    clear = d1Weather(away);
    await timePasses(world, 30 * MINUTE);
    await eventually(() => expect(graph.accepted.length).toBe(40));
    clear();
    await completed(world);
    expect(graph.accepted.length).toBe(80);
  });

  test("a wave that falls due waits for its check: whoever opted out meanwhile gets nothing", async () => {
    graph = stubMessages();
    const pacing = { percent: 50, intervalMinutes: 30 };
    const world = await sending({ people: 20, ratePerSecond: 80, campaign: { pacing } });
    await eventually(() => expect(graph.accepted.length).toBe(10));
    clear = d1Weather(away);
    await timePasses(world, 30 * MINUTE);
    // Ticks come and fail, and nobody of the second wave is sent to.
    let asked = 0;
    clear();
    clear = d1Weather((sql) => {
      asked += 1;
      away(sql);
    });
    await eventually(() => expect(asked).toBeGreaterThan(3));
    expect(graph.accepted.length).toBe(10);
    clear();
    const gone = world.contactIds[15];
    const optOut = await world.tenant.call("POST", `/v1/contacts/${gone}/opt-out`, { reason: "asked" });
    expect(optOut.status).toBe(200);
    await eventually(() => expect(graph.accepted.length).toBe(19));
    expect((await world.campaign.recipient(gone ?? ""))?.skipReason).toBe("optedOut");
  });
});
