import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import { applyEvents } from "#services/sending/webhook-events.ts";
import { aBlock, aSegment, newId } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
const fixtures: CampaignFixture[] = [];
/** What one test leaves running would send into the next one's record. */
afterEach(async () => {
  for (const fixture of fixtures.splice(0)) await fixture.campaign.cancel();
  graph?.restore();
});

const MINUTE = 60_000;
const DOCUMENT = "52998224725";
const accepted = (n: number) => eventually(() => expect(graph.accepted.length).toBe(n));
const start = (fixture: CampaignFixture) => fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
const block = async (fixture: CampaignFixture, input: object) => {
  const answer = await fixture.tenant.call("POST", "/v1/blocks", { reason: "agreement", ...input });
  expect(answer.status).toBe(201);
  return (await answer.json<{ id: string }>()).id;
};
const skips = async (fixture: CampaignFixture) => {
  const { data } = await fixture.campaign.recipients({ limit: 50, status: "skipped" });
  return data.map((row) => [row.contactId, row.skipReason]);
};

/** Twenty people in two waves, of which the first has left. */
async function inTheMiddle(people: Partial<Parameters<typeof aCampaignFixture>[0]> = {}): Promise<CampaignFixture> {
  graph = stubMessages();
  const pacing = { percent: 50, intervalMinutes: 30 };
  const fixture = await aCampaignFixture({ people: 20, campaign: { pacing }, ...people });
  fixtures.push(fixture);
  await start(fixture);
  await accepted(10);
  return fixture;
}
const secondWave = (fixture: CampaignFixture) => timePasses(fixture, 30 * MINUTE);

test("whom a block covers when the audience is read gets nothing, and everybody has a row", async () => {
  graph = stubMessages();
  const fixture = await aCampaignFixture({ people: 6 });
  fixtures.push(fixture);
  await block(fixture, { phone: fixture.phones[0] });
  await block(fixture, { phone: fixture.phones[1], segmentId: fixture.segmentId });
  await block(fixture, { phone: fixture.phones[2], segmentId: (await aSegment(fixture.tenant)).id });
  await start(fixture);
  await accepted(4);
  expect(await skips(fixture)).toEqual(fixture.contactIds.slice(0, 2).map((id) => [id, "blocked"]));
  expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ audience: 6, skipped: 2, balanced: true });
});

test("a block acts at once on a campaign under way, and its end brings nobody back into it", async () => {
  const fixture = await inTheMiddle();
  const [contactId = "", phone] = [fixture.contactIds[15], fixture.phones[15]];
  const id = await block(fixture, { phone, until: new Date(Date.now() + MINUTE).toISOString() });
  expect(await skips(fixture)).toEqual([[contactId, "blocked"]]);
  const history = (await fixture.campaign.recipient(contactId))?.history ?? [];
  expect(history.map(({ event, detail }) => [event, detail])).toContainEqual(["skipped", "blocked"]);
  await fixture.tenant.call("DELETE", `/v1/blocks/${id}`);
  await secondWave(fixture);
  await accepted(19);
  expect(await skips(fixture)).toEqual([[contactId, "blocked"]]);
});

test("a list of blocks acts at once on a campaign under way, row by row", async () => {
  const fixture = await inTheMiddle();
  const [byPhone, byDocument] = [fixture.contactIds[15] ?? "", fixture.contactIds[16] ?? ""];
  await fixture.tenant.call("PATCH", `/v1/contacts/${byDocument}`, { document: DOCUMENT });
  const list = `Telefone;CpfCnpj\n${fixture.phones[15]};\n;${DOCUMENT}\n`;
  const answer = await fixture.tenant.call("POST", "/v1/blocks/imports", list, { "Content-Type": "text/csv" });
  expect(answer.status).toBe(200);
  expect(await skips(fixture)).toEqual([byPhone, byDocument].map((id) => [id, "blocked"]));
  await secondWave(fixture);
  await accepted(18);
});

test("a campaign of another segment is not concerned", async () => {
  const fixture = await inTheMiddle();
  await block(fixture, { phone: fixture.phones[15], segmentId: (await aSegment(fixture.tenant)).id });
  await secondWave(fixture);
  await accepted(20);
  expect(await skips(fixture)).toEqual([]);
});

test("a block that the campaign could not be told of is found when it looks itself", async () => {
  const fixture = await inTheMiddle();
  // Not by the API, which tells campaigns: as if none could have been reached.
  await aBlock(fixture.tenant, { phone: fixture.phones[15] });
  await secondWave(fixture);
  await accepted(19);
  expect(await skips(fixture)).toEqual([[fixture.contactIds[15], "blocked"]]);
});

test("a contact that gets a blocked document while the campaign is under way gets nothing more", async () => {
  const fixture = await inTheMiddle();
  await block(fixture, { document: DOCUMENT });
  const contactId = fixture.contactIds[15] ?? "";
  await fixture.tenant.call("PATCH", `/v1/contacts/${contactId}`, { document: DOCUMENT });
  expect(await skips(fixture)).toEqual([[contactId, "blocked"]]);
});

test("a corrected number that is blocked is not written to", async () => {
  const fixture = await inTheMiddle();
  const blocked = "+5511987650077";
  await block(fixture, { phone: blocked });
  await fixture.tenant.call("PATCH", `/v1/contacts/${fixture.contactIds[15]}`, { phone: blocked });
  expect(await skips(fixture)).toEqual([[fixture.contactIds[15], "blocked"]]);
  await secondWave(fixture);
  await accepted(19);
  expect(graph.accepted.map(({ to }) => to)).not.toContain(blocked.slice(1));
});

test("whom an import brought under an old block is left out when the wave opens", async () => {
  const fixture = await inTheMiddle();
  await aBlock(fixture.tenant, { phone: null, document: DOCUMENT, coversSince: 1 });
  await env.DB.prepare("update contacts set document = ?2 where id = ?1").bind(fixture.contactIds[15], DOCUMENT).run();
  await secondWave(fixture);
  await accepted(19);
  expect(await skips(fixture)).toEqual([[fixture.contactIds[15], "blocked"]]);
});

test("a person blocked by Meta's id is left out from the moment their number is known", async () => {
  const fixture = await inTheMiddle();
  await block(fixture, { userId: "BR.1a2B" });
  expect(await skips(fixture)).toEqual([]);
  const says = { kind: "inbound" as const, phoneNumberId: fixture.phoneNumberIds[0] ?? "", at: Date.now() };
  const person = { phone: fixture.phones[15] ?? "", userId: "BR.1a2B" };
  const message = { messageId: newId("wamid"), type: "text", text: "oi", payload: null, contextId: null };
  // Without the response protocol a reply begins no service, which would leave them out as well.
  await env.DB.prepare("update tenants set response_protocol = 0 where id = ?").bind(fixture.tenant.tenantId).run();
  await applyEvents([{ ...says, ...person, ...message }], makeDeps(env));
  expect(await skips(fixture)).toEqual([[fixture.contactIds[15], "blocked"]]);
});

test("an unconfirmed send is not sent again to whom a block covers, and is once it has ended", async () => {
  graph = stubMessages((_, nth) => (nth === 1 ? "cut" : "accept"));
  const fixture = await aCampaignFixture({ people: 3 });
  fixtures.push(fixture);
  await start(fixture);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
  const [unconfirmed] = (await fixture.campaign.recipients({ limit: 5, status: "unknown" })).data;
  const contactId = unconfirmed?.contactId ?? "";
  const resend = async () =>
    (
      await fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/resend`, { acknowledgeDuplicates: true })
    ).json();
  const id = await block(fixture, { phone: unconfirmed?.phone, segmentId: fixture.segmentId });
  expect(await resend()).toEqual({ resent: 0, withheld: 1 });
  const history = (await fixture.campaign.recipient(contactId))?.history ?? [];
  expect(history.map(({ event, detail }) => [event, detail])).toContainEqual(["resend_withheld", "blocked"]);
  await fixture.tenant.call("DELETE", `/v1/blocks/${id}`);
  expect(await resend()).toEqual({ resent: 1, withheld: 0 });
  await accepted(3);
});
