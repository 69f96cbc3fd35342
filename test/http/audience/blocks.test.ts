import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/blocks.schema.ts";
import * as preflightAnswers from "#http/campaigns/preflight.schema.ts";
import { aBlock, aContact, aSegment, aTenant, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const MINUTE_MS = 60_000;
const make = async (t: TestTenant, input: object) =>
  expectBody(await t.call("POST", "/v1/blocks", { reason: "asked by letter", ...input }), 201, answers.block.strict());
const idsBy = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/blocks?${query}`), 200, answers.blockList)).data.map(({ id }) => id);
const excludedBy = async (t: TestTenant, campaignId: string) => {
  const answer = await t.call("POST", `/v1/campaigns/${campaignId}/preflight`);
  return (await expectBody(answer, 200, preflightAnswers.preflight)).audience;
};

describe("a block", () => {
  test("keeps phone and document as they are stored, with its reason, contract and end", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    const until = new Date(Date.now() + MINUTE_MS).toISOString();
    const made = await make(t, {
      phone: "(11) 96123-4567",
      document: "529.982.247-25",
      userId: "BR.1a2B3c",
      segmentId: segment.id,
      contract: "CT-42",
      until,
    });
    expect(made).toEqual({
      id: made.id,
      phone: "+5511961234567",
      document: "52998224725",
      userId: "BR.1a2B3c",
      segmentId: segment.id,
      reason: "asked by letter",
      contract: "CT-42",
      until,
      createdAt: made.createdAt,
    });
  });

  test("needs one key that can be one, a reason, a segment of the tenant and an end to come", async () => {
    const t = await aTenant();
    const foreign = await aSegment(await aTenant());
    const refused = async (input: object, status: number, code: string, path?: string) => {
      const answer = await t.call("POST", "/v1/blocks", { reason: "asked", ...input });
      const problem = await expectProblem(answer, status, code as "invalid_request");
      if (path) expect(problem.errors?.map((error) => error.path)).toEqual([path]);
    };
    const phone = "11961234567";
    await refused({}, 400, "invalid_request", "phone");
    await refused({ phone: null, document: null }, 400, "invalid_request", "phone");
    await refused({ phone: "123" }, 422, "invalid_phone", "phone");
    await refused({ document: "123" }, 422, "invalid_document", "document");
    await refused({ userId: "5511961234567" }, 400, "invalid_request", "userId");
    await refused({ phone, reason: " " }, 400, "invalid_request", "reason");
    await refused({ phone, segmentId: foreign.id }, 404, "not_found");
    await refused({ phone, until: new Date(Date.now() - 1).toISOString() }, 400, "invalid_request", "until");
    expect(await idsBy(t, "")).toEqual([]);
  });

  test("is made once for one Idempotency-Key", async () => {
    const t = await aTenant();
    const send = () =>
      t.call("POST", "/v1/blocks", { phone: "11961234567", reason: "asked" }, { "Idempotency-Key": "one" });
    const [first, second] = [await send(), await send()];
    expect(await second.json()).toEqual(await first.json());
    expect(await idsBy(t, "")).toHaveLength(1);
  });

  test("is found by its keys in any punctuation, its segment, and whether it holds", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    const byPhone = await aBlock(t, { phone: "+5511961234567" });
    const byDocument = await aBlock(t, { phone: null, document: "52998224725", segmentId: segment.id });
    const over = await aBlock(t, { until: Date.now() - 1 });
    const byUser = await aBlock(t, { phone: null, userId: "BR.1", userPhone: "+5511961234568" });
    expect(await idsBy(t, "")).toEqual([byUser.id, over.id, byDocument.id, byPhone.id]);
    expect(await idsBy(t, "phone=11961234567")).toEqual([byPhone.id]);
    expect(await idsBy(t, "phone=11961234568")).toEqual([byUser.id]);
    expect(await idsBy(t, "userId=BR.1")).toEqual([byUser.id]);
    expect(await idsBy(t, "document=529.982.247-25")).toEqual([byDocument.id]);
    expect(await idsBy(t, `segmentId=${segment.id}`)).toEqual([byDocument.id]);
    expect(await idsBy(t, "active=false")).toEqual([over.id]);
    expect(await idsBy(t, "active=true&limit=1")).toEqual([byUser.id]);
  });

  test("leaves with its segment: there can be no campaign of it any more", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    await aBlock(t, { segmentId: segment.id });
    const other = await aBlock(t);
    expect((await t.call("DELETE", `/v1/segments/${segment.id}`)).status).toBe(204);
    expect(await idsBy(t, "")).toEqual([other.id]);
  });

  test("that is made and ended stands in the audit log, without anybody's number", async () => {
    const t = await aTenant();
    const { id } = await make(t, { phone: "11961234567" });
    expect((await t.call("DELETE", `/v1/blocks/${id}`)).status).toBe(204);
    await expectProblem(await t.call("DELETE", `/v1/blocks/${id}`), 404, "not_found");
    const log = await (await t.call("GET", "/v1/audit-log")).text();
    expect(log).toContain("block.create");
    expect(log).toContain("block.delete");
    expect(log).not.toContain("961234567");
  });
});

describe("the check of a campaign", () => {
  test("counts whom a block of the tenant or of its segment covers, by any key, and nobody else", async () => {
    const t = await aTenant();
    const { campaign, segmentId, audienceId } = await aLaunchableCampaign(t, { people: 0 });
    const person = (overrides: object = {}) => aContact(t, { audienceId, ...overrides });
    const [byPhone, ofSegment, ofOther, over] = [await person(), await person(), await person(), await person()];
    await person({ document: "52998224725" });
    await person({ userId: "BR.known" });
    await person({ optInStatus: "revoked", document: "52998224725" });
    await person();
    await make(t, { phone: byPhone.phone });
    await make(t, { phone: ofSegment.phone, segmentId });
    await make(t, { phone: ofOther.phone, segmentId: (await aSegment(t)).id });
    await make(t, { document: "52998224725" });
    await make(t, { userId: "BR.known" });
    await aBlock(t, { phone: over.phone, until: Date.now() - 1 });
    await aBlock(await aTenant(), { phone: ofOther.phone });
    expect(await excludedBy(t, campaign.id)).toMatchObject({
      total: 8,
      eligible: 3,
      excluded: { blocked: 4, optedOut: 1 },
    });
  });

  test("counts them again once the block has ended, also after the contact was deleted and came back", async () => {
    const t = await aTenant();
    const { campaign, audienceId } = await aLaunchableCampaign(t, { people: 1 });
    const phone = "+5511961234567";
    const { id } = await make(t, { phone });
    const first = await aContact(t, { phone, audienceId });
    expect((await t.call("DELETE", `/v1/contacts/${first.id}`)).status).toBe(204);
    await aContact(t, { phone, audienceId });
    expect(await excludedBy(t, campaign.id)).toMatchObject({ eligible: 1, excluded: { blocked: 1 } });
    await t.call("DELETE", `/v1/blocks/${id}`);
    expect(await excludedBy(t, campaign.id)).toMatchObject({ eligible: 2, excluded: { blocked: 0 } });
  });
});

test("Meta's id of a person stays with the number: a contact whose number is corrected may be somebody else", async () => {
  const t = await aTenant();
  const { contacts } = makeDeps(env).store(t.tenantId);
  const contact = await aContact(t, { userId: "BR.1" });
  await t.call("PATCH", `/v1/contacts/${contact.id}`, { phone: contact.phone, name: "Bia" });
  expect((await contacts.get(contact.id))?.userId).toBe("BR.1");
  await t.call("PATCH", `/v1/contacts/${contact.id}`, { phone: "11961234567" });
  expect((await contacts.get(contact.id))?.userId).toBeNull();
});
