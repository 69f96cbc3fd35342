import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { storeEvent } from "#core/sending/history.ts";
import { recipientDetail } from "#http/campaigns/recipients.schema.ts";
import { aCampaignFixture, type CampaignFixture } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { STORED_HISTORY } from "../../support/history-events.ts";

/** Two people whose campaign is prepared, and starts on a day to come. */
async function prepared(): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture({ people: 2, campaign: { startAt: Date.now() + 86_400_000 } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  return fixture;
}
const execute = (fixture: CampaignFixture, statement: string, ...values: (string | number)[]) =>
  runInDurableObject(fixture.campaign, (_, { storage }) => void storage.sql.exec(statement, ...values));
/** What the API tells after the first entry, that of the preparation. */
async function told({ tenant, campaignId }: CampaignFixture, contactId = "") {
  const response = await tenant.call("GET", `/v1/campaigns/${campaignId}/recipients/${contactId}`);
  const { history } = await expectBody(response, 200, recipientDetail);
  const [first, ...others] = history.map(({ event, detail, parameters }) => ({ event, detail, parameters }));
  expect(first).toEqual({ event: "prepared", detail: "wave 1", parameters: { event: "prepared", wave: 0 } });
  return others;
}

test("every event of a recipient reaches the API with its words and parameters, also as earlier versions stored it", async () => {
  const fixture = await prepared();
  const [now, earlier] = fixture.contactIds;
  const insert = "insert into events (contact_id, at, event, detail) values (?, ?, ?, ?)";
  const at = Date.now() + 1_000;
  for (const [place, [happened, words]] of STORED_HISTORY.entries()) {
    const { event, detail } = storeEvent(happened);
    await execute(fixture, insert, now ?? "", at + place, event, detail);
    await execute(fixture, insert, earlier ?? "", at + place, event, words);
  }
  const expected = STORED_HISTORY.map(([happened, detail]) => ({
    event: happened.event,
    detail,
    parameters: happened,
  }));
  expect(await told(fixture, now)).toEqual(expected);
  expect(await told(fixture, earlier)).toEqual(expected);
});

test("an event that is none of those known is told in the words that were stored", async () => {
  const fixture = await prepared();
  const [contactId = ""] = fixture.contactIds;
  const insert = "insert into events (contact_id, at, event, detail) values (?, ?, 'refused', '131026: Undeliverable')";
  await execute(fixture, insert, contactId, Date.now() + 1_000);
  expect(await told(fixture, contactId)).toEqual([{ event: "refused", detail: "131026: Undeliverable" }]);
});

test("what a recipient's columns, its line and its replies tell reaches the API in the same way", async () => {
  const fixture = await prepared();
  const [contactId = ""] = fixture.contactIds;
  const at = Date.now() + 1_000;
  await execute(fixture, "insert into dispatches values (7, ?, 'lin_1', 'full_green')", at);
  await execute(fixture, "insert into replies values ('wamid.r', ?, ?, 'text', 'idr')", contactId, at + 4);
  await execute(
    fixture,
    `update recipients set dispatch_id = 7, sent_at = ?1 + 1, delivered_at = ?1 + 2, read_at = ?1 + 3,
       failed_at = ?1 + 5, error_code = 131026, error_detail = 'Undeliverable' where contact_id = ?2`,
    at,
    contactId,
  );
  expect(await told(fixture, contactId)).toEqual([
    {
      event: "queued",
      detail: "line lin_1: full_green",
      parameters: { event: "queued", lineId: "lin_1", choice: "full_green" },
    },
    ...["sent", "delivered", "read"].map((event) => ({ event, detail: "", parameters: { event } })),
    { event: "replied", detail: "text, idr", parameters: { event: "replied", kind: "text", channel: "idr" } },
    {
      event: "failed",
      detail: "131026 Undeliverable",
      parameters: { event: "failed", code: 131026, message: "Undeliverable" },
    },
  ]);
});

test("who gets nothing has the reason in place of a preparation", async () => {
  const fixture = await prepared();
  const [contactId = ""] = fixture.contactIds;
  await execute(
    fixture,
    "update recipients set status = 'skipped', skip_reason = 'noOptIn', position = null where contact_id = ?",
    contactId,
  );
  expect((await fixture.campaign.recipient(contactId))?.history).toMatchObject([
    { event: "skipped", detail: "noOptIn", parameters: { event: "skipped", reason: "noOptIn" } },
  ]);
});
