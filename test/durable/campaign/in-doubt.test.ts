import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema.ts";
import { orm } from "../../support/builders.ts";
import {
  aCampaignWorld,
  type CampaignWorld,
  type GraphAnswer,
  stubMessages,
  timePasses,
} from "../../support/campaign-world.ts";
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

const HOUR = 3_600_000;
const start = (world: CampaignWorld) => world.campaign.start(world.tenant.tenantId, world.campaignId);
const ended = (world: CampaignWorld) =>
  eventually(async () => expect((await world.campaign.snapshot())?.status).toBe("completed"));
const resend = (world: CampaignWorld, body: object) =>
  world.tenant.call("POST", `/v1/campaigns/${world.campaignId}/resend`, { acknowledgeDuplicates: true, ...body });
const inCatalogue = async ({ campaignId }: CampaignWorld) =>
  (await orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, campaignId)).get())?.status;
const events = async (world: CampaignWorld, contactId: string) =>
  (await world.campaign.recipient(contactId))?.history.map((entry) => entry.event);

/** A campaign that has ended with these first sends in doubt; what comes later is accepted. */
async function withDoubts(doubts: number, people = 6, answer: GraphAnswer = "cut") {
  graph = stubMessages((_, nth) => (nth <= doubts ? answer : "accept"));
  const world = await aWorld({ people });
  await start(world);
  await ended(world);
  const { data } = await world.campaign.recipients({ limit: 50, status: "unknown" });
  expect(data).toHaveLength(doubts);
  return { world, inDoubt: data.map((row) => row.contactId) };
}

describe("sends in doubt", () => {
  test("are told when the campaign ends, and are not sent again by themselves", async () => {
    const { world } = await withDoubts(2);
    await eventually(async () => {
      const alerts = await world.tenant.call("GET", "/v1/alerts?status=open");
      expect((await alerts.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind)).toEqual(["in_doubt"]);
    });
    await timePasses(world, 2 * HOUR);
    expect((await world.campaign.snapshot())?.counts).toMatchObject({ unknown: 2, sent: 4 });
    expect(graph.accepted).toHaveLength(4);
  });

  test("what is told of them after the end is answered at once, before the catalogue knows", async () => {
    const { world, inDoubt } = await withDoubts(1);
    const look = async () => (await world.tenant.call("GET", `/v1/campaigns/${world.campaignId}`)).json<object>();
    await eventually(async () => expect(await inCatalogue(world)).toBe("completed"));
    const update = { type: "read" as const, at: Date.now(), messageId: "wamid.late", charged: null };
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId: inDoubt[0] ?? "", update }]);
    expect(await look()).toMatchObject({ status: "completed", counts: { unknown: 0, read: 1 } });
  });

  test("one is sent again because a person said so, with an entry in the audit log", async () => {
    const { world, inDoubt } = await withDoubts(2);
    const [chosen = "", other = ""] = inDoubt;
    const answer = await resend(world, { contactIds: [chosen] });
    expect([answer.status, await answer.json()]).toEqual([200, { resent: 1, withheld: 0 }]);
    await eventually(() => expect(graph.accepted).toHaveLength(5));
    await ended(world);
    expect((await world.campaign.recipient(chosen))?.status).toBe("sent");
    expect(await events(world, chosen)).toContain("resent");
    expect((await world.campaign.recipient(other))?.status).toBe("unknown");
    const audit = await (await world.tenant.call("GET", "/v1/audit-log")).json<{ data: { action: string }[] }>();
    expect(audit.data.map((entry) => entry.action)).toContain("campaign.resend");
  });

  test("all are sent again at once; asking twice sends nobody a third time", async () => {
    const { world } = await withDoubts(3);
    const [first, second] = await Promise.all([resend(world, {}), resend(world, {})]);
    const both = [await first.json<{ resent: number }>(), await second.json<{ resent: number }>()];
    expect(both.reduce((sum, { resent }) => sum + resent, 0)).toBe(3);
    await ended(world);
    expect(graph.accepted).toHaveLength(6);
    expect((await world.campaign.snapshot())?.counts).toMatchObject({ unknown: 0, sent: 6 });
  });

  test("nobody who has opted out meanwhile is sent to again", async () => {
    const { world, inDoubt } = await withDoubts(2);
    await world.tenant.call("POST", `/v1/contacts/${inDoubt[0]}/opt-out`, { reason: "asked" });
    expect(await (await resend(world, {})).json()).toEqual({ resent: 1, withheld: 1 });
    await ended(world);
    expect((await world.campaign.recipient(inDoubt[0] ?? ""))?.status).toBe("unknown");
    expect(await events(world, inDoubt[0] ?? "")).toContain("resend_withheld");
    expect(graph.accepted).toHaveLength(5);
  });

  test("without saying that doubles are accepted, nothing is sent", async () => {
    const { world } = await withDoubts(1);
    const answer = await world.tenant.call("POST", `/v1/campaigns/${world.campaignId}/resend`, {});
    expect(answer.status).toBe(400);
    expect((await world.campaign.snapshot())?.counts.unknown).toBe(1);
  });

  test("a webhook of the first message that comes before the second send makes it needless", async () => {
    const { world, inDoubt } = await withDoubts(1, 3, { cutAfterAccept: true });
    const [contactId = ""] = inDoubt;
    const messageId = graph.accepted[0]?.messageId ?? "";
    await world.campaign.pause("by_user");
    await resend(world, {});
    const update = { type: "delivered" as const, at: Date.now(), messageId, charged: null };
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update }]);
    expect((await world.campaign.recipient(contactId))?.status).toBe("delivered");
    await ended(world);
    expect(graph.accepted).toHaveLength(3);
  });

  test("a doubt of a day stays one for good: it says so, and a late webhook still clears it up", async () => {
    const { world, inDoubt } = await withDoubts(1, 3, { cutAfterAccept: true });
    const [contactId = ""] = inDoubt;
    await timePasses(world, 25 * HOUR);
    await eventually(async () => expect(await events(world, contactId)).toContain("doubt_ended"));
    expect((await world.campaign.snapshot())?.counts.unknown).toBe(1);
    const messageId = graph.accepted[0]?.messageId ?? "";
    const update = { type: "read" as const, at: Date.now(), messageId, charged: null };
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update }]);
    expect((await world.campaign.snapshot())?.counts).toMatchObject({ unknown: 0, read: 1 });
  });
});

describe("131049, Meta's cap on marketing to one person", () => {
  const capped = (messageId: string) =>
    ({ type: "failed", at: Date.now(), messageId, code: 131049, detail: "" }) as const;
  /** A campaign whose first wave of two has been sent, with one of the two. */
  const halfSent = async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 3_000 } } });
    await start(world);
    await eventually(async () => expect((await world.campaign.snapshot())?.counts.sent).toBe(2));
    const { data } = await world.campaign.recipients({ limit: 1, status: "sent" });
    return { world, contactId: data[0]?.contactId ?? "", messageId: data[0]?.messageId ?? "" };
  };

  test("as a status: one more try after a day, while the campaign is under way, and then it fails", async () => {
    const { world, contactId, messageId } = await halfSent();
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update: capped(messageId) }]);
    expect((await world.campaign.recipient(contactId))?.status).toBe("pending");
    // The same news again, and a late one of the first message, change nothing.
    const late = { type: "sent", at: Date.now(), messageId, charged: null } as const;
    await world.campaign.applyEvents(world.tenant.tenantId, [
      { contactId, update: capped(messageId) },
      { contactId, update: late },
    ]);
    expect((await world.campaign.recipient(contactId))?.status).toBe("pending");
    await timePasses(world, 23 * HOUR);
    expect(graph.accepted).toHaveLength(2);
    await timePasses(world, HOUR + 60_000);
    await eventually(async () => expect((await world.campaign.recipient(contactId))?.status).toBe("sent"));
    expect(graph.accepted).toHaveLength(3);
    const again = (await world.campaign.recipient(contactId))?.messageId ?? "";
    expect(again).not.toBe(messageId);
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update: capped(again) }]);
    expect((await world.campaign.recipient(contactId))?.status).toBe("failed");
    expect((await world.campaign.snapshot())?.accounting.balanced).toBe(true);
  });

  test("as a status for somebody who has opted out since: it fails, and nothing waits for the day to pass", async () => {
    const { world, contactId, messageId } = await halfSent();
    await world.tenant.call("POST", `/v1/contacts/${contactId}/opt-out`, { reason: "asked" });
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update: capped(messageId) }]);
    expect(await world.campaign.recipient(contactId)).toMatchObject({ status: "failed", errorCode: 131049 });
  });

  test("as a status after the campaign has ended: it fails, nothing is opened again", async () => {
    graph = stubMessages();
    const world = await aWorld({ people: 2 });
    await start(world);
    await ended(world);
    const { data } = await world.campaign.recipients({ limit: 1, status: "sent" });
    const { contactId = "", messageId = null } = data[0] ?? {};
    await world.campaign.applyEvents(world.tenant.tenantId, [{ contactId, update: capped(messageId ?? "") }]);
    expect((await world.campaign.recipient(contactId))?.status).toBe("failed");
    expect((await world.campaign.snapshot())?.status).toBe("completed");
  });
});
