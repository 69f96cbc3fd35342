import { describe, expect, test } from "vitest";
import * as linesAnswers from "#http/lines/lines.schema.ts";
import * as answers from "#http/templates/templates.schema.ts";
import { aLine, anApiKey, aSegment, aTemplate, aTenant, callWith, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { fakeTemplate, useFakeGraph } from "../../support/fake-graph.ts";

const graph = useFakeGraph();
/** What the builders seal into a line. */
const TOKEN = "line-token";

/** A tenant with a line in an account at Meta. */
async function fixture() {
  const t = await aTenant();
  const account = graph.current.account(TOKEN);
  const line = await aLine(t, { wabaId: account.id, phoneNumberId: account.number.id });
  const offer = (name: string, overrides: Partial<Parameters<typeof fakeTemplate>[0]> = {}) => {
    const template = fakeTemplate({ id: graph.current.nextId(), name, ...overrides });
    account.templates.push(template);
    return template;
  };
  return { t, account, line, offer };
}
const sync = async (t: TestTenant, body: object = {}) =>
  expectBody(await t.call("POST", "/v1/templates/sync", body), 200, answers.templateSyncResult);
const list = async (t: TestTenant, query = "") =>
  (await expectBody(await t.call("GET", `/v1/templates${query}`), 200, answers.templateList)).data;
const names = async (t: TestTenant, query = "") => (await list(t, query)).map(({ name }) => name).sort();
const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/templates/${id}`), 200, answers.template);
const named = async (t: TestTenant, name: string) => {
  const template = (await list(t)).find((each) => each.name === name);
  if (!template) throw new Error(`no template ${name}`);
  return template;
};
const narrow = (t: TestTenant, id: string, lineIds: string[]) => t.call("PATCH", `/v1/templates/${id}`, { lineIds });
const none = { created: 0, updated: 0, unchanged: 0, removed: 0 };

describe("a sync", () => {
  test("takes every page and says what changed", async () => {
    const { t, account, offer } = await fixture();
    graph.current.pageSize = 2;
    for (const name of ["a", "b", "c"]) offer(name);
    expect(await sync(t)).toEqual({ ...none, created: 3 });
    expect(await sync(t)).toEqual({ ...none, unchanged: 3 });
    Object.assign(account.templates[1] ?? {}, { status: "PAUSED" });
    account.templates.shift();
    offer("d");
    expect(await sync(t)).toEqual({ created: 1, updated: 1, unchanged: 1, removed: 1 });
    expect(await names(t)).toEqual(["b", "c", "d"]);
    expect(await named(t, "b")).toMatchObject({ status: "PAUSED" });
  });

  test("shows a template with its variables as they are filled", async () => {
    const { t, account, line, offer } = await fixture();
    offer("cobranca", {
      category: "UTILITY",
      components: [
        { type: "HEADER", format: "IMAGE", example: { header_handle: ["https://cdn.test/1"] } },
        { type: "BODY", text: "Oi {{1}}, {{2}}", example: { body_text: [["Ana", "R$ 10"]] } },
        { type: "BUTTONS", buttons: [{ type: "URL", text: "Ver", url: "https://a.test/{{1}}" }] },
      ],
    });
    await sync(t);
    const template = await named(t, "cobranca");
    expect(template).toMatchObject({
      wabaId: account.id,
      language: "pt_BR",
      category: "UTILITY",
      status: "APPROVED",
      parameterFormat: "POSITIONAL",
      lineIds: [line.id],
      rejectedReason: null,
      unsupported: null,
    });
    expect(template.variables.map(({ key, component, example }) => [key, component, example])).toEqual([
      ["header.media", "header", "https://cdn.test/1"],
      ["body.1", "body", "Ana"],
      ["body.2", "body", "R$ 10"],
      ["button.0.1", "button", null],
    ]);
    expect(await read(t, template.id)).toEqual(template);
  });

  test("keeps one that can't be sent yet, and says why; and why Meta rejected one", async () => {
    const { t, offer } = await fixture();
    offer("carousel", {
      components: [
        { type: "BODY", text: "Oi" },
        { type: "CAROUSEL", cards: [] },
      ],
    });
    offer("bad", { status: "REJECTED", rejected_reason: "PROMOTIONAL" });
    await sync(t);
    expect((await named(t, "carousel")).unsupported).toMatch(/carousel/);
    expect(await named(t, "bad")).toMatchObject({ status: "REJECTED", rejectedReason: "PROMOTIONAL" });
  });

  test("keeps the id of one that comes back, and of one that was made anew under its name", async () => {
    const { t, account, offer } = await fixture();
    offer("a");
    await sync(t);
    const { id } = await named(t, "a");
    const [gone] = account.templates.splice(0);
    expect(await sync(t)).toEqual({ ...none, removed: 1 });
    expect(await list(t)).toEqual([]);
    expect(await read(t, id)).toMatchObject({ name: "a", status: "DELETED" });
    expect(await sync(t)).toEqual(none);
    account.templates.push({ ...(gone ?? fakeTemplate({ id: "", name: "a" })), id: graph.current.nextId() });
    expect(await sync(t)).toEqual({ ...none, updated: 1 });
    expect(await named(t, "a")).toMatchObject({ id, status: "APPROVED" });
  });

  test("of 1500 templates is whole, with all links", async () => {
    const { t, line, offer } = await fixture();
    const text = "Olá {{1}} ".repeat(100);
    for (let i = 0; i < 1_500; i++) offer(`t${i}`, { components: [{ type: "BODY", text }] });
    expect(await sync(t)).toEqual({ ...none, created: 1_500 });
    expect(await sync(t)).toEqual({ ...none, unchanged: 1_500 });
    expect(await list(t, `?lineId=${line.id}&limit=200`)).toHaveLength(200);
    expect(await names(t, `?lineId=${line.id}&q=t1499`)).toEqual(["t1499"]);
  });

  test("of one account leaves the others alone", async () => {
    const { t, account, offer } = await fixture();
    offer("here");
    const other = graph.current.account(TOKEN, { templates: [fakeTemplate({ id: "1", name: "there" })] });
    await aLine(t, { wabaId: other.id, phoneNumberId: other.number.id });
    expect(await sync(t, { wabaId: account.id })).toEqual({ ...none, created: 1 });
    expect(await sync(t)).toEqual({ ...none, created: 1, unchanged: 1 });
    expect(await names(t, `?wabaId=${other.id}`)).toEqual(["there"]);
  });

  test("that fails for one account syncs the others, and names it", async () => {
    const { t, account, offer } = await fixture();
    offer("here");
    const broken = graph.current.account(TOKEN);
    await aLine(t, { wabaId: broken.id, phoneNumberId: broken.number.id });
    graph.current.fault(`GET /${broken.id}`, { code: 80007, status: 429 });
    const problem = await expectProblem(await t.call("POST", "/v1/templates/sync", {}), 422, "graph_error");
    expect(problem.errors?.map(({ path }) => path)).toEqual([broken.id]);
    expect(await names(t, `?wabaId=${account.id}`)).toEqual(["here"]);
  });

  test("that breaks off half way changes nothing", async () => {
    const { t, offer } = await fixture();
    for (const name of ["a", "b", "c"]) offer(name);
    await sync(t);
    graph.current.pageSize = 2;
    graph.current.fault(/[?&]after=/, "cut", 2);
    await expectProblem(await t.call("POST", "/v1/templates/sync", {}), 502, "graph_unreachable");
    expect(await names(t)).toEqual(["a", "b", "c"]);
  });

  test("asks with the token of another line of the account when the first is refused", async () => {
    const { t, account, offer } = await fixture();
    offer("a");
    await aLine(t, { wabaId: account.id });
    graph.current.fault("GET", { code: 190, status: 401 });
    expect(await sync(t)).toEqual({ ...none, created: 1 });
    graph.current.fault("GET", { code: 190, status: 401 }, 2);
    await expectProblem(await t.call("POST", "/v1/templates/sync", {}), 422, "graph_error");
  });

  test("without any line is nothing to do; of an account without a line of one's own it is a mistake", async () => {
    const { account } = await fixture();
    const t = await aTenant();
    expect(await sync(t)).toEqual(none);
    const problem = await expectProblem(
      await t.call("POST", "/v1/templates/sync", { wabaId: account.id }),
      400,
      "invalid_request",
    );
    expect(problem.errors?.map(({ path }) => path)).toEqual(["wabaId"]);
    expect(graph.current.calls).toEqual([]);
  });

  test("of two at the same time leaves one of each template", async () => {
    const { t, offer } = await fixture();
    for (const name of ["a", "b", "c"]) offer(name);
    await Promise.all([sync(t), sync(t), sync(t)]);
    expect(await names(t)).toEqual(["a", "b", "c"]);
    for (const { lineIds } of await list(t)) expect(lineIds).toHaveLength(1);
  });
});

describe("the lines of a template", () => {
  test("are all of its account's when it is new", async () => {
    const { t, account, line, offer } = await fixture();
    const second = await aLine(t, { wabaId: account.id });
    await aLine(t);
    offer("a");
    await sync(t, { wabaId: account.id });
    expect((await named(t, "a")).lineIds).toEqual([line.id, second.id]);
  });

  test("stay narrowed by the tenant, whatever is synced", async () => {
    const { t, account, line, offer } = await fixture();
    await aLine(t, { wabaId: account.id });
    const template = offer("a");
    await sync(t);
    const { id } = await named(t, "a");
    const answer = await expectBody(await narrow(t, id, [line.id]), 200, answers.template);
    expect(answer.lineIds).toEqual([line.id]);
    await sync(t);
    template.status = "PAUSED";
    await sync(t);
    account.templates = [];
    await sync(t);
    account.templates = [template];
    await sync(t);
    expect((await read(t, id)).lineIds).toEqual([line.id]);
  });

  test("may be none, and may be widened again", async () => {
    const { t, line, offer } = await fixture();
    offer("a");
    await sync(t);
    const { id } = await named(t, "a");
    expect((await expectBody(await narrow(t, id, []), 200, answers.template)).lineIds).toEqual([]);
    await sync(t);
    expect((await read(t, id)).lineIds).toEqual([]);
    expect((await expectBody(await narrow(t, id, [line.id, line.id]), 200, answers.template)).lineIds).toEqual([
      line.id,
    ]);
  });

  test("gain a new line of the account only where they were not narrowed", async () => {
    const { t, account, line, offer } = await fixture();
    const second = await aLine(t, { wabaId: account.id });
    offer("open");
    offer("narrowed");
    await sync(t);
    await narrow(t, (await named(t, "narrowed")).id, [second.id]);
    const phoneNumberId = graph.current.nextId();
    account.numbers.push({ ...account.number, id: phoneNumberId });
    const added = await expectBody(
      await t.call("POST", "/v1/lines", {
        segmentId: line.segmentId,
        kind: "prospect",
        wabaId: account.id,
        phoneNumberId,
        accessToken: TOKEN,
      }),
      201,
      linesAnswers.line,
    );
    expect((await named(t, "open")).lineIds).toEqual([line.id, second.id, added.id].sort());
    expect((await named(t, "narrowed")).lineIds).toEqual([second.id]);
  });

  test("can't be another account's or another tenant's", async () => {
    const { t, account, line, offer } = await fixture();
    offer("a");
    await sync(t);
    const { id } = await named(t, "a");
    const elsewhere = await aLine(t);
    const foreign = await aLine(await aTenant(), { wabaId: account.id });
    const lineIds = [line.id, elsewhere.id, foreign.id];
    const problem = await expectProblem(await narrow(t, id, lineIds), 400, "invalid_request");
    expect(problem.errors?.map(({ path }) => path)).toEqual(["lineIds.1", "lineIds.2"]);
    expect((await read(t, id)).lineIds).toEqual([line.id]);
  });
});

describe("the list of templates", () => {
  test("can be asked for by status, account, segment, line and part of the name", async () => {
    const t = await aTenant();
    const line = await aLine(t, { wabaId: "111" });
    await aTemplate(t, { name: "promo_julho", wabaId: "111", lineIds: [line.id] });
    await aTemplate(t, { name: "promo_agosto", wabaId: "111", status: "PAUSED" });
    await aTemplate(t, { name: "aviso", wabaId: "222" });
    expect(await names(t)).toEqual(["aviso", "promo_agosto", "promo_julho"]);
    expect(await names(t, "?status=PAUSED")).toEqual(["promo_agosto"]);
    expect(await names(t, "?status=approved&wabaId=111")).toEqual(["promo_julho"]);
    expect(await names(t, `?segmentId=${line.segmentId}`)).toEqual(["promo_julho"]);
    expect(await names(t, `?lineId=${line.id}`)).toEqual(["promo_julho"]);
    expect(await names(t, "?q=PROMO_")).toEqual(["promo_agosto", "promo_julho"]);
    expect(await names(t, `?q=${encodeURIComponent("%")}`)).toEqual([]);
    expect(await names(t, `?q=${"x".repeat(100)}`)).toEqual([]);
    expect(await names(t, `?segmentId=${(await aSegment(t)).id}`)).toEqual([]);
  });

  test("comes newest first, in pages", async () => {
    const t = await aTenant();
    for (const name of ["a", "b", "c"]) await aTemplate(t, { name });
    const first = await expectBody(await t.call("GET", "/v1/templates?limit=2"), 200, answers.templateList);
    expect(first.data.map(({ name }) => name)).toEqual(["c", "b"]);
    const rest = await expectBody(
      await t.call("GET", `/v1/templates?limit=2&cursor=${first.nextCursor}`),
      200,
      answers.templateList,
    );
    expect(rest.data.map(({ name }) => name)).toEqual(["a"]);
    expect(rest.nextCursor).toBeNull();
  });

  test("has nobody else's templates, and their ids are not found", async () => {
    const t = await aTenant();
    const other = await aTenant();
    const line = await aLine(other);
    const foreign = await aTemplate(other, { wabaId: line.wabaId, lineIds: [line.id] });
    expect(await list(t)).toEqual([]);
    expect(await list(t, `?lineId=${line.id}`)).toEqual([]);
    await expectProblem(await t.call("GET", `/v1/templates/${foreign.id}`), 404, "not_found");
    await expectProblem(await narrow(t, foreign.id, []), 404, "not_found");
    expect((await read(other, foreign.id)).lineIds).toEqual([line.id]);
  });

  test("of two tenants with one account is each one's own", async () => {
    const { t, account, offer } = await fixture();
    offer("a");
    await sync(t);
    const other = await aTenant();
    const line = await aLine(other, { wabaId: account.id });
    await sync(other);
    expect((await list(other)).map(({ lineIds }) => lineIds)).toEqual([[line.id]]);
    expect((await named(other, "a")).id).not.toBe((await named(t, "a")).id);
  });
});

describe("submitting a template", () => {
  const promo = (wabaId: string) => ({
    wabaId,
    name: "promo_julho",
    language: "pt_BR",
    category: "UTILITY",
    parameterFormat: "NAMED",
    components: [
      {
        type: "BODY",
        text: "Oi {{nome}}",
        example: { body_text_named_params: [{ param_name: "nome", example: "Ana" }] },
      },
    ],
  });

  test("posts it to Meta and answers with Meta's status and category", async () => {
    const { t, account, line } = await fixture();
    graph.current.fault("POST", { status: 200, text: '{"id":"77","status":"PENDING","category":"MARKETING"}' });
    const template = await expectBody(await t.call("POST", "/v1/templates", promo(account.id)), 201, answers.template);
    expect(template).toMatchObject({
      wabaId: account.id,
      name: "promo_julho",
      status: "PENDING",
      category: "MARKETING",
      parameterFormat: "NAMED",
      lineIds: [line.id],
      variables: [{ key: "body.nome", example: "Ana" }],
    });
    const { wabaId: _, parameterFormat: __, ...sent } = promo(account.id);
    expect(graph.current.calls[0]?.body).toEqual({ ...sent, parameter_format: "NAMED" });
    expect(await read(t, template.id)).toEqual(template);
  });

  test("is one template with what a sync finds later", async () => {
    const { t, account } = await fixture();
    const { id } = await expectBody(await t.call("POST", "/v1/templates", promo(account.id)), 201, answers.template);
    Object.assign(account.templates[0] ?? {}, { status: "APPROVED" });
    expect(await sync(t)).toEqual({ ...none, updated: 1 });
    expect(await named(t, "promo_julho")).toMatchObject({ id, status: "APPROVED" });
  });

  test("twice with the same Idempotency-Key reaches Meta once", async () => {
    const { t, account } = await fixture();
    const headers = { "Idempotency-Key": "promo" };
    const first = await (await t.call("POST", "/v1/templates", promo(account.id), headers)).text();
    const second = await t.call("POST", "/v1/templates", promo(account.id), headers);
    expect([second.status, await second.text()]).toEqual([201, first]);
    expect(account.templates).toHaveLength(1);
  });

  test("under a name that is taken is a conflict, and Meta is not asked; in another language it is not", async () => {
    const { t, account } = await fixture();
    await expectBody(await t.call("POST", "/v1/templates", promo(account.id)), 201, answers.template);
    await expectProblem(await t.call("POST", "/v1/templates", promo(account.id)), 409, "conflict");
    expect(account.templates).toHaveLength(1);
    const hyphen = { ...promo(account.id), language: "pt-br" };
    await expectProblem(await t.call("POST", "/v1/templates", hyphen), 409, "conflict");
    const english = { ...promo(account.id), language: "en_US" };
    await expectBody(await t.call("POST", "/v1/templates", english), 201, answers.template);
  });

  test("that Meta refuses says why and leaves nothing", async () => {
    const { t, account } = await fixture();
    graph.current.fault("POST", { code: 2388072, message: "Body text has too many variables" });
    const problem = await expectProblem(await t.call("POST", "/v1/templates", promo(account.id)), 422, "graph_error");
    expect(problem.detail).toContain("Body text has too many variables");
    expect(problem.errors?.map(({ path }) => path)).toEqual(["components"]);
    expect(await list(t)).toEqual([]);
  });

  test("whose answer is lost may be at Meta: it is not sent again, and a sync shows it", async () => {
    const { t, account, offer } = await fixture();
    graph.current.fault("POST", "cut");
    const response = await t.call("POST", "/v1/templates", promo(account.id));
    expect((await expectProblem(response, 502, "graph_unreachable")).detail).toMatch(/sync/);
    expect(graph.current.calls).toHaveLength(1);
    offer("promo_julho");
    expect(await sync(t)).toEqual({ ...none, created: 1 });
  });

  test("needs a line in the account", async () => {
    const { account } = await fixture();
    const t = await aTenant();
    const problem = await expectProblem(
      await t.call("POST", "/v1/templates", promo(account.id)),
      400,
      "invalid_request",
    );
    expect(problem.errors?.map(({ path }) => path)).toEqual(["wabaId"]);
    expect(graph.current.calls).toEqual([]);
  });

  test.each([
    ["name", { name: "Promo Julho" }],
    ["category", { category: "FREE_SERVICE" }],
    ["components", { components: [] }],
  ])("has a wrong %s", async (path, wrong) => {
    const { t, account } = await fixture();
    const response = await t.call("POST", "/v1/templates", { ...promo(account.id), ...wrong });
    const problem = await expectProblem(response, 400, "invalid_request");
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
  });

  test("needs the scope, as does a sync", async () => {
    const { t, account } = await fixture();
    const { key } = await anApiKey(t, { scopes: ["catalogue:read"] });
    await expectProblem(await callWith(key)("POST", "/v1/templates", promo(account.id)), 403, "forbidden");
    await expectProblem(await callWith(key)("POST", "/v1/templates/sync", {}), 403, "forbidden");
  });
});
