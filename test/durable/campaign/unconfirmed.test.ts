import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { orm } from "../../support/builders.ts";
import {
  aCampaignFixture,
  type CampaignFixture,
  type GraphAnswer,
  stubMessages,
  timePasses,
} from "../../support/campaign-fixture.ts";
import { degradeD1 } from "../../support/degraded-d1.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
let restoreD1 = () => {};
const fixtures: CampaignFixture[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  restoreD1();
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});
async function aFixture(options: Parameters<typeof aCampaignFixture>[0]): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture(options);
  fixtures.push(fixture);
  return fixture;
}

const HOUR = 3_600_000;
const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
const ended = (fixture: CampaignFixture) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
const resend = (fixture: CampaignFixture, body: object) =>
  fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/resend`, { acknowledgeDuplicates: true, ...body });
const inCatalogue = async ({ campaignId }: CampaignFixture) =>
  (await orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, campaignId)).get())?.status;
const events = async (fixture: CampaignFixture, contactId: string) =>
  (await fixture.campaign.recipient(contactId))?.history.map((entry) => entry.event);

/** A campaign that has ended with these first sends unconfirmed; what comes later is accepted. */
async function withUnconfirmed(count: number, people = 6, answer: GraphAnswer = "cut") {
  graph = stubMessages((_, nth) => (nth <= count ? answer : "accept"));
  const fixture = await aFixture({ people });
  await start(fixture);
  await ended(fixture);
  const { data } = await fixture.campaign.recipients({ limit: 50, status: "unknown" });
  expect(data).toHaveLength(count);
  return { fixture, unconfirmed: data.map((row) => row.contactId) };
}

describe("unconfirmed sends", () => {
  test("are told when the campaign ends, and are not sent again by themselves", async () => {
    const { fixture } = await withUnconfirmed(2);
    await eventually(async () => {
      const alerts = await fixture.tenant.call("GET", "/v1/alerts?status=open");
      expect((await alerts.json<{ data: { kind: string }[] }>()).data.map((alert) => alert.kind)).toEqual(["in_doubt"]);
    });
    await timePasses(fixture, 2 * HOUR);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ unknown: 2, sent: 4 });
    expect(graph.accepted).toHaveLength(4);
  });

  test("what is told of them after the end is answered at once, before the catalogue knows", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(1);
    const look = async () => (await fixture.tenant.call("GET", `/v1/campaigns/${fixture.campaignId}`)).json<object>();
    await eventually(async () => expect(await inCatalogue(fixture)).toBe("completed"));
    const update = { type: "read" as const, at: Date.now(), messageId: "wamid.late", charged: null };
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId: unconfirmed[0] ?? "", update }]);
    expect(await look()).toMatchObject({ status: "completed", counts: { unknown: 0, read: 1 } });
  });

  test("one is sent again because a person said so, with an entry in the audit log", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(2);
    const [chosen = "", other = ""] = unconfirmed;
    const answer = await resend(fixture, { contactIds: [chosen] });
    expect([answer.status, await answer.json()]).toEqual([200, { resent: 1, withheld: 0 }]);
    await eventually(() => expect(graph.accepted).toHaveLength(5));
    await ended(fixture);
    expect((await fixture.campaign.recipient(chosen))?.status).toBe("sent");
    expect(await events(fixture, chosen)).toContain("resent");
    expect((await fixture.campaign.recipient(other))?.status).toBe("unknown");
    const audit = await (await fixture.tenant.call("GET", "/v1/audit-log")).json<{ data: { action: string }[] }>();
    expect(audit.data.map((entry) => entry.action)).toContain("campaign.resend");
  });

  test("all are sent again at once; asking twice sends nobody a third time", async () => {
    const { fixture } = await withUnconfirmed(3);
    const [first, second] = await Promise.all([resend(fixture, {}), resend(fixture, {})]);
    const both = [await first.json<{ resent: number }>(), await second.json<{ resent: number }>()];
    expect(both.reduce((sum, { resent }) => sum + resent, 0)).toBe(3);
    await ended(fixture);
    expect(graph.accepted).toHaveLength(6);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ unknown: 0, sent: 6 });
  });

  test("nobody who has opted out meanwhile is sent to again", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(2);
    await fixture.tenant.call("POST", `/v1/contacts/${unconfirmed[0]}/opt-out`, { reason: "asked" });
    expect(await (await resend(fixture, {})).json()).toEqual({ resent: 1, withheld: 1 });
    await ended(fixture);
    expect((await fixture.campaign.recipient(unconfirmed[0] ?? ""))?.status).toBe("unknown");
    expect(await events(fixture, unconfirmed[0] ?? "")).toContain("resend_withheld");
    expect(graph.accepted).toHaveLength(5);
  });

  test("nobody who opts out while their consent is being looked up is sent to again", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(1);
    restoreD1 = degradeD1(async (sql) => {
      // The answer is of the moment before.
      if (sql.includes("opt_in_status = 'granted'")) await fixture.campaign.exclude(unconfirmed, "optedOut");
    });
    expect(await (await resend(fixture, {})).json()).toEqual({ resent: 0, withheld: 1 });
    expect(await events(fixture, unconfirmed[0] ?? "")).toContain("resend_withheld");
    expect(graph.accepted).toHaveLength(5);
  });

  test("without saying that doubles are accepted, nothing is sent", async () => {
    const { fixture } = await withUnconfirmed(1);
    const answer = await fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/resend`, {});
    expect(answer.status).toBe(400);
    expect((await fixture.campaign.snapshot())?.counts.unknown).toBe(1);
  });

  test("a webhook of the first message that comes before the second send makes it needless", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(1, 3, { cutAfterAccept: true });
    const [contactId = ""] = unconfirmed;
    const messageId = graph.accepted[0]?.messageId ?? "";
    await fixture.campaign.pause("by_user");
    await resend(fixture, {});
    const update = { type: "delivered" as const, at: Date.now(), messageId, charged: null };
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update }]);
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("delivered");
    await ended(fixture);
    expect(graph.accepted).toHaveLength(3);
  });

  test("one of a day stays so for good: it says so, and a late webhook still settles it", async () => {
    const { fixture, unconfirmed } = await withUnconfirmed(1, 3, { cutAfterAccept: true });
    const [contactId = ""] = unconfirmed;
    await timePasses(fixture, 25 * HOUR);
    await eventually(async () => expect(await events(fixture, contactId)).toContain("doubt_ended"));
    expect((await fixture.campaign.snapshot())?.counts.unknown).toBe(1);
    const messageId = graph.accepted[0]?.messageId ?? "";
    const update = { type: "read" as const, at: Date.now(), messageId, charged: null };
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update }]);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ unknown: 0, read: 1 });
  });
});

describe("131049, Meta's cap on marketing to one person", () => {
  const capped = (messageId: string) =>
    ({ type: "failed", at: Date.now(), messageId, code: 131049, detail: "" }) as const;
  /** A campaign whose first wave of two has been sent, with one of the two. */
  const halfSent = async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 4, campaign: { pacing: { percent: 50, intervalMinutes: 3_000 } } });
    await start(fixture);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.counts.sent).toBe(2));
    const { data } = await fixture.campaign.recipients({ limit: 1, status: "sent" });
    return { fixture, contactId: data[0]?.contactId ?? "", messageId: data[0]?.messageId ?? "" };
  };

  test("as a status: one more try after a day, while the campaign is under way, and then it fails", async () => {
    const { fixture, contactId, messageId } = await halfSent();
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update: capped(messageId) }]);
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("pending");
    // The same news again, and a late one of the first message, change nothing.
    const late = { type: "sent", at: Date.now(), messageId, charged: null } as const;
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [
      { contactId, update: capped(messageId) },
      { contactId, update: late },
    ]);
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("pending");
    await timePasses(fixture, 23 * HOUR);
    expect(graph.accepted).toHaveLength(2);
    await timePasses(fixture, HOUR + 60_000);
    await eventually(async () => expect((await fixture.campaign.recipient(contactId))?.status).toBe("sent"));
    expect(graph.accepted).toHaveLength(3);
    const again = (await fixture.campaign.recipient(contactId))?.messageId ?? "";
    expect(again).not.toBe(messageId);
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update: capped(again) }]);
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("failed");
    expect((await fixture.campaign.snapshot())?.accounting.balanced).toBe(true);
  });

  test("as a status for somebody who has opted out since: it fails, and nothing waits for the day to pass", async () => {
    const { fixture, contactId, messageId } = await halfSent();
    await fixture.tenant.call("POST", `/v1/contacts/${contactId}/opt-out`, { reason: "asked" });
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update: capped(messageId) }]);
    expect(await fixture.campaign.recipient(contactId)).toMatchObject({ status: "failed", errorCode: 131049 });
  });

  test("as a status after the campaign has ended: it fails, nothing is opened again", async () => {
    graph = stubMessages();
    const fixture = await aFixture({ people: 2 });
    await start(fixture);
    await ended(fixture);
    const { data } = await fixture.campaign.recipients({ limit: 1, status: "sent" });
    const { contactId = "", messageId = null } = data[0] ?? {};
    await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update: capped(messageId ?? "") }]);
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("failed");
    expect((await fixture.campaign.snapshot())?.status).toBe("completed");
  });
});
