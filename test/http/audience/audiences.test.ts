import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/audiences.schema.ts";
import {
  aCampaign,
  aContact,
  aLine,
  anAudience,
  anImport,
  aSegment,
  aTenant,
  type TestTenant,
} from "../../support/builders.ts";
import { firstOf } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/audiences/${id}`), 200, answers.audience.strict());
const idsOf = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/audiences${query}`), 200, answers.audienceList)).data.map(({ id }) => id);

test("a name is one line of what people see, and one that nobody sees is none", async () => {
  const t = await aTenant();
  const segment = await aSegment(t);
  const create = (name: string) => t.call("POST", "/v1/audiences", { segmentId: segment.id, name });
  const audience = await expectBody(await create("  Car\u200bteira\n\u202eSP \u0001"), 201, answers.audience);
  expect(audience.name).toBe("Carteira SP");
  for (const name of ["\u200b", " \u0001\n"]) await expectProblem(await create(name), 400, "invalid_request");
});

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
  expect((await contacts.pageForCampaign(firstOf({ audienceId: audience.id }, 10))).data).toEqual([]);
  expect((await contacts.pageForCampaign(firstOf({ audienceId: other.id }, 10))).data).toHaveLength(1);
});

test("an audience that is used stays, and the answer names what uses it and what can be done", async () => {
  const t = await aTenant();
  const remove = async (id: string | null) =>
    expectProblem(await t.call("DELETE", `/v1/audiences/${id}`), 409, "in_use");
  const draft = await aCampaign(t, { name: "Cobrança maio" });
  const only = await remove(draft.audienceId);
  expect(only.usedBy).toEqual([{ type: "campaign", id: draft.id, name: "Cobrança maio", status: "draft" }]);
  expect(only.detail).toContain(`campaign Cobrança maio (${draft.id}, draft)`);
  expect(only.detail).toContain("another audience");

  const { audienceId, segmentId } = draft;
  for (let i = 0; i < 11; i++) await aCampaign(t, { audienceId, segmentId, status: "completed" });
  const many = await remove(audienceId);
  expect(many.usedBy).toHaveLength(10);
  expect(many.detail).toContain("and 2 more");
  // What was launched can't be deleted: nobody is told to do so.
  expect(many.detail).not.toMatch(/delete these/i);
  expect(many.detail).toContain("rename");

  const filling = await anImport(t, { status: "running", completedAt: null });
  const waits = await remove(filling.audienceId);
  expect(waits.usedBy).toEqual([{ type: "import", id: filling.id, status: "running" }]);
  const filled = await anImport(t);
  expect((await t.call("DELETE", `/v1/audiences/${filled.audienceId}`)).status).toBe(204);
});

test("a segment that is used names its lines, audiences and campaigns, and what can be done with each", async () => {
  const t = await aTenant();
  const campaign = await aCampaign(t, { status: "completed" });
  const line = await aLine(t, { segmentId: campaign.segmentId });
  // Another tenant's campaign is not told of, though it names the same segment.
  await aCampaign(await aTenant(), { segmentId: campaign.segmentId, name: "Secret" });
  const response = await t.call("DELETE", `/v1/segments/${campaign.segmentId}`);
  const { usedBy, detail } = await expectProblem(response, 409, "in_use");
  expect(usedBy).toEqual([
    { type: "line", id: line.id, name: line.name },
    { type: "audience", id: campaign.audienceId, name: expect.any(String) },
    { type: "campaign", id: campaign.id, name: campaign.name, status: "completed" },
  ]);
  expect(detail).toMatch(/Lines can be moved.*rename/);
  expect(detail).not.toContain("Secret");
});
