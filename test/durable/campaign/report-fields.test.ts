import { runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { contacts } from "#adapters/d1/schema/audience.ts";
import { CONTACT_FIELDS } from "#core/audience/contact-fields.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture } from "../../support/campaign-fixture.ts";
import { nothingKnown, stored } from "../../support/contact-fields.ts";
import { eventually } from "../../support/eventually.ts";

test("the report has each field of a contact as it was at preparation, also of rows that were prepared with fewer", async () => {
  const fixture = await aCampaignFixture({ people: 2, campaign: { startAt: Date.now() + 86_400_000 } });
  await orm
    .update(contacts)
    .set(stored)
    .where(eq(contacts.id, fixture.contactIds[0] ?? ""));
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
  expect(await fixture.campaign.reportPage("", 10)).toMatchObject([stored, nothingKnown]);

  for (let known = CONTACT_FIELDS.length - 1; known >= 0; known -= 1) {
    await runInDurableObject(fixture.campaign, (_, { storage }) => {
      storage.sql.exec("update recipients set report_fields = json_remove(report_fields, '$[#-1]')");
    });
    const fewer = Object.fromEntries(CONTACT_FIELDS.slice(0, known).map((field) => [field, stored[field]]));
    expect(await fixture.campaign.reportPage("", 10)).toMatchObject([{ ...nothingKnown, ...fewer }, nothingKnown]);
  }
});
