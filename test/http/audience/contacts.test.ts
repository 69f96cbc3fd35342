import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { type Deps, makeDeps } from "#deps.ts";
import * as audiencesAnswers from "#http/audience/audiences.schema.ts";
import * as answers from "#http/audience/contacts.schema.ts";
import { noteUsers } from "#services/audience/blocks.ts";
import { recordOptOut } from "#services/audience/consent.ts";
import { aCampaign, aContact, anAudience, aTenant, type TestTenant } from "../../support/builders.ts";
import { firstOf } from "../../support/campaigns.ts";
import { stored, written } from "../../support/contact-fields.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { anUpload, consentOf, runImport } from "../../support/imports.ts";

const create = async (t: TestTenant, input: object) =>
  expectBody(await t.call("POST", "/v1/contacts", input), 201, answers.contact.strict());
const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/contacts/${id}`), 200, answers.contact.strict());
const countOf = async (t: TestTenant, audienceId: string) =>
  (await expectBody(await t.call("GET", `/v1/audiences/${audienceId}`), 200, audiencesAnswers.audience)).contactCount;
const namesBy = async (t: TestTenant, query: string) =>
  (await expectBody(await t.call("GET", `/v1/contacts?${query}`), 200, answers.contactList)).data.map(
    ({ name }) => name,
  );

describe("a new contact", () => {
  test("is kept as one canonical person", async () => {
    const t = await aTenant();
    const contact = await create(t, {
      ...written,
      name: "Ana Souza",
      phone: "(11) 96123-4567",
      hashtags: ["vip"],
      attributes: { Cidade: "Recife" },
    });
    expect(contact).toEqual({
      ...stored,
      id: contact.id,
      name: "Ana Souza",
      phone: "+5511961234567",
      hashtags: ["vip"],
      attributes: { Cidade: "Recife" },
      legalBasis: null,
      optIn: { status: "unknown", source: null, at: null },
      createdAt: contact.createdAt,
      updatedAt: contact.createdAt,
    });
    expect(await read(t, contact.id)).toEqual(contact);
  });

  test("keeps nothing that nobody sees, and its e-mail is the one that is read", async () => {
    const t = await aTenant();
    const input = {
      name: "Z\u200bara\u0001 \u202eLima",
      phone: "11961234567",
      customerCode: "C\u00ad1",
      email: "z@example.com\u200b",
      hashtags: ["v\u200bip"],
      attributes: { "Ci\u200bdade": "Re\u001bcife" },
      optIn: { source: "si\u200bte" },
    };
    expect(await create(t, input)).toMatchObject({
      name: "Zara Lima",
      customerCode: "C1",
      email: "z@example.com",
      hashtags: ["vip"],
      attributes: { Cidade: "Recife" },
      optIn: { source: "site" },
    });
  });

  test("takes no consent from before anybody asked for it: the year has lost digits", async () => {
    const t = await aTenant();
    for (const at of ["0026-04-03T14:30:00Z", "1900-01-01T00:00:00Z"]) {
      const input = { phone: "11961234567", optIn: { source: "site", at } };
      const { errors } = await expectProblem(await t.call("POST", "/v1/contacts", input), 400, "invalid_request");
      expect(errors?.map(({ path }) => path)).toEqual(["optIn.at"]);
      const { id } = await aContact(t);
      await expectProblem(await t.call("POST", `/v1/contacts/${id}/opt-in`, input.optIn), 400, "invalid_request");
    }
  });

  test("with the phone of somebody else, however it is written, is a conflict that tells nothing about them", async () => {
    const t = await aTenant();
    await create(t, { name: "Ana Souza", phone: "11961234567" });
    const response = await t.call("POST", "/v1/contacts", { name: "Bia", phone: "+55 11 6123-4567" });
    const { detail } = await expectProblem(response, 409, "conflict");
    expect(detail).not.toMatch(/Ana|\d/);
    expect(await namesBy(t, "")).toEqual(["Ana Souza"]);
    const neighbour = await aTenant();
    await create(neighbour, { phone: "11961234567" });
  });

  test.each([
    [{ phone: "961234567" }, "invalid_phone", "phone"],
    [{ phone: "não tem" }, "invalid_phone", "phone"],
    [{ phone: "11961234567", document: "11111111111" }, "invalid_document", "document"],
  ])("%j is refused without naming the data", async (input, code, path) => {
    const t = await aTenant();
    const problem = await expectProblem(await t.call("POST", "/v1/contacts", input), 422, code);
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
    expect(JSON.stringify(problem)).not.toMatch(/\d{4}/);
  });

  test("joins an audience, which counts it; one that is not there costs the contact", async () => {
    const t = await aTenant();
    const audience = await anAudience(t);
    const { id } = await create(t, { phone: "11961234567", audienceId: audience.id });
    expect(await countOf(t, audience.id)).toBe(1);
    const { contacts } = makeDeps(env).store(t.tenantId);
    expect(await contacts.pageForCampaign(firstOf({ audienceId: audience.id }, 5))).toMatchObject({ data: [{ id }] });
    await t.call("POST", "/v1/contacts", { phone: "11961234567", audienceId: audience.id });
    expect(await countOf(t, audience.id)).toBe(1);
    const foreign = await anAudience(await aTenant());
    const input = { phone: "11961234568", audienceId: foreign.id };
    await expectProblem(await t.call("POST", "/v1/contacts", input), 404, "not_found");
    expect(await namesBy(t, "")).toHaveLength(1);
  });

  test("may bring consent, which is recorded", async () => {
    const t = await aTenant();
    const optIn = { source: "site", at: "2026-03-01T10:00:00-03:00" };
    const contact = await create(t, { phone: "11961234567", optIn });
    expect(contact.optIn).toEqual({ status: "granted", source: "site", at: "2026-03-01T13:00:00.000Z" });
    expect(await consentOf(t, contact.id)).toEqual(["granted site"]);
  });
});

describe("finding people", () => {
  test("by phone and document in any punctuation, by code, by words of the name, by how a number begins or ends", async () => {
    const t = await aTenant();
    await create(t, { name: "Ana Souza", phone: "11961234567", document: "52998224725", customerCode: "C1" });
    await create(t, { name: "Bia Lima", phone: "11961239999" });
    expect(await namesBy(t, `phone=${encodeURIComponent("(11) 96123-4567")}`)).toEqual(["Ana Souza"]);
    expect(await namesBy(t, "document=529.982.247-25")).toEqual(["Ana Souza"]);
    expect(await namesBy(t, "customerCode=C1")).toEqual(["Ana Souza"]);
    expect(await namesBy(t, "q=souza")).toEqual(["Ana Souza"]);
    expect(await namesBy(t, "q=9999")).toEqual(["Bia Lima"]);
    expect(await namesBy(t, "q=6123")).toEqual(["Bia Lima", "Ana Souza"]);
    expect(await namesBy(t, "q=12")).toEqual([]);
  });

  test("of one audience, page by page", async () => {
    const t = await aTenant();
    const audience = await anAudience(t);
    await aContact(t, { name: "Fora" });
    for (const name of ["a", "b", "c"]) await aContact(t, { name, audienceId: audience.id });
    const first = await expectBody(
      await t.call("GET", `/v1/contacts?audienceId=${audience.id}&limit=2`),
      200,
      answers.contactList,
    );
    expect(first.data.map(({ name }) => name)).toEqual(["c", "b"]);
    expect(await namesBy(t, `audienceId=${audience.id}&limit=2&cursor=${first.nextCursor}`)).toEqual(["a"]);
    expect(await namesBy(t, `audienceId=${audience.id}&q=b`)).toEqual(["b"]);
  });
});

describe("changing a contact", () => {
  test("touches only the fields that are named, and may blank them", async () => {
    const t = await aTenant();
    const contact = await create(t, { name: "Ana", phone: "11961234567", customerCode: "C1", hashtags: ["vip"] });
    const response = await t.call("PATCH", `/v1/contacts/${contact.id}`, { name: "Ana Lima", customerCode: null });
    const changed = await expectBody(response, 200, answers.contact);
    expect(changed).toEqual({ ...contact, name: "Ana Lima", customerCode: null, updatedAt: changed.updatedAt });
  });

  test("can't take somebody else's phone, and may repeat its own", async () => {
    const t = await aTenant();
    await create(t, { phone: "11961234567" });
    const { id } = await create(t, { phone: "11961234568" });
    const taken = await t.call("PATCH", `/v1/contacts/${id}`, { phone: "11961234567" });
    await expectProblem(taken, 409, "conflict");
    expect((await t.call("PATCH", `/v1/contacts/${id}`, { phone: "(11) 96123-4568" })).status).toBe(200);
    await expectProblem(await t.call("PATCH", "/v1/contacts/con_none", { name: "x" }), 404, "not_found");
  });

  test("deleting one takes it out of its audiences", async () => {
    const t = await aTenant();
    const audience = await anAudience(t);
    const contact = await aContact(t, { audienceId: audience.id });
    await aContact(t, { audienceId: audience.id });
    expect((await t.call("DELETE", `/v1/contacts/${contact.id}`)).status).toBe(204);
    expect(await countOf(t, audience.id)).toBe(1);
    await expectProblem(await t.call("GET", `/v1/contacts/${contact.id}`), 404, "not_found");
    await expectProblem(await t.call("DELETE", `/v1/contacts/${contact.id}`), 404, "not_found");
  });
});

describe("consent", () => {
  const optIn = (t: TestTenant, id: string, at?: string) =>
    t.call("POST", `/v1/contacts/${id}/opt-in`, { source: "loja", ...(at ? { at } : {}) });
  const optOut = (t: TestTenant, id: string, reason?: string) =>
    t.call("POST", `/v1/contacts/${id}/opt-out`, reason ? { reason } : {});

  test("is given, taken back and given again, each with a record", async () => {
    const t = await aTenant();
    const { id } = await create(t, { phone: "11961234567" });
    const given = await expectBody(await optIn(t, id, "2026-03-01T12:00:00Z"), 200, answers.contact);
    expect(given.optIn).toEqual({ status: "granted", source: "loja", at: "2026-03-01T12:00:00.000Z" });
    const taken = await expectBody(await optOut(t, id, "pediu para sair"), 200, answers.contact);
    expect(taken.optIn).toMatchObject({ status: "revoked", source: "pediu para sair" });
    expect((await expectBody(await optIn(t, id), 200, answers.contact)).optIn.status).toBe("granted");
    expect(await consentOf(t, id)).toEqual(["granted loja", "revoked api", "granted loja"]);
  });

  test("repeated changes nothing and records nothing", async () => {
    const t = await aTenant();
    const { id } = await create(t, { phone: "11961234567" });
    for (const at of ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "2026-02-01T12:00:00Z"]) await optIn(t, id, at);
    expect((await read(t, id)).optIn.at).toBe("2026-03-01T12:00:00.000Z");
    await optOut(t, id, "primeira");
    const first = await read(t, id);
    await optOut(t, id, "segunda");
    expect(await read(t, id)).toEqual(first);
    expect(await consentOf(t, id)).toEqual(["granted loja", "revoked api"]);
  });

  test("from between two opt-outs does not undo the second", async () => {
    const t = await aTenant();
    const { id } = await create(t, { phone: "11961234567" });
    const { contacts } = makeDeps(env).store(t.tenantId);
    const no = (eventId: string, at: number) =>
      contacts.optOut([id], { eventId, source: "reply", channel: "whatsapp", at }, null, Date.now());
    await no("cns_1", Date.parse("2026-01-01T12:00:00Z"));
    await no("cns_2", Date.parse("2026-03-01T12:00:00Z"));
    await expectProblem(await optIn(t, id, "2026-02-01T12:00:00Z"), 409, "conflict");
    await expectBody(await optIn(t, id, "2026-03-01T12:00:01Z"), 200, answers.contact);
    expect(await consentOf(t, id)).toEqual(["revoked reply", "granted loja"]);
  });

  test("and opt-out at the same time end in what was heard last, and both are recorded", async () => {
    const t = await aTenant();
    const { contacts } = makeDeps(env).store(t.tenantId);
    const { id } = await create(t, { phone: "11961234567" });
    const now = Date.now();
    const no = { eventId: "cns_no", source: "reply", channel: "whatsapp" as const, at: now - 1_000 };
    await Promise.all([
      contacts.optOut([id], no, null, now),
      contacts.optIn(id, { eventId: "cns_yes", source: "loja", channel: "api", at: now - 2_000 }, now),
    ]);
    expect((await read(t, id)).optIn.status).toBe("revoked");
    expect(await consentOf(t, id)).toContain("revoked reply");
  });

  test("from before an opt-out does not undo it, and none comes from the future", async () => {
    const t = await aTenant();
    const { id } = await create(t, { phone: "11961234567" });
    await optOut(t, id);
    await expectProblem(await optIn(t, id, "2026-03-01T12:00:00Z"), 409, "conflict");
    await expectProblem(await optIn(t, id, "2999-01-01T00:00:00Z"), 400, "invalid_request");
    expect((await read(t, id)).optIn.status).toBe("revoked");
    expect(await consentOf(t, id)).toEqual(["revoked api"]);
  });

  test("of nobody, or of another tenant's contact, is not found", async () => {
    const t = await aTenant();
    const foreign = await aContact(await aTenant());
    for (const id of ["con_none", foreign.id]) {
      await expectProblem(await optIn(t, id), 404, "not_found");
      await expectProblem(await optOut(t, id), 404, "not_found");
    }
  });

  test("taken back is what a campaign asks for: who has opted out since", async () => {
    const t = await aTenant();
    const { contacts } = makeDeps(env).store(t.tenantId);
    const early = await aContact(t, { optInStatus: "revoked", optOutAt: 1_000 });
    const late = await aContact(t, { optInStatus: "revoked", optOutAt: 2_000 });
    await aContact(t);
    await aContact(await aTenant(), { optInStatus: "revoked", optOutAt: 2_000 });
    expect(await contacts.optedOutSince(0)).toEqual([early.id, late.id]);
    expect(await contacts.optedOutSince(2_000)).toEqual([late.id]);
    expect(await contacts.optedOutSince(2_001)).toEqual([]);
  });
});

describe("an opt-out reaches every campaign that may still send", () => {
  /** Deps whose campaigns only note what they are told; some of them can't be reached. */
  function withCampaigns(exclude: (campaignId: string, contactIds: string[]) => void): Deps {
    const deps = makeDeps(env);
    return {
      ...deps,
      campaign: (id) => ({ ...deps.campaign(id), exclude: async (contactIds) => exclude(id, contactIds) }),
    };
  }

  test("by phone as by id, once per campaign, and no campaign that has ended", async () => {
    const t = await aTenant();
    const phone = "+5511961234567";
    const contact = await aContact(t, { phone });
    const going = await Promise.all(
      (["scheduled", "preparing", "running", "paused"] as const).map((status) => aCampaign(t, { status })),
    );
    for (const status of ["draft", "completed", "cancelled", "failed"] as const) await aCampaign(t, { status });
    await aCampaign(await aTenant(), { status: "running" });
    const exclude = vi.fn();
    const told = await recordOptOut(
      withCampaigns(exclude),
      t.tenantId,
      { phones: [phone, "+5511900000000"] },
      { source: "reply", channel: "whatsapp" },
    );
    expect(told).toEqual([contact.id]);
    expect(exclude.mock.calls.toSorted()).toEqual(going.map(({ id }) => [id, [contact.id]]).toSorted());
    expect((await read(t, contact.id)).optIn.status).toBe("revoked");
  });

  test("one campaign that fails does not keep the others from hearing, and a repeat tells it again", async () => {
    const t = await aTenant();
    const contact = await aContact(t);
    const [first, second] = [await aCampaign(t, { status: "running" }), await aCampaign(t, { status: "running" })];
    const heard: string[] = [];
    const failing = withCampaigns((id) => {
      if (id === first.id) throw new Error("away");
      heard.push(id);
    });
    const people = { contactIds: [contact.id] };
    await expect(recordOptOut(failing, t.tenantId, people, { source: "reply", channel: "whatsapp" })).rejects.toThrow(
      "away",
    );
    expect(heard).toEqual([second.id]);
    const again: string[] = [];
    await recordOptOut(
      withCampaigns((id) => again.push(id)),
      t.tenantId,
      people,
      { source: "reply", channel: "whatsapp" },
    );
    expect(again.toSorted()).toEqual([first.id, second.id].toSorted());
    expect(await consentOf(t, contact.id)).toEqual(["revoked reply"]);
  });
});

describe("a deleted contact that had said no", () => {
  const imported = async (t: TestTenant, phone: string) => {
    const audience = await anAudience(t);
    const { id } = await anUpload(t, audience.id, `NumeroTelefone;OptIn\n${phone};sim\n`);
    await runImport(t, id);
    const { contacts } = makeDeps(env).store(t.tenantId);
    return (await contacts.pageForCampaign(firstOf({ audienceId: audience.id }, 10))).data[0];
  };
  const PHONE = "+5511987650002";

  test("is not brought back by an import as somebody who may be written to", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, { phone: PHONE, userId: "BR.gone" });
    await t.call("POST", `/v1/contacts/${id}/opt-out`, {});
    await t.call("DELETE", `/v1/contacts/${id}`);
    expect(await imported(t, PHONE)).toMatchObject({ blocked: true });
    // With another number, once Meta tells that it is the same person.
    const other = await imported(t, "+5511987650003");
    expect(other).toMatchObject({ blocked: false });
    await noteUsers(makeDeps(env), t.tenantId, [{ phone: "+5511987650003", userId: "BR.gone" }]);
    const { blocks } = makeDeps(env).store(t.tenantId);
    expect(await blocks.among([other?.id ?? ""], { segmentId: null, now: Date.now() })).toEqual(new Set([other?.id]));
  });

  test("may be written to again once they say yes anew", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, { phone: PHONE });
    await t.call("POST", `/v1/contacts/${id}/opt-out`, {});
    await t.call("DELETE", `/v1/contacts/${id}`);
    const back = await imported(t, PHONE);
    await t.call("POST", `/v1/contacts/${back?.id}/opt-in`, { source: "loja" });
    expect(await imported(t, PHONE)).toMatchObject({ id: back?.id, blocked: false, optInStatus: "granted" });
  });

  test("leaves a block only then", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, { phone: PHONE });
    await t.call("DELETE", `/v1/contacts/${id}`);
    expect(await imported(t, PHONE)).toMatchObject({ blocked: false, optInStatus: "granted" });
  });
});
