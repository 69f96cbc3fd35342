import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { makeSealer } from "#adapters/crypto/seal.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { makeDeps } from "#deps.ts";
import * as linesAnswers from "#http/lines/lines.schema.ts";
import * as auditAnswers from "#http/operations/audit.schema.ts";
import * as templatesAnswers from "#http/templates/templates.schema.ts";
import { anApiKey, aSegment, aTenant, callWith, orm, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { fakeNumber, fakeTemplate, useFakeGraph } from "../../support/fake-graph.ts";

const graph = useFakeGraph();
const TOKEN = "EAAB1token2of3a4system5user6";

/** A tenant with a segment, and an account at Meta that its token may use. */
async function fixture() {
  const t = await aTenant();
  const segment = await aSegment(t);
  const account = graph.current.account(TOKEN);
  const input = {
    segmentId: segment.id,
    kind: "prospect",
    wabaId: account.id,
    phoneNumberId: account.number.id,
    accessToken: TOKEN,
  };
  return { t, segment, account, input };
}
const portfolioOf = (id: string) => makeDeps(env).portfolio(id);
const register = (t: TestTenant, input: object) => t.call("POST", "/v1/lines", input);
const registered = async (t: TestTenant, input: object) => expectBody(await register(t, input), 201, linesAnswers.line);
const linesOf = async (t: TestTenant) => orm.select().from(lines).where(eq(lines.tenantId, t.tenantId));
const readLine = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/lines/${id}`), 200, linesAnswers.line);
const paths = (problem: { errors?: { path: string }[] | undefined }) => problem.errors?.map(({ path }) => path);

test.each(["EAAB\n1", "EAAB1\r\n", " EAAB1", "EAAB 1", "EAAB\u00a01", "\t"])(
  "%j is no access token, and is said to be none before anybody is asked",
  async (accessToken) => {
    const { t, input } = await fixture();
    const line = await registered(t, input);
    for (const response of [
      await register(t, { ...input, phoneNumberId: "1", accessToken }),
      await t.call("PATCH", `/v1/lines/${line.id}`, { accessToken }),
    ]) {
      const problem = await expectProblem(response, 422, "invalid_access_token");
      expect(paths(problem)).toEqual(["accessToken"]);
      expect(JSON.stringify(problem)).not.toContain("EAAB");
    }
  },
);

describe("registering a line", () => {
  test("answers what Meta says of the number", async () => {
    const { t, segment, account, input } = await fixture();
    const line = await registered(t, { ...input, name: "Cobrança 1" });
    expect(line).toEqual({
      id: expect.stringMatching(/^lin_/),
      segmentId: segment.id,
      kind: "prospect",
      name: "Cobrança 1",
      wabaId: account.id,
      phoneNumberId: account.number.id,
      displayPhoneNumber: account.number.display_phone_number,
      verifiedName: "Acme",
      qualityRating: "GREEN",
      portfolioId: account.portfolioId,
      messagingLimitTier: "TIER_2K",
      status: "CONNECTED",
      throughputPerSecond: 80,
      syncedAt: expect.any(String),
      createdAt: expect.any(String),
      health: { usable: true },
    });
    expect(await readLine(t, line.id)).toEqual(line);
  });

  test("is named after the number when no name is given", async () => {
    const { t, input } = await fixture();
    expect((await registered(t, input)).name).toBe("Acme");
  });

  test("subscribes the app, so that webhooks come", async () => {
    const { t, account, input } = await fixture();
    await registered(t, input);
    expect(account.subscribed).toBe(true);
  });

  test("brings the account's templates and links them", async () => {
    const { t, account, input } = await fixture();
    account.templates.push(fakeTemplate({ id: "1", name: "a" }), fakeTemplate({ id: "2", name: "b" }));
    const line = await registered(t, input);
    const { data } = await expectBody(await t.call("GET", "/v1/templates"), 200, templatesAnswers.templateList);
    expect(data.map(({ name, lineIds }) => [name, lineIds]).sort()).toEqual([
      ["a", [line.id]],
      ["b", [line.id]],
    ]);
  });

  test("puts the line and the limit into the portfolio's object", async () => {
    const { t, account, input } = await fixture();
    const line = await registered(t, input);
    const overview = await portfolioOf(account.portfolioId ?? "").overview();
    expect(overview.messagingLimit).toBe(2_000);
    expect(overview.lines).toMatchObject([
      { lineId: line.id, status: "CONNECTED", quality: "GREEN", ratePerSecond: 80 },
    ]);
  });

  test("keeps the token sealed for this number, and shows it nowhere", async () => {
    const { t, account, input } = await fixture();
    const response = await register(t, input);
    expect(await response.text()).not.toContain(TOKEN);
    const [row] = await linesOf(t);
    expect(row?.sealedToken).not.toContain(TOKEN);
    const sealer = makeSealer(env.CREDENTIALS_KEY);
    expect(await sealer.open(row?.sealedToken ?? "", `line:${account.number.id}`)).toEqual({ ok: true, value: TOKEN });
    expect(await sealer.open(row?.sealedToken ?? "", "line:1")).toEqual({ ok: false, error: "unreadable" });
    const audit = await (await t.call("GET", "/v1/audit-log")).text();
    expect(audit).toContain("line.create");
    expect(audit).not.toContain(TOKEN);
  });

  test("sent again with the same Idempotency-Key is one line and one answer", async () => {
    const { t, input } = await fixture();
    const headers = { "Idempotency-Key": "first" };
    const first = await (await t.call("POST", "/v1/lines", input, headers)).text();
    const second = await t.call("POST", "/v1/lines", input, headers);
    expect([second.status, await second.text()]).toEqual([201, first]);
    expect(await linesOf(t)).toHaveLength(1);
  });

  test("goes on without webhooks or templates, which can be had later", async () => {
    const { t, account, input } = await fixture();
    account.templates.push(fakeTemplate({ id: "1", name: "a" }));
    graph.current.fault(`POST /${account.id}/subscribed_apps`, { code: 200, status: 403 });
    graph.current.fault(`GET /${account.id}/message_templates`, { status: 500, text: "oops" }, 2);
    await registered(t, input);
    const { data } = await expectBody(await t.call("GET", "/v1/audit-log"), 200, auditAnswers.auditList);
    expect(data[0]?.detail).toMatchObject({ subscribed: false, templates: null });
    const sync = await t.call("POST", "/v1/templates/sync", {});
    expect(await sync.json()).toEqual({ created: 1, updated: 0, unchanged: 0, removed: 0 });
  });

  test("uses a portfolio of the account's own while Meta names none, and the named one from the next sync on", async () => {
    const { t, account, input } = await fixture();
    const owner = account.portfolioId;
    account.portfolioId = null;
    const line = await registered(t, input);
    expect(line.portfolioId).toBe(`waba_${account.id}`);
    account.portfolioId = owner;
    const synced = await expectBody(await t.call("POST", `/v1/lines/${line.id}/sync`), 200, linesAnswers.line);
    expect(synced.portfolioId).toBe(owner);
    expect((await portfolioOf(owner ?? "").overview()).lines.map(({ lineId }) => lineId)).toEqual([line.id]);
    expect((await portfolioOf(`waba_${account.id}`).overview()).lines).toEqual([]);
  });

  test("a second line of an account joins the first one's portfolio when Meta does not answer", async () => {
    const { t, account, input } = await fixture();
    await registered(t, input);
    account.numbers.push(fakeNumber({ id: `3${account.id}` }));
    graph.current.fault(`GET /${account.id}?`, { code: 10, status: 403 });
    const second = await registered(t, { ...input, phoneNumberId: `3${account.id}` });
    expect(second.portfolioId).toBe(account.portfolioId);
  });
});

describe("a registration that can't be", () => {
  const nothingSaved = async (t: TestTenant, portfolioId: string | null) => {
    expect(await linesOf(t)).toEqual([]);
    expect((await portfolioOf(portfolioId ?? "").overview()).lines).toEqual([]);
  };

  test("names a segment that is not there, or is another tenant's, and asks Meta nothing", async () => {
    const { t, input } = await fixture();
    const foreign = await aSegment(await aTenant());
    for (const segmentId of ["seg_nothing", foreign.id]) {
      const problem = await expectProblem(await register(t, { ...input, segmentId }), 400, "invalid_request");
      expect(paths(problem)).toEqual(["segmentId"]);
    }
    expect(graph.current.calls).toEqual([]);
  });

  test.each([
    ["a token that is refused", { code: 190, status: 401 }, "accessToken", /token/],
    ["a token without permission", { code: 200, status: 403 }, "accessToken", /whatsapp_business_management/],
    ["a number that is not there", { code: 100, subcode: 33 }, "phoneNumberId", /phone number/],
  ])("says what to do about %s", async (_, fault, path, words) => {
    const { t, account, input } = await fixture();
    graph.current.fault(`GET /${account.number.id}`, fault, 9);
    const problem = await expectProblem(await register(t, input), 422, "graph_error");
    expect(paths(problem)).toEqual([path]);
    expect(problem.detail).toMatch(words);
    await nothingSaved(t, account.portfolioId);
  });

  test("says so when the token can't see the account", async () => {
    const { t, account, input } = await fixture();
    const problem = await expectProblem(await register(t, { ...input, wabaId: "404404" }), 422, "graph_error");
    expect(paths(problem)).toEqual(["wabaId"]);
    await nothingSaved(t, account.portfolioId);
    await nothingSaved(t, "waba_404404");
  });

  test("waits for Meta to be back", async () => {
    const { t, account, input } = await fixture();
    graph.current.fault("GET", "cut", 2);
    await expectProblem(await register(t, input), 502, "graph_unreachable");
    await nothingSaved(t, account.portfolioId);
  });

  test("keeps the token and the number out of the answer", async () => {
    const { t, input, account } = await fixture();
    const message = `Invalid OAuth access token ${TOKEN} for ${account.number.id}`;
    graph.current.fault("GET", { code: 190, status: 401, message });
    const text = await (await register(t, input)).text();
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(account.number.id);
  });

  test("is a conflict when the number is registered, by whichever tenant", async () => {
    const { t, account, input } = await fixture();
    const { id } = await registered(t, input);
    await expectProblem(await register(t, input), 409, "conflict");
    const other = await aTenant();
    const segmentId = (await aSegment(other)).id;
    await expectProblem(await register(other, { ...input, segmentId }), 409, "conflict");
    expect(await linesOf(other)).toEqual([]);
    const overview = await portfolioOf(account.portfolioId ?? "").overview();
    expect(overview.lines.map(({ lineId }) => lineId)).toEqual([id]);
  });

  test("ten at once for one number are one line", async () => {
    const { t, account, input } = await fixture();
    const responses = await Promise.all(Array.from({ length: 10 }, () => register(t, input)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    const [row] = await linesOf(t);
    const overview = await portfolioOf(account.portfolioId ?? "").overview();
    expect(overview.lines.map(({ lineId }) => lineId)).toEqual([row?.id]);
  });

  test.each([
    ["wabaId", { wabaId: "12/34" }],
    ["phoneNumberId", { phoneNumberId: "+55 11" }],
    ["accessToken", { accessToken: "" }],
    ["kind", { kind: "both" }],
  ])("has a wrong %s", async (path, wrong) => {
    const { t, input } = await fixture();
    const problem = await expectProblem(await register(t, { ...input, ...wrong }), 400, "invalid_request");
    expect(paths(problem)).toEqual([path]);
  });

  test("needs the scope", async () => {
    const { t, input } = await fixture();
    const { key } = await anApiKey(t, { scopes: ["catalogue:read"] });
    await expectProblem(await callWith(key)("POST", "/v1/lines", input), 403, "forbidden");
  });
});
