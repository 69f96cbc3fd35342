import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { COUNT_ROWS } from "#adapters/d1/audience/matching-contacts.ts";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/audiences.schema.ts";
import * as contactAnswers from "#http/audience/contacts.schema.ts";
import * as preflightAnswers from "#http/campaigns/preflight.schema.ts";
import * as recipientAnswers from "#http/campaigns/recipients.schema.ts";
import { aContact, anAudience, aSegment, aTenant, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign, finishPreparing, firstOf, launch } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const VIPS = { hashtagsAny: ["vip"] };

async function aDynamicAudience(t: TestTenant, filter: object = VIPS) {
  const { id: segmentId } = await aSegment(t);
  const body = { segmentId, name: "VIPs", kind: "dynamic", filter };
  return expectBody(await t.call("POST", "/v1/audiences", body), 201, answers.audience.strict());
}
const count = async (t: TestTenant, filter: object) =>
  expectBody(await t.call("POST", "/v1/audiences/count", { filter }), 200, answers.audienceCount.strict());
const membersOf = async (t: TestTenant, id: string) =>
  (await expectBody(await t.call("GET", `/v1/contacts?audienceId=${id}`), 200, contactAnswers.contactList)).data.map(
    (contact) => contact.id,
  );

test("a dynamic audience is whoever matches at the moment of reading", async () => {
  const t = await aTenant();
  const audience = await aDynamicAudience(t);
  expect(audience).toMatchObject({ kind: "dynamic", filter: VIPS, contactCount: null });
  const vip = await aContact(t, { hashtags: ["VIP"] });
  const other = await aContact(t, { hashtags: [] });
  await aContact(await aTenant(), { hashtags: ["vip"] });
  expect(await membersOf(t, audience.id)).toEqual([vip.id]);
  expect(await count(t, VIPS)).toEqual({ matched: 1, looked: 2, complete: true });
  await t.call("PATCH", `/v1/contacts/${other.id}`, { hashtags: ["vip"] });
  await t.call("PATCH", `/v1/contacts/${vip.id}`, { hashtags: [] });
  expect(await membersOf(t, audience.id)).toEqual([other.id]);
});

test("its filter can be changed, and that of a list, which has none, can't", async () => {
  const t = await aTenant();
  const audience = await aDynamicAudience(t);
  const filter = { ddd: ["11"], createdWithinDays: 30 };
  const changed = await t.call("PATCH", `/v1/audiences/${audience.id}`, { filter });
  expect(await expectBody(changed, 200, answers.audience)).toMatchObject({ name: "VIPs", filter });
  const list = await anAudience(t);
  const refused = await expectProblem(
    await t.call("PATCH", `/v1/audiences/${list.id}`, { filter }),
    400,
    "invalid_request",
  );
  expect(refused.errors).toEqual([expect.objectContaining({ path: "filter" })]);
});

test("one without a condition would be everybody, and is refused", async () => {
  const t = await aTenant();
  const { id: segmentId } = await aSegment(t);
  for (const filter of [undefined, {}, { hashtagsAny: [], optIn: { status: [] } }]) {
    const body = { segmentId, name: "Todos", kind: "dynamic", filter };
    await expectProblem(await t.call("POST", "/v1/audiences", body), 400, "invalid_request");
  }
  const body = { segmentId, name: "Lista", kind: "fixed", filter: VIPS };
  await expectProblem(await t.call("POST", "/v1/audiences", body), 400, "invalid_request");
});

test("nobody is put into a dynamic audience, by a file or by hand", async () => {
  const t = await aTenant();
  const { id } = await aDynamicAudience(t);
  const csv = await t.call("POST", `/v1/audiences/${id}/imports`, "Nome;Telefone\nAna;11961234567\n", {
    "Content-Type": "text/csv",
  });
  await expectProblem(csv, 409, "audience_is_dynamic");
  expect((await env.FILES.list({ prefix: t.tenantId })).objects).toEqual([]);
  const contact = await t.call("POST", "/v1/contacts", { name: "Ana", phone: "+5511961234567", audienceId: id });
  await expectProblem(contact, 409, "audience_is_dynamic");
  expect((await count(t, { hasEmail: false })).looked).toBe(0);
});

test("a filter names only lists of the tenant's own: dynamic audiences can't go round in a circle", async () => {
  const t = await aTenant();
  const dynamic = await aDynamicAudience(t);
  const foreign = await anAudience(await aTenant());
  const list = await anAudience(t);
  for (const id of [dynamic.id, foreign.id, "aud_none"]) {
    const filter = { audienceIds: { in: [list.id], notIn: [id] } };
    const changed = await t.call("PATCH", `/v1/audiences/${dynamic.id}`, { filter });
    const { errors } = await expectProblem(changed, 400, "invalid_request");
    expect(errors).toEqual([expect.objectContaining({ path: "filter.audienceIds.notIn.0" })]);
    await expectProblem(await t.call("POST", "/v1/audiences/count", { filter }), 400, "invalid_request");
    await expectProblem(await t.call("POST", "/v1/campaigns", { name: "C", filter }), 400, "invalid_request");
  }
  const filter = { segmentIds: [foreign.segmentId] };
  await expectProblem(await t.call("POST", "/v1/campaigns", { name: "C", filter }), 400, "invalid_request");
});

test("a list that a filter leaves out is not deleted: its people would be written to from then on", async () => {
  const t = await aTenant();
  const [asked, left] = [await anAudience(t), await anAudience(t)];
  const dynamic = await aDynamicAudience(t, { audienceIds: { notIn: [asked.id] } });
  const draft = await t.call("POST", "/v1/campaigns", { name: "Resto", filter: { audienceIds: { notIn: [left.id] } } });
  expect(draft.status).toBe(201);
  const first = await expectProblem(await t.call("DELETE", `/v1/audiences/${asked.id}`), 409, "in_use");
  expect(first.usedBy).toEqual([{ type: "audience", id: dynamic.id, name: dynamic.name }]);
  const second = await expectProblem(await t.call("DELETE", `/v1/audiences/${left.id}`), 409, "in_use");
  expect(second.usedBy).toEqual([expect.objectContaining({ type: "campaign", name: "Resto" })]);
});

test("a campaign takes those who match when it is prepared, and each still needs consent", async () => {
  const t = await aTenant();
  const { campaign, segmentId } = await aLaunchableCampaign(t, { people: 0 });
  const body = { segmentId, name: "VIPs", kind: "dynamic", filter: VIPS };
  const { id: audienceId } = await expectBody(await t.call("POST", "/v1/audiences", body), 201, answers.audience);
  const vips = [];
  for (let i = 0; i < 3; i++) vips.push(await aContact(t, { hashtags: ["vip"] }));
  await aContact(t, { hashtags: ["vip"], optInStatus: "revoked" });
  await aContact(t, { hashtags: ["outra"] });
  await t.call("PATCH", `/v1/campaigns/${campaign.id}`, { audienceId });
  const checked = await t.call("POST", `/v1/campaigns/${campaign.id}/preflight`);
  expect((await expectBody(checked, 200, preflightAnswers.preflight)).audience).toMatchObject({
    total: 4,
    eligible: 3,
    excluded: { optedOut: 1, filtered: 0 },
  });
  await launch(t, campaign.id);
  // Whoever comes to match later, or changes the filter, changes nothing under way.
  await aContact(t, { hashtags: ["vip"] });
  await t.call("PATCH", `/v1/audiences/${audienceId}`, { filter: { hashtagsAny: ["outra"] } });
  await finishPreparing(campaign.id);
  const list = await t.call("GET", `/v1/campaigns/${campaign.id}/recipients`);
  const { data } = await expectBody(list, 200, recipientAnswers.recipientList);
  expect(
    data
      .filter(({ status }) => status === "pending")
      .map(({ contactId }) => contactId)
      .sort(),
  ).toEqual(vips.map(({ id }) => id).sort());
  expect(data).toHaveLength(4);
});

/** So many that one statement does not see them all. */
async function aCrowd(t: TestTenant, people: number, everyVip: number) {
  await env.DB.prepare(
    `insert into contacts (id, tenant_id, phone, name, hashtags, opt_in_status, created_at, updated_at)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
       select printf('con_%s_%08d', ?1, i), ?1, printf('+55119%08d', i), 'P', case when i % ?3 = 0 then '["vip"]' else '[]' end,
              'granted', 0, 0 from n`,
  )
    .bind(t.tenantId, people, everyVip)
    .run();
}

test("pages of a dynamic audience lose and double nobody, however thin it is, while contacts come, go and change", async () => {
  const t = await aTenant();
  const people = COUNT_ROWS + 7;
  const every = 19_973;
  await aCrowd(t, people, every);
  expect(await count(t, VIPS)).toEqual({ matched: Math.floor(people / every), looked: people, complete: true });
  const { contacts } = makeDeps(env).store(t.tenantId);
  const idOf = (i: number) => `con_${t.tenantId}_${String(i).padStart(8, "0")}`;
  const seen: string[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<typeof contacts.pageForCampaign>> = await contacts.pageForCampaign({
      ...firstOf({ audienceId: "aud_any" }, 1),
      membership: VIPS,
      afterContactId: after,
    });
    seen.push(...page.data.map(({ id }) => id));
    after = page.nextCursor;
    pages += 1;
    if (pages === 1) {
      // One that was seen goes, one that was passed by comes to match, one ahead does, and one ahead no longer does.
      await contacts.remove(idOf(every), { blockId: "blk_1", now: 1 });
      await contacts.update(idOf(5), { hashtags: ["vip"] }, 1);
      await contacts.update(idOf(people), { hashtags: ["vip"] }, 1);
      await contacts.update(idOf(3 * every), { hashtags: [] }, 1);
    }
  } while (after !== null);
  expect(seen).toEqual([every, 2 * every, 4 * every, 5 * every, people].map(idOf));
});
