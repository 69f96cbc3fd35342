import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test } from "vitest";
import * as answers from "#http/operations/unmatched-events.schema.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { metaBody, metaTells } from "../../support/meta-endpoint.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

/** A campaign that has sent to everybody, of which D1 has heard. */
async function aSentCampaign(people: number): Promise<CampaignFixture> {
  graph = stubMessages();
  const fixture = await aCampaignFixture({ people });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
  await eventually(async () => {
    const row = await fixture.tenant.call("GET", `/v1/campaigns/${fixture.campaignId}`);
    expect((await row.json<{ status: string }>()).status).toBe("completed");
  });
  return fixture;
}

const now = () => String(Math.floor(Date.now() / 1_000));
const tell = (fixture: CampaignFixture, parts: object) =>
  metaTells(
    metaBody("1", "messages", {
      messaging_product: "whatsapp",
      metadata: { phone_number_id: fixture.phoneNumberIds[0] },
      ...parts,
    }),
  );
const recipient = async (fixture: CampaignFixture, nth: number) => {
  const found = await fixture.campaign.recipient(fixture.contactIds[nth] ?? "");
  if (!found?.messageId) throw new Error("no message");
  return { ...found, messageId: found.messageId };
};
const unmatched = async (fixture: CampaignFixture) =>
  (await expectBody(await fixture.tenant.call("GET", "/v1/unmatched-events"), 200, answers.unmatchedEventList)).data;

describe("a message that is named by its id alone", () => {
  test("is found for a status of somebody who hides their number", async () => {
    const fixture = await aSentCampaign(12);
    const { messageId } = await recipient(fixture, 7);
    const status = { id: messageId, status: "delivered", timestamp: now(), recipient_user_id: "BR.1" };
    await tell(fixture, { statuses: [status] });
    expect((await recipient(fixture, 7)).status).toBe("delivered");
    expect((await fixture.campaign.snapshot())?.counts.delivered).toBe(1);
    expect(await unmatched(fixture)).toEqual([]);
  });

  test("is found for a reply that quotes it, which counts once and opens the person's attendance", async () => {
    const fixture = await aSentCampaign(12);
    const { messageId, phone } = await recipient(fixture, 3);
    const message = { from_user_id: "BR.2", id: "wamid.reply", timestamp: now(), type: "text", text: { body: "oi" } };
    for (const _ of [1, 2]) {
      await tell(fixture, { contacts: [{ user_id: "BR.2" }], messages: [{ ...message, context: { id: messageId } }] });
    }
    expect((await recipient(fixture, 3)).repliedAt).not.toBeNull();
    expect((await fixture.campaign.snapshot())?.counts.replied).toBe(1);
    const open = await fixture.tenant.call(
      "GET",
      `/v1/attendances?active=true&phone=${encodeURIComponent(phone ?? "")}`,
    );
    expect((await open.json<{ data: unknown[] }>()).data).toHaveLength(1);
  });

  test("that nobody sent waits in case its row is not told of yet, and is then counted as one that fits nothing", async () => {
    const fixture = await aSentCampaign(2);
    const status = { id: "wamid.of.another", status: "read", timestamp: now(), recipient_user_id: "BR.1" };
    expect((await tell(fixture, { statuses: [status] })).waiting).toMatchObject([{ waits: 1 }]);
    expect(await unmatched(fixture)).toEqual([]);
  });

  test("is noted with a hundred others in a row, and found after a restart", async () => {
    const fixture = await aSentCampaign(12);
    await abortAllDurableObjects();
    const notes = await runInDurableObject(
      fixture.campaign,
      (_, { storage }) => storage.sql.exec<{ n: number }>("select count(*) as n from message_marks").one().n,
    );
    expect(notes).toBe(1);
    const all = await fixture.campaign.findMessages(
      fixture.tenant.tenantId,
      graph.accepted.map((send) => send.messageId),
    );
    expect(all.map(({ contactId }) => contactId).sort()).toEqual(fixture.contactIds.toSorted());
    expect(await fixture.campaign.findMessages("ten_other", [graph.accepted[0]?.messageId ?? ""])).toEqual([]);
  });
});

describe("a failure that is told of a message that was delivered", () => {
  const told = (messageId: string, status: string) => ({
    ...{ id: messageId, status, timestamp: now() },
    ...(status === "failed" ? { errors: [{ code: 131026, title: "Message undeliverable" }] } : {}),
  });

  test.each([
    ["after the delivery", ["delivered", "failed"]],
    ["before the delivery", ["failed", "delivered"]],
    ["again and again", ["delivered", "failed", "failed", "read", "failed", "delivered"]],
  ])("%s leaves the state, and stands in the history once", async (_, order) => {
    const fixture = await aSentCampaign(1);
    const { messageId, phone } = await recipient(fixture, 0);
    for (const status of order) {
      await tell(fixture, { statuses: [{ ...told(messageId, status), recipient_id: phone?.slice(1) }] });
    }
    const shown = await fixture.tenant.call(
      "GET",
      `/v1/campaigns/${fixture.campaignId}/recipients/${fixture.contactIds[0]}`,
    );
    const { status, failedAt, history } = await shown.json<{
      status: string;
      failedAt: string | null;
      history: { event: string; detail: string; error?: { code: number } }[];
    }>();
    expect([status, failedAt]).toEqual([order.includes("read") ? "read" : "delivered", null]);
    const failures = history.filter(({ event }) => /fail/.test(event));
    expect(failures).toMatchObject([{ event: "failed_after_delivery", detail: "131026", error: { code: 131026 } }]);
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ delivered: 1, failed: 0 });
  });
});
