import { describe, expect, test, vi } from "vitest";
import { makeGraphManagement } from "#adapters/meta/management.ts";
import { fakeNumber, fakeTemplate, useFakeGraph } from "../../support/fake-graph.ts";

const graph = useFakeGraph();
const TIMEOUT_MS = 15_000;
const TOKEN = "EAAB1token2of3a4system5user6";
const management = makeGraphManagement(
  { baseUrl: "http://graph.test/", version: "v25.0" },
  { timeoutMs: TIMEOUT_MS, retryPauseMs: 1 },
);
const number = (id: string) => management.phoneNumber(TOKEN, id);
const listed = async (id: string) => {
  const list = await management.templates(TOKEN, id);
  return list.ok ? list.value.map(({ name }) => name) : list.error;
};
const template = {
  name: "promo",
  language: "pt_BR",
  category: "MARKETING",
  parameterFormat: "POSITIONAL" as const,
  components: [{ type: "BODY", text: "Oi" }],
};

describe("a number", () => {
  test("is read in one call, with the token in the header only", async () => {
    const { number } = graph.current.account(TOKEN);
    expect(await management.phoneNumber(TOKEN, number.id)).toEqual({
      ok: true,
      value: {
        displayPhoneNumber: number.display_phone_number,
        verifiedName: "Acme",
        quality: "GREEN",
        status: "CONNECTED",
        ratePerSecond: 80,
        limitTier: "TIER_2K",
        limit: 2_000,
        blocked: null,
      },
    });
    expect(graph.current.log).toEqual([`GET /${number.id}`]);
    expect(graph.current.calls[0]?.token).toBe(TOKEN);
    expect(JSON.stringify(graph.current.calls[0]?.query)).not.toContain(TOKEN);
  });

  test.each([
    [{ throughput: { level: "HIGH" } }, { ratePerSecond: 1_000 }],
    [{ throughput: { level: "NOT_APPLICABLE" } }, { ratePerSecond: 20 }],
    [{ throughput: { level: "HIGH" }, is_on_biz_app: true }, { ratePerSecond: 20 }],
    [{ throughput: undefined }, { ratePerSecond: null }],
    [{ throughput: { level: "SOMETHING_NEW" } }, { ratePerSecond: 80 }],
    [{ quality_rating: "RED" }, { quality: "RED" }],
    [{ quality_rating: "NA" }, { quality: "UNKNOWN" }],
    [{ quality_rating: undefined }, { quality: null }],
    [{ status: "FLAGGED" }, { status: "FLAGGED" }],
    [{ status: "NEVER_HEARD_OF" }, { status: "NEVER_HEARD_OF" }],
    [{ status: undefined }, { status: null }],
    [
      { verified_name: undefined, display_phone_number: null },
      { verifiedName: null, displayPhoneNumber: null },
    ],
    [{ whatsapp_business_manager_messaging_limit: "TIER_UNLIMITED" }, { limit: "unlimited" }],
    [
      { whatsapp_business_manager_messaging_limit: undefined, messaging_limit_tier: "TIER_10K" },
      { limit: 10_000, limitTier: "TIER_10K" },
    ],
    [
      { whatsapp_business_manager_messaging_limit: "TIER_NOT_SET", messaging_limit_tier: "TIER_250" },
      { limit: 250, limitTier: "TIER_250" },
    ],
    [{ health_status: { can_send_message: "LIMITED", entities: [] } }, { blocked: null }],
    [{ health_status: { can_send_message: "BLOCKED", entities: "odd" } }, { blocked: "no reason given" }],
    [{ health_status: 7 }, { blocked: null }],
    [{ whatsapp_business_manager_messaging_limit: "TIER_NOT_SET" }, { limit: null, limitTier: "TIER_NOT_SET" }],
    [{ whatsapp_business_manager_messaging_limit: undefined }, { limit: null, limitTier: null }],
  ])("with %j gives %j", async (fields, expected) => {
    const account = graph.current.account(TOKEN);
    account.numbers.push(fakeNumber({ id: "777", ...fields }));
    expect(await number("777")).toMatchObject({ ok: true, value: expected });
  });

  const whole = {
    displayPhoneNumber: "+55 11 4000-777",
    verifiedName: "Acme",
    quality: "YELLOW",
    status: "FLAGGED",
    ratePerSecond: 1_000,
    limitTier: "TIER_2K",
    limit: 2_000,
    blocked: null,
  };
  const rich = () =>
    fakeNumber({
      id: "777",
      quality_rating: "YELLOW",
      status: "FLAGGED",
      throughput: { level: "HIGH" },
      messaging_limit_tier: "TIER_1K",
    });

  test.each<[string, object]>([
    ["messaging_limit_tier", {}],
    ["whatsapp_business_manager_messaging_limit", { limit: 1_000, limitTier: "TIER_1K" }],
    ["is_on_biz_app", {}],
    ["throughput", { ratePerSecond: null }],
    ["quality_rating", { quality: null }],
    ["status", { status: null }],
    ["verified_name", { verifiedName: null }],
    ["display_phone_number", { displayPhoneNumber: null }],
  ])("that is refused over %s loses nothing but that", async (field, lost) => {
    const account = graph.current.account(TOKEN);
    account.numbers.push(rich());
    graph.current.missingFields.add(field);
    expect(await number("777")).toEqual({ ok: true, value: { ...whole, ...lost } });
    expect(graph.current.calls).toHaveLength(2);
    // Also where Meta does not say which field it was, or that the token may not read it.
    const [mute, forbidden] = [{ code: 100 }, { code: 10, status: 403 }];
    for (const fault of [mute, forbidden]) {
      graph.current.missingFields.clear();
      graph.current.fault(new RegExp(`[=C]${field}(%2C|$)`), fault, 99);
      expect(await number("777")).toEqual({ ok: true, value: { ...whole, ...lost } });
      graph.current.noFaults();
    }
  });

  test("that is refused over several fields loses nothing but those", async () => {
    const account = graph.current.account(TOKEN);
    account.numbers.push(rich());
    graph.current.missingFields.add("throughput").add("messaging_limit_tier").add("is_on_biz_app");
    expect(await number("777")).toEqual({ ok: true, value: { ...whole, ratePerSecond: null } });
  });

  test("that is refused as a whole is a refusal, whatever its code", async () => {
    const account = graph.current.account(TOKEN);
    account.numbers.push(rich());
    graph.current.fault("GET", { code: 200, status: 403 }, 99);
    expect(await number("777")).toMatchObject({ ok: false, error: { kind: "refused", code: 200 } });
    expect(graph.current.calls).toHaveLength(2);
  });

  test("that the token can't see is one refusal, not asked for again", async () => {
    graph.current.account(TOKEN);
    expect(await number("404")).toMatchObject({ ok: false, error: { kind: "refused", code: 100 } });
    expect(graph.current.calls).toHaveLength(1);
  });

  test("keeps the path its own: an id can't reach another address", async () => {
    graph.current.account(TOKEN);
    await number("1/../2?fields=x");
    expect(graph.current.log).toEqual(["GET /1%2F..%2F2%3Ffields%3Dx"]);
  });
});

describe("a failure", () => {
  test("has Meta's code and no token, number or message id in its text", async () => {
    const account = graph.current.account(TOKEN);
    const message = `Token ${TOKEN} refused for +55 11 98765-4321, see wamid.HBgNNTUxMTk4NzY1NDMyMQ==`;
    graph.current.fault("GET", { code: 190, status: 401, message });
    const answer = await number(account.number.id);
    expect(answer).toMatchObject({ ok: false, error: { kind: "refused", code: 190 } });
    for (const secret of [TOKEN, "98765", "wamid.H"]) expect(JSON.stringify(answer)).not.toContain(secret);
  });

  test.each([
    ["HTTP 502 with a page of HTML", { status: 502, text: "<html>Bad gateway</html>" }],
    ["HTTP 200 with a page of HTML", { status: 200, text: "<html>Log in</html>" }],
    ["HTTP 500 with Meta's own fault", { code: 2, status: 503 }],
    ["a cut connection", "cut" as const],
    ["headers that never come", "no headers" as const],
    ["a body that never comes", "no body" as const],
  ])("%s: a GET is tried once more, and no more than that", async (_, fault) => {
    const { number: own } = graph.current.account(TOKEN);
    graph.current.fault("GET", fault);
    expect(await number(own.id)).toMatchObject({ ok: true });
    expect(graph.current.calls).toHaveLength(2);
    graph.current.fault("GET", fault, 5);
    expect(await number(own.id)).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    expect(graph.current.calls).toHaveLength(4);
    // Each try has its own time, headers and body together.
    expect(vi.mocked(AbortSignal.timeout).mock.calls).toEqual(Array.from({ length: 4 }, () => [TIMEOUT_MS]));
  });

  test.each([
    ["a page of HTML", { status: 502, text: "<html>Bad gateway</html>" }],
    ["a cut connection", "cut" as const],
    ["no answer", "no headers" as const],
  ])("%s: a POST is never tried again, for it may have done its work", async (_, fault) => {
    const account = graph.current.account(TOKEN);
    graph.current.fault("POST", fault);
    const answer = await management.createTemplate(TOKEN, account.id, template);
    expect(answer).toMatchObject({ ok: false, error: { kind: "unreachable", code: null } });
    expect(graph.current.calls).toHaveLength(1);
  });

  test("an error of Meta's under HTTP 200 is one", async () => {
    const { number: own } = graph.current.account(TOKEN);
    graph.current.fault("GET", { status: 200, text: '{"error":{"code":190,"message":"expired"}}' });
    expect(await number(own.id)).toMatchObject({ ok: false, error: { kind: "refused", code: 190 } });
  });

  test("a missing permission under HTTP 500 is Meta's word, not an outage", async () => {
    const { number: own } = graph.current.account(TOKEN);
    graph.current.fault("GET", { code: 3, status: 500 });
    expect(await number(own.id)).toMatchObject({ ok: false, error: { kind: "refused", code: 3 } });
    expect(graph.current.calls).toHaveLength(1);
  });
});

describe("the portfolio of an account", () => {
  test("is the business that owns it", async () => {
    const account = graph.current.account(TOKEN);
    expect(await management.portfolioOf(TOKEN, account.id)).toEqual({ ok: true, value: account.portfolioId });
  });

  test("is not known when the answer leaves it out, the field is unknown or the account is not visible", async () => {
    const account = graph.current.account(TOKEN, { portfolioId: null });
    expect(await management.portfolioOf(TOKEN, account.id)).toEqual({ ok: true, value: null });
    expect(await management.portfolioOf(TOKEN, "404")).toEqual({ ok: true, value: null });
    graph.current.missingFields.add("owner_business_info");
    expect(await management.portfolioOf(TOKEN, account.id)).toEqual({ ok: true, value: null });
  });

  test("is a failure when the token is refused or nobody answers", async () => {
    const account = graph.current.account(TOKEN);
    expect(await management.portfolioOf("other", account.id)).toMatchObject({ ok: false, error: { code: 190 } });
    graph.current.fault("GET", "cut", 2);
    expect(await management.portfolioOf(TOKEN, account.id)).toMatchObject({
      ok: false,
      error: { kind: "unreachable" },
    });
  });
});

test("subscribing is one POST to the account", async () => {
  const account = graph.current.account(TOKEN);
  expect(await management.subscribe(TOKEN, account.id)).toEqual({ ok: true, value: undefined });
  expect(account.subscribed).toBe(true);
  expect(graph.current.log).toEqual([`POST /${account.id}/subscribed_apps`]);
});

describe("the list of templates", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => fakeTemplate({ id: `${i}`, name: `t${i}` }));

  test("is read to the last page, by cursor, from our own address", async () => {
    const account = graph.current.account(TOKEN, { templates: names(5) });
    graph.current.pageSize = 2;
    expect(await listed(account.id)).toEqual(["t0", "t1", "t2", "t3", "t4"]);
    expect(graph.current.calls.map(({ query }) => [query.limit, query.after])).toEqual([
      ["100", undefined],
      ["100", btoa("2")],
      ["100", btoa("4")],
    ]);
  });

  test("of one full page takes one call", async () => {
    const account = graph.current.account(TOKEN, { templates: names(100) });
    expect(await listed(account.id)).toHaveLength(100);
    expect(graph.current.calls).toHaveLength(1);
  });

  test("may be empty, and may come without paging", async () => {
    const account = graph.current.account(TOKEN);
    expect(await listed(account.id)).toEqual([]);
    graph.current.fault("GET", { status: 200, text: '{"data":[]}' });
    expect(await listed(account.id)).toEqual([]);
  });

  test("starts again once when Meta refuses its own cursor", async () => {
    const account = graph.current.account(TOKEN, { templates: names(3) });
    graph.current.pageSize = 2;
    graph.current.fault("GET", { code: 131059 });
    expect(await listed(account.id)).toEqual(["t0", "t1", "t2"]);
    graph.current.fault("GET", { code: 131059 }, 2);
    expect(await listed(account.id)).toMatchObject({ code: 131059 });
  });

  test("that leads back to a page it has given fails instead of going round", async () => {
    const account = graph.current.account(TOKEN);
    const page = { data: [], paging: { cursors: { after: "again" }, next: "http://graph.test/next" } };
    graph.current.fault("GET", { status: 200, text: JSON.stringify(page) }, 1_000);
    expect(await listed(account.id)).toMatchObject({ kind: "unreachable" });
    expect(graph.current.calls).toHaveLength(2);
  });

  test("that never ends is given up", async () => {
    const account = graph.current.account(TOKEN, { templates: names(1_000) });
    graph.current.pageSize = 1;
    expect(await listed(account.id)).toMatchObject({ kind: "unreachable" });
    expect(graph.current.calls).toHaveLength(400);
  });

  test("that breaks off is a failure, not a short list", async () => {
    const account = graph.current.account(TOKEN, { templates: names(3) });
    graph.current.pageSize = 2;
    graph.current.fault(/[?&]after=/, { code: 80007, status: 429 });
    expect(await listed(account.id)).toMatchObject({ kind: "refused", code: 80007 });
  });

  test("is read as it is when ids are numbers, fields are missing and an entry is strange", async () => {
    const account = graph.current.account(TOKEN);
    const data = [
      { id: 123, name: "a", language: "en_US", status: "approved", category: "utility" },
      { id: "9", nonsense: true },
      {
        id: "124",
        name: "b",
        language: "pt_BR",
        status: "REJECTED",
        category: "MARKETING",
        parameter_format: "named",
        rejected_reason: "PROMOTIONAL",
        components: [{ type: "BODY", text: "Oi {{nome}}", format: null, new_thing: 1 }],
      },
    ];
    graph.current.fault("GET", { status: 200, text: JSON.stringify({ data }) });
    expect(await management.templates(TOKEN, account.id)).toEqual({
      ok: true,
      value: [
        {
          metaId: "123",
          name: "a",
          language: "en_US",
          status: "APPROVED",
          category: "UTILITY",
          parameterFormat: null,
          components: [],
          rejectedReason: null,
        },
        {
          metaId: "124",
          name: "b",
          language: "pt_BR",
          status: "REJECTED",
          category: "MARKETING",
          parameterFormat: "NAMED",
          components: [{ type: "BODY", text: "Oi {{nome}}", new_thing: 1 }],
          rejectedReason: "PROMOTIONAL",
        },
      ],
    });
  });

  test("loses nothing but the field that Meta refuses", async () => {
    const templates = [fakeTemplate({ id: "1", name: "a", parameter_format: "NAMED", rejected_reason: "PROMOTIONAL" })];
    const account = graph.current.account(TOKEN, { templates });
    graph.current.missingFields.add("rejected_reason");
    const read = await management.templates(TOKEN, account.id);
    expect(read).toMatchObject({ ok: true, value: [{ name: "a", parameterFormat: "NAMED", rejectedReason: null }] });
    graph.current.missingFields.clear();
    graph.current.fault(/parameter_format/, { code: 100 }, 9);
    const least = await management.templates(TOKEN, account.id);
    expect(least).toMatchObject({ ok: true, value: [{ name: "a", parameterFormat: null, category: "MARKETING" }] });
  });
});

describe("creating a template", () => {
  test("posts what Meta documents and answers with what Meta made of it", async () => {
    const account = graph.current.account(TOKEN);
    graph.current.fault("POST", { status: 200, text: '{"id":"55","status":"PENDING","category":"UTILITY"}' });
    expect(await management.createTemplate(TOKEN, account.id, template)).toEqual({
      ok: true,
      value: { metaId: "55", status: "PENDING", category: "UTILITY" },
    });
    expect(graph.current.calls[0]?.body).toEqual({
      name: "promo",
      language: "pt_BR",
      category: "MARKETING",
      components: [{ type: "BODY", text: "Oi" }],
    });
  });

  test("names the format of named variables, and reads an answer with only an id", async () => {
    const account = graph.current.account(TOKEN);
    graph.current.fault("POST", { status: 200, text: '{"id":56}' });
    expect(await management.createTemplate(TOKEN, account.id, { ...template, parameterFormat: "NAMED" })).toEqual({
      ok: true,
      value: { metaId: "56", status: "PENDING", category: "MARKETING" },
    });
    expect(graph.current.calls[0]?.body).toMatchObject({ parameter_format: "NAMED" });
  });

  test("tells a refusal from an answer that says nothing", async () => {
    const account = graph.current.account(TOKEN);
    graph.current.fault("POST", { code: 2388072 });
    expect(await management.createTemplate(TOKEN, account.id, template)).toMatchObject({ error: { kind: "refused" } });
    graph.current.fault("POST", { status: 200, text: "{}" });
    expect(await management.createTemplate(TOKEN, account.id, template)).toMatchObject({
      error: { kind: "unreachable" },
    });
  });
});

test("no more than six calls are under way at a time, and all are made", async () => {
  const account = graph.current.account(TOKEN);
  await Promise.all(Array.from({ length: 20 }, () => management.portfolioOf(TOKEN, account.id)));
  expect(graph.current.calls).toHaveLength(20);
  expect(graph.current.peak).toBe(6);
});
