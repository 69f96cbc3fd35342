import { describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import * as answers from "#http/audience/contacts.schema.ts";
import { aContact, anAudience, aTenant, orm, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const historyOf = async (t: TestTenant, id: string) =>
  (await expectBody(await t.call("GET", `/v1/contacts/${id}/consent`), 200, answers.consentHistory.strict())).data;
const audiencesOf = async (t: TestTenant, id: string) =>
  (await expectBody(await t.call("GET", `/v1/contacts/${id}/audiences`), 200, answers.contactAudiences.strict())).data;

describe("the history of a contact's consent", () => {
  test("proves each change: what was said, from where, when, and when we learned of it", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, { optInStatus: "unknown", optInSource: null, optInAt: null });
    expect(await historyOf(t, id)).toEqual([]);
    await t.call("POST", `/v1/contacts/${id}/opt-in`, { source: "loja", at: "2026-03-01T10:00:00-03:00" });
    await t.call("POST", `/v1/contacts/${id}/opt-out`, { reason: "pediu por telefone" });
    const [no, yes, ...others] = await historyOf(t, id);
    expect(others).toEqual([]);
    expect(yes).toMatchObject({ status: "granted", source: "loja", reason: null, at: "2026-03-01T13:00:00.000Z" });
    expect(no).toMatchObject({ status: "revoked", source: "api", reason: "pediu por telefone" });
    expect(Date.parse(no?.recordedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(yes?.recordedAt ?? ""));
  });

  test("tells by which way each word came, and what the person agreed to, where somebody said so", async () => {
    const t = await aTenant();
    const { id } = await aContact(t, { optInStatus: "unknown", optInSource: null, optInAt: null });
    const wording = "Aceito receber ofertas da Acme pelo WhatsApp.";
    await t.call("POST", `/v1/contacts/${id}/opt-in`, { source: "loja", wording, at: "2026-03-01T10:00:00-03:00" });
    await t.call("POST", `/v1/contacts/${id}/opt-out`, {});
    expect((await historyOf(t, id)).map(({ channel, wording }) => [channel, wording])).toEqual([
      ["api", null],
      ["api", wording],
    ]);
    const made = await t.call("POST", "/v1/contacts", { phone: "11961234567", optIn: { source: "site", wording } });
    const { id: madeId } = await made.json<{ id: string }>();
    expect(await historyOf(t, madeId)).toMatchObject([{ channel: "api", wording }]);
  });

  test("has neither for what is older than they are", async () => {
    const t = await aTenant();
    const { id } = await aContact(t);
    const old = { tenantId: t.tenantId, contactId: id, id: "cns_old", status: "granted" as const, recordedAt: 1 };
    await orm.insert(schema.consentEvents).values(old);
    expect(await historyOf(t, id)).toMatchObject([{ id: "cns_old", channel: null, wording: null }]);
  });

  test("says nothing twice: who repeats a refusal has one entry", async () => {
    const t = await aTenant();
    const { id } = await aContact(t);
    for (let i = 0; i < 2; i += 1) await t.call("POST", `/v1/contacts/${id}/opt-out`, {});
    expect(await historyOf(t, id)).toHaveLength(1);
  });

  test("is not found for somebody who is not there", async () => {
    const t = await aTenant();
    await expectProblem(await t.call("GET", "/v1/contacts/con_nothing/consent"), 404, "not_found");
  });
});

describe("the audiences of a contact", () => {
  test("are those it is a member of, the newest first", async () => {
    const t = await aTenant();
    const [first, other] = [await anAudience(t, { name: "Outubro" }), await anAudience(t, { name: "Outro" })];
    const { id } = await aContact(t, { audienceId: first.id });
    await aContact(t, { audienceId: other.id });
    expect(await audiencesOf(t, id)).toEqual([{ id: first.id, name: "Outubro", segmentId: first.segmentId }]);
    expect(await audiencesOf(t, (await aContact(t)).id)).toEqual([]);
  });

  test("are not found for somebody who is not there", async () => {
    const t = await aTenant();
    await expectProblem(await t.call("GET", "/v1/contacts/con_nothing/audiences"), 404, "not_found");
  });
});
