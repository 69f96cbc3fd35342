import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/personal-data.schema.ts";
import { personalDataOf } from "#services/audience/personal-data.ts";
import { aBlock, aContact, anApiKey, anAttendance, anAuditEntry, aTenant, orm } from "../../support/builders.ts";
import { aCampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { importFile } from "../../support/imports.ts";

test("one document has all that is held of a person: also what no page of a list would hold", async () => {
  const graph = stubMessages();
  const past = await aCampaignFixture({ people: 2 });
  const { tenant: t, campaignId, audienceId } = past;
  const [contactId = ""] = past.contactIds;
  const [phone = ""] = past.phones;
  await past.campaign.start(t.tenantId, campaignId);
  await eventually(async () => expect((await past.campaign.snapshot())?.status).toBe("completed"));
  graph.restore();
  const { id: importId } = await importFile(t, audienceId, `Nome;Telefone;OptIn\nAna;${phone};sim\n`);
  const now = Date.now();
  const MANY = 1_203;
  await env.DB.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?3)
     insert into consent_events (tenant_id, contact_id, id, status, recorded_at)
       select ?1, ?2, printf('cns_%08d', i), 'granted', ?4 + i from n`,
  )
    .bind(t.tenantId, contactId, MANY, now)
    .run();
  await anAttendance(t, { phone });
  await aBlock(t, { phone, reason: "pediu por carta" });
  await anAuditEntry(t, { subject: contactId, action: "contact.update", detail: { fields: ["name"] } });
  await orm.insert(schema.contactStrikes).values({ tenantId: t.tenantId, contactId, campaignId, at: now });
  // Of others.
  await anAttendance(t);
  await aBlock(t);

  const response = await t.call("GET", `/v1/contacts/${contactId}/personal-data`);
  const held = await expectBody(response, 200, answers.personalData);
  expect(held.contact).toMatchObject({ id: contactId, phone });
  expect(held.consentEvents.filter(({ id }) => id.startsWith("cns_"))).toHaveLength(MANY);
  expect(held.audiences.map(({ id }) => id)).toEqual([audienceId]);
  expect(held.attendances).toHaveLength(1);
  expect(held.blocks.map(({ reason }) => reason)).toEqual(["pediu por carta"]);
  expect(held.strikes).toMatchObject([{ campaignId }]);
  expect(held.imports).toMatchObject([{ id: importId }]);
  expect(held.auditEntries.map(({ action }) => action)).toContain("contact.update");
  expect(held.campaigns).toMatchObject([
    { id: campaignId, message: { status: "sent", text: expect.stringMatching(/^Olá, /) } },
  ]);
  expect(held.campaigns[0]?.message.history.map(({ event }) => event)).toContain("sent");
});

test("a campaign that does not answer is an error that names it, and no hole in the document", async () => {
  const past = await aCampaignFixture({ people: 1 });
  const deps = makeDeps(env);
  const silent = { recipient: () => Promise.reject(new Error("no answer")) };
  const campaign = () => silent as unknown as ReturnType<typeof deps.campaign>;
  const answer = await personalDataOf({ ...deps, campaign }, past.tenant.tenantId, past.contactIds[0] ?? "");
  expect(answer).toEqual({ ok: false, error: { reason: "no_answer", campaignId: past.campaignId } });
});

test("only those who administer the tenant read it, or have a person erased", async () => {
  const t = await aTenant();
  const { id } = await aContact(t);
  const { key } = await anApiKey(t, { scopes: ["contacts:read", "contacts:write", "campaigns:read"] });
  const call = (method: string, path: string, body?: unknown) =>
    t.call(method, path, body, { Authorization: `Bearer ${key}` });
  expect((await call("GET", `/v1/contacts/${id}/personal-data`)).status).toBe(403);
  expect((await call("POST", `/v1/contacts/${id}/erase`, { reason: "requested" })).status).toBe(403);
  expect((await call("GET", "/v1/erasures")).status).toBe(403);
});
