import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { CampaignObject } from "#durable/campaign/object.ts";
import { LOOKED_AT } from "#durable/campaign/views.ts";
import { recipientList } from "#http/campaigns/recipients.schema.ts";
import { aCampaignFixture, type CampaignFixture } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";

const ANA = { name: "Áurea Conceição", phone: "+5511912345678", document: "52998224725", customerCode: "C-77" };

/** Launched for a day to come, and prepared: everybody has a row and nothing is sent. */
async function prepared(people: number, contact: (i: number) => object): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture({ people, contact, campaign: { startAt: Date.now() + 86_400_000 } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  return fixture;
}
const list = async (fixture: CampaignFixture, query: Record<string, string>) =>
  expectBody(
    await fixture.tenant.call("GET", `/v1/campaigns/${fixture.campaignId}/recipients?${new URLSearchParams(query)}`),
    200,
    recipientList,
  );

test("a recipient is found by name without accents, and by phone, document or code in any punctuation", async () => {
  const fixture = await prepared(3, (i) => (i === 1 ? ANA : {}));
  for (const q of [
    "aurea",
    "ÁUREA",
    "conceicao aurea",
    "(11) 91234-5678",
    "+55 11 91234-5678",
    "529.982.247-25",
    "c-77",
  ])
    expect((await list(fixture, { q })).data, q).toMatchObject([{ name: ANA.name }]);
  expect((await list(fixture, { q: "ninguém" })).data).toEqual([]);
  expect((await list(fixture, { q: "aurea", status: "sent" })).data).toEqual([]);
});

test("in a campaign of very many the object looks at some at a time, and the API still finds the last one", async () => {
  const fixture = await prepared(1, () => ANA);
  // Ids that sort before the one person's.
  await runInDurableObject(fixture.campaign, (_: CampaignObject, { storage }) => {
    storage.sql.exec(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
       insert into recipients (contact_id, position, status, name, phone, report_fields)
       select 'con_0' || printf('%07d', i), i + 1, 'pending', 'Pessoa ' || i, '+55119' || printf('%08d', i), '[null,null,null]' from n`,
      2 * LOOKED_AT,
    );
  });
  const one = await fixture.campaign.recipients({ limit: 50, q: "aurea" });
  expect(one).toEqual({ data: [], nextCursor: `con_0${String(LOOKED_AT).padStart(7, "0")}` });
  const found = await list(fixture, { q: "aurea" });
  expect(found).toMatchObject({ data: [{ name: ANA.name }], nextCursor: null });
  // Without a filter every page is full, and none is told twice.
  const pages = [await list(fixture, { limit: "200" })];
  pages.push(await list(fixture, { limit: "200", cursor: pages[0]?.nextCursor ?? "" }));
  expect(new Set(pages.flatMap(({ data }) => data.map(({ contactId }) => contactId))).size).toBe(400);
});
