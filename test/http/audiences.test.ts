import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { makeDeps } from "../../worker/deps.ts";
import * as answers from "../../worker/http/schemas/catalogue.ts";
import { aCampaign, aContact, anAudience, anImport, aSegment, aTenant, type TestTenant } from "../support/builders.ts";
import { expectBody, expectProblem } from "../support/expect-problem.ts";

const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/audiences/${id}`), 200, answers.audience.strict());
const idsOf = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/audiences${query}`), 200, answers.audienceList)).data.map(({ id }) => id);

test("an audience is created empty in a segment, read and renamed", async () => {
  const t = await aTenant();
  const segment = await aSegment(t);
  const response = await t.call("POST", "/v1/audiences", { segmentId: segment.id, name: "Devedores" });
  const audience = await expectBody(response, 201, answers.audience.strict());
  expect(audience).toMatchObject({ segmentId: segment.id, name: "Devedores", contactCount: 0 });
  expect(await read(t, audience.id)).toEqual(audience);
  await expectBody(await t.call("PATCH", `/v1/audiences/${audience.id}`, { name: "Outros" }), 200, answers.audience);
  expect(await read(t, audience.id)).toEqual({ ...audience, name: "Outros" });
});

test("a segment of nobody or of another tenant is not found", async () => {
  const t = await aTenant();
  const foreign = await aSegment(await aTenant());
  for (const segmentId of ["seg_none", foreign.id]) {
    await expectProblem(await t.call("POST", "/v1/audiences", { segmentId, name: "x" }), 404, "not_found");
  }
});

test("audiences come newest first, by segment and by part of the name", async () => {
  const t = await aTenant();
  const segment = await aSegment(t);
  const a = await anAudience(t, { segmentId: segment.id, name: "Cobrança maio" });
  const b = await anAudience(t, { name: "Promoção maio" });
  expect(await idsOf(t, "")).toEqual([b.id, a.id]);
  expect(await idsOf(t, `?segmentId=${segment.id}`)).toEqual([a.id]);
  expect(await idsOf(t, "?q=MAIO")).toEqual([b.id, a.id]);
  expect(await idsOf(t, "?q=promo")).toEqual([b.id]);
  expect(await idsOf(t, "?q=%25")).toEqual([]);
});

test("deleting an audience leaves its people", async () => {
  const t = await aTenant();
  const audience = await anAudience(t);
  const other = await anAudience(t);
  const contact = await aContact(t, { audienceId: audience.id });
  await aContact(t, { audienceId: other.id });
  expect((await t.call("DELETE", `/v1/audiences/${audience.id}`)).status).toBe(204);
  await expectProblem(await t.call("GET", `/v1/audiences/${audience.id}`), 404, "not_found");
  expect((await t.call("GET", `/v1/contacts/${contact.id}`)).status).toBe(200);
  const { contacts } = makeDeps(env).store(t.tenantId);
  expect(await contacts.pageForCampaign(audience.id, null, 10)).toEqual([]);
  expect(await contacts.pageForCampaign(other.id, null, 10)).toHaveLength(1);
});

test("an audience that a campaign names, or a file is on its way into, stays", async () => {
  const t = await aTenant();
  const campaign = await aCampaign(t);
  await expectProblem(await t.call("DELETE", `/v1/audiences/${campaign.audienceId}`), 409, "in_use");
  const filling = await anImport(t, { status: "running", completedAt: null });
  await expectProblem(await t.call("DELETE", `/v1/audiences/${filling.audienceId}`), 409, "in_use");
  const filled = await anImport(t);
  expect((await t.call("DELETE", `/v1/audiences/${filled.audienceId}`)).status).toBe(204);
});
