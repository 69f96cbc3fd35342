import { env } from "cloudflare:workers";
import { count, eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { makeSealer } from "#adapters/crypto/seal.ts";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { templateLines } from "#adapters/d1/schema/templates.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { makeApp } from "#http/app.ts";
import * as answers from "#http/lines/lines.schema.ts";
import * as portfoliosAnswers from "#http/lines/portfolios.schema.ts";
import { syncLine } from "#services/lines/lines.ts";
import { aCampaign, aLine, aSegment, aTemplate, aTenant, orm, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { useFakeGraph } from "../../support/fake-graph.ts";

const graph = useFakeGraph();
/** What the builders seal into a line. */
const TOKEN = "line-token";

/** A line in D1 and in its portfolio's object, with its number at Meta. */
async function aLivingLine(t: TestTenant, overrides: Parameters<typeof aLine>[1] = {}) {
  const account = graph.current.account(TOKEN);
  const line = await aLine(t, {
    wabaId: account.id,
    phoneNumberId: account.number.id,
    portfolioId: account.portfolioId ?? "",
    ...overrides,
  });
  const portfolio = portfolioOf(line.portfolioId);
  const { id: lineId, tenantId, phoneNumberId, sealedToken, status } = line;
  const fields = { status, quality: line.qualityRating, ratePerSecond: line.throughputPerSecond };
  await portfolio.putLine({ lineId, tenantId, phoneNumberId, sealedToken, ...fields });
  return { line, portfolio, number: account.number };
}
const portfolioOf = (id: string) => makeDeps(env).portfolio(id);
const linksOf = async (lineId: string) => orm.select().from(templateLines).where(eq(templateLines.lineId, lineId));
const readLine = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/lines/${id}`), 200, answers.line);
const paths = (problem: { errors?: { path: string }[] | undefined }) => problem.errors?.map(({ path }) => path);

describe("the list of lines", () => {
  test("comes newest first, by segment and kind, in pages", async () => {
    const t = await aTenant();
    const segmentId = (await aSegment(t)).id;
    const a = await aLine(t, { segmentId });
    const b = await aLine(t, { segmentId, kind: "receptive" });
    const c = await aLine(t);
    const ids = async (query: string) =>
      (await expectBody(await t.call("GET", `/v1/lines${query}`), 200, answers.lineList)).data.map(({ id }) => id);
    expect(await ids("")).toEqual([c.id, b.id, a.id]);
    expect(await ids(`?segmentId=${segmentId}`)).toEqual([b.id, a.id]);
    expect(await ids("?kind=receptive")).toEqual([b.id]);
    const first = await expectBody(await t.call("GET", "/v1/lines?limit=2"), 200, answers.lineList);
    expect(first.data.map(({ id }) => id)).toEqual([c.id, b.id]);
    expect(await ids(`?limit=2&cursor=${first.nextCursor}`)).toEqual([a.id]);
  });

  test("has nobody else's lines, and their ids are not found", async () => {
    const t = await aTenant();
    const foreign = await aLine(await aTenant());
    const list = await expectBody(await t.call("GET", "/v1/lines"), 200, answers.lineList);
    expect(list.data).toEqual([]);
    await expectProblem(await t.call("GET", `/v1/lines/${foreign.id}`), 404, "not_found");
    await expectProblem(await t.call("PATCH", `/v1/lines/${foreign.id}`, { name: "mine" }), 404, "not_found");
    await expectProblem(await t.call("POST", `/v1/lines/${foreign.id}/sync`), 404, "not_found");
    await expectProblem(await t.call("DELETE", `/v1/lines/${foreign.id}`), 404, "not_found");
    expect(await orm.select().from(lines).where(eq(lines.id, foreign.id)).get()).toEqual(foreign);
    expect(graph.current.calls).toEqual([]);
  });
});

describe("a line's health", () => {
  test("is bad when Meta disconnected the number or its quality is red", async () => {
    const t = await aTenant();
    const off = await aLine(t, { status: "DISCONNECTED" });
    const red = await aLine(t, { qualityRating: "RED" });
    expect((await readLine(t, off.id)).health).toEqual({ usable: false, reason: "not_connected" });
    expect((await readLine(t, red.id)).health).toEqual({ usable: false, reason: "quality_red" });
  });

  test("tells of a cooldown, why and since when", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    await portfolio.setCooldown(line.id, { reason: "spam_limited", since: 1_000, until: null });
    expect((await readLine(t, line.id)).health).toEqual({
      usable: false,
      reason: "spam_limited",
      since: "1970-01-01T00:00:01.000Z",
    });
  });

  test("comes from what was last heard when the portfolio's object can't be asked", async () => {
    const t = await aTenant();
    const line = await aLine(t);
    const unreachable = () => Promise.reject(new Error("object is overloaded"));
    const deps = makeDeps(env);
    const broken: Deps = {
      ...deps,
      portfolio: (id) => Object.assign(Object.create(deps.portfolio(id)), { overview: unreachable }),
    };
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
    const request = new Request("http://api.test/v1/lines", { headers: { Authorization: `Bearer ${t.apiKey}` } });
    const list = await expectBody(await makeApp(() => broken).fetch(request, env), 200, answers.lineList);
    expect(list.data.map(({ id, health }) => [id, health])).toEqual([[line.id, { usable: true }]]);
    expect(warnings).toHaveBeenCalledWith(expect.objectContaining({ event: "portfolio_not_asked" }));
  });
});

describe("syncing a line", () => {
  const sync = async (t: TestTenant, id: string) =>
    expectBody(await t.call("POST", `/v1/lines/${id}/sync`), 200, answers.line);

  test("takes over what Meta says now, and tells the portfolio", async () => {
    const t = await aTenant();
    const { line, portfolio, number } = await aLivingLine(t);
    Object.assign(number, {
      quality_rating: "YELLOW",
      status: "FLAGGED",
      throughput: { level: "HIGH" },
      display_phone_number: "+55 11 91234-5678",
      verified_name: "Acme S.A.",
      whatsapp_business_manager_messaging_limit: "TIER_UNLIMITED",
    });
    expect(await sync(t, line.id)).toMatchObject({
      qualityRating: "YELLOW",
      status: "FLAGGED",
      throughputPerSecond: 1_000,
      displayPhoneNumber: "+55 11 91234-5678",
      verifiedName: "Acme S.A.",
      messagingLimitTier: "TIER_UNLIMITED",
      health: { usable: true },
    });
    const overview = await portfolio.overview();
    expect(overview.messagingLimit).toBe("unlimited");
    expect(overview.lines).toMatchObject([{ status: "FLAGGED", quality: "YELLOW", ratePerSecond: 1_000 }]);
    const row = await orm.select().from(lines).where(eq(lines.id, line.id)).get();
    expect(row?.digits).toBe("5511912345678");
  });

  test("keeps what was known where Meta refuses a field, in D1 and in the portfolio", async () => {
    const t = await aTenant();
    const known = {
      ...{ status: "FLAGGED", qualityRating: "YELLOW" as const, throughputPerSecond: 1_000 },
      ...{ messagingLimitTier: "TIER_10K", verifiedName: "Acme Before", displayPhoneNumber: "+55 11 95555-0000" },
    };
    const { line, portfolio, number } = await aLivingLine(t, { ...known, digits: "5511955550000" });
    await portfolio.putLimit(10_000);
    number.verified_name = "Acme Now";
    for (const field of ["status", "quality_rating", "throughput", "is_on_biz_app", "display_phone_number"])
      graph.current.missingFields.add(field);
    graph.current.missingFields.add("messaging_limit_tier").add("whatsapp_business_manager_messaging_limit");
    expect(await sync(t, line.id)).toMatchObject({ ...known, verifiedName: "Acme Now" });
    const { messagingLimit, lines: inPortfolio } = await portfolio.overview();
    expect(messagingLimit).toBe(10_000);
    expect(inPortfolio).toMatchObject([{ status: "FLAGGED", quality: "YELLOW", ratePerSecond: 1_000 }]);
    const row = await orm.select().from(lines).where(eq(lines.id, line.id)).get();
    expect(row?.digits).toBe("5511955550000");
  });

  test("that Meta refuses changes nothing and says what to do", async () => {
    const t = await aTenant();
    const { line } = await aLivingLine(t);
    graph.current.fault("GET", { code: 190, status: 401 });
    const problem = await expectProblem(await t.call("POST", `/v1/lines/${line.id}/sync`), 422, "graph_error");
    expect(paths(problem)).toEqual(["accessToken"]);
    expect(await orm.select().from(lines).where(eq(lines.id, line.id)).get()).toEqual(line);
  });

  test("by a person ends a cooldown that waits for somebody, once the number looks well", async () => {
    const t = await aTenant();
    const { line, portfolio, number } = await aLivingLine(t);
    await portfolio.setCooldown(line.id, { reason: "spam_limited", since: 1_000, until: null });
    Object.assign(number, { quality_rating: "RED" });
    expect((await sync(t, line.id)).health.usable).toBe(false);
    Object.assign(number, { quality_rating: "GREEN" });
    expect((await sync(t, line.id)).health).toEqual({ usable: true });
  });

  test("by the clock ends only a cooldown that the reading disproves", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    const cooldownReason = async () => (await portfolio.overview()).lines[0]?.cooldown?.reason;
    await portfolio.setCooldown(line.id, { reason: "spam_limited", since: 1_000, until: null });
    expect(await syncLine(makeDeps(env), t.tenantId, line, "clock")).toMatchObject({ ok: true });
    expect(await cooldownReason()).toBe("spam_limited");
    await portfolio.setCooldown(line.id, { reason: "token_refused", since: 1_000, until: null });
    await syncLine(makeDeps(env), t.tenantId, line, "clock");
    expect(await cooldownReason()).toBeUndefined();
  });

  test("with a token that can't be opened any more asks for it", async () => {
    const t = await aTenant();
    const line = await aLine(t, { sealedToken: "v1.x.y" });
    await expectProblem(await t.call("POST", `/v1/lines/${line.id}/sync`), 409, "not_ready");
    expect(graph.current.calls).toEqual([]);
  });
});

describe("bringing a line back", () => {
  const resume = (t: TestTenant, id: string) => t.call("POST", `/v1/lines/${id}/resume`);
  const cooldown = (until: number | null) => ({ reason: "spam_limited", since: 1_000, until });
  const blockedBy = (...errors: object[]) => ({
    can_send_message: "BLOCKED",
    entities: [
      { entity_type: "PHONE_NUMBER", id: "1", can_send_message: "BLOCKED", errors },
      { entity_type: "WABA", id: "2", can_send_message: "AVAILABLE" },
    ],
  });

  test("ends its cooldown, with or without an end, once Meta lets it send; repeated, it stays so", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    for (const until of [null, Date.now() + 86_400_000]) {
      await portfolio.setCooldown(line.id, cooldown(until));
      for (let i = 0; i < 2; i++)
        expect((await expectBody(await resume(t, line.id), 200, answers.line)).health).toEqual({ usable: true });
      expect((await portfolio.overview()).lines[0]?.cooldown).toBeNull();
    }
  });

  test.each([
    [
      {
        health_status: blockedBy({ error_code: 131048, error_description: "Too many reports from +55 11 98765-4321." }),
      },
      "Too many reports from +[number]. (code 131048)",
    ],
    [{ health_status: blockedBy() }, "no reason given"],
    [{ status: "RESTRICTED" }, "RESTRICTED"],
    [{ quality_rating: "RED" }, "RED"],
  ])("with %j is refused with Meta's reason, and the line stays stopped", async (fields, reason) => {
    const t = await aTenant();
    const { line, portfolio, number } = await aLivingLine(t);
    await portfolio.setCooldown(line.id, cooldown(null));
    Object.assign(number, fields);
    expect((await expectProblem(await resume(t, line.id), 409, "line_still_blocked")).detail).toContain(reason);
    expect((await portfolio.overview()).lines[0]?.cooldown?.reason).toBe("spam_limited");
    // Nor does a sync go against Meta's word.
    await t.call("POST", `/v1/lines/${line.id}/sync`);
    expect((await portfolio.overview()).lines[0]?.cooldown?.reason).toBe("spam_limited");
  });

  test("that Meta can't be asked about changes nothing, and is audited", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    await portfolio.setCooldown(line.id, cooldown(null));
    graph.current.fault("GET", { code: 190, status: 401 });
    await expectProblem(await resume(t, line.id), 422, "graph_error");
    expect((await portfolio.overview()).lines[0]?.cooldown?.reason).toBe("spam_limited");
    const log = await (await t.call("GET", "/v1/audit-log")).json<{ data: { action: string; detail: unknown }[] }>();
    expect(log.data[0]).toMatchObject({ action: "line.resume", detail: { resumed: false, code: "graph_error" } });
  });
});

describe("changing a line", () => {
  test("moves it to another segment, kind and name, and asks Meta nothing", async () => {
    const t = await aTenant();
    const line = await aLine(t);
    const segmentId = (await aSegment(t)).id;
    const change = { segmentId, kind: "receptive", name: "Recepção" };
    const changed = await expectBody(await t.call("PATCH", `/v1/lines/${line.id}`, change), 200, answers.line);
    expect(changed).toMatchObject({ id: line.id, ...change });
    expect(await readLine(t, line.id)).toEqual(changed);
    expect(graph.current.calls).toEqual([]);
  });

  test("with nothing in it changes nothing", async () => {
    const t = await aTenant();
    const line = await aLine(t);
    await expectBody(await t.call("PATCH", `/v1/lines/${line.id}`, {}), 200, answers.line);
    expect(await orm.select().from(lines).where(eq(lines.id, line.id)).get()).toEqual(line);
  });

  test("refuses another tenant's segment and fields that are Meta's to say", async () => {
    const t = await aTenant();
    const line = await aLine(t);
    const foreign = await aSegment(await aTenant());
    const problem = await expectProblem(
      await t.call("PATCH", `/v1/lines/${line.id}`, { segmentId: foreign.id }),
      400,
      "invalid_request",
    );
    expect(paths(problem)).toEqual(["segmentId"]);
    for (const change of [{ phoneNumberId: "1" }, { qualityRating: "GREEN" }, { wabaId: "1" }]) {
      await expectProblem(await t.call("PATCH", `/v1/lines/${line.id}`, change), 400, "invalid_request");
    }
  });

  test("renews the token in D1 and in the portfolio, and ends the suspension that the old one caused", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    await portfolio.setCooldown(line.id, { reason: "token_refused", since: 1_000, until: null });
    graph.current.tokens.add("renewed-token");
    const response = await t.call("PATCH", `/v1/lines/${line.id}`, { accessToken: "renewed-token" });
    expect(await response.clone().text()).not.toContain("renewed-token");
    expect((await expectBody(response, 200, answers.line)).health).toEqual({ usable: true });
    const row = await orm.select().from(lines).where(eq(lines.id, line.id)).get();
    const sealer = makeSealer(env.CREDENTIALS_KEY);
    const context = `line:${line.phoneNumberId}`;
    expect(await sealer.open(row?.sealedToken ?? "", context)).toEqual({ ok: true, value: "renewed-token" });
    const leased = await portfolio.lease({
      ...{ campaignId: "cmp_1", waiting: 1, candidates: [] },
      lines: [{ lineId: line.id, wanted: 1 }],
    });
    expect(leased.lines[0]?.sealedToken).toBe(row?.sealedToken);
    expect(graph.current.accounts[0]?.subscribed).toBe(true);
    expect(await (await t.call("GET", "/v1/audit-log")).text()).not.toContain("renewed-token");
  });

  test("keeps the old token when Meta refuses the new one", async () => {
    const t = await aTenant();
    const { line } = await aLivingLine(t);
    const change = { accessToken: "wrong-token", name: "Other" };
    const problem = await expectProblem(await t.call("PATCH", `/v1/lines/${line.id}`, change), 422, "graph_error");
    expect(paths(problem)).toEqual(["accessToken"]);
    expect(await orm.select().from(lines).where(eq(lines.id, line.id)).get()).toEqual(line);
  });
});

describe("deleting a line", () => {
  test("takes it out of the list, its templates and its portfolio", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    await aTemplate(t, { wabaId: line.wabaId, lineIds: [line.id] });
    expect((await t.call("DELETE", `/v1/lines/${line.id}`)).status).toBe(204);
    await expectProblem(await t.call("GET", `/v1/lines/${line.id}`), 404, "not_found");
    expect(await linksOf(line.id)).toEqual([]);
    expect((await portfolio.overview()).lines).toEqual([]);
    await expectProblem(await t.call("DELETE", `/v1/lines/${line.id}`), 404, "not_found");
  });

  test.each(["draft", "scheduled", "preparing", "running", "paused"] as const)(
    "is refused while a campaign that is %s names it",
    async (status) => {
      const t = await aTenant();
      const { line, portfolio } = await aLivingLine(t);
      await aTemplate(t, { wabaId: line.wabaId, lineIds: [line.id] });
      const campaign = await aCampaign(t, { status, sender: { mode: "line", lineId: line.id } });
      const problem = await expectProblem(await t.call("DELETE", `/v1/lines/${line.id}`), 409, "in_use");
      expect(problem.usedBy).toEqual([{ type: "campaign", id: campaign.id, name: campaign.name, status }]);
      expect(problem.detail).toContain(status === "draft" ? "another sender" : "Cancel");
      await readLine(t, line.id);
      expect(await linksOf(line.id)).toHaveLength(1);
      expect((await portfolio.overview()).lines).toHaveLength(1);
    },
  );

  test("is possible when only campaigns that are over, or another tenant's, name it", async () => {
    const t = await aTenant();
    const line = await aLine(t);
    const sender = { mode: "line" as const, lineId: line.id };
    for (const status of ["completed", "cancelled", "failed"] as const) await aCampaign(t, { status, sender });
    await aCampaign(await aTenant(), { status: "running", sender });
    expect((await t.call("DELETE", `/v1/lines/${line.id}`)).status).toBe(204);
    const left = await orm.select({ n: count() }).from(campaigns).where(eq(campaigns.tenantId, t.tenantId)).get();
    expect(left?.n).toBe(3);
  });
});

describe("the list of portfolios", () => {
  const list = async (t: TestTenant, query = "") =>
    expectBody(await t.call("GET", `/v1/portfolios${query}`), 200, portfoliosAnswers.portfolioList);

  test("shows the shared limit, what is used of it, and the lines that share it", async () => {
    const t = await aTenant();
    const { line, portfolio } = await aLivingLine(t);
    const sibling = await aLine(t, { portfolioId: line.portfolioId });
    await portfolio.putLimit(2_000);
    await portfolio.lease({
      ...{ campaignId: "cmp_1", waiting: 0, lines: [] },
      candidates: ["+5511987654321", "+5511987654322"].map((phone, i) => ({ contactId: `con_${i}`, phone })),
    });
    expect((await list(t)).data).toEqual([
      { id: line.portfolioId, messagingLimit: 2_000, used24h: 2, reserved24h: 0, lineIds: [line.id, sibling.id] },
    ]);
  });

  test("shows no limit as null", async () => {
    const t = await aTenant();
    const { portfolio } = await aLivingLine(t);
    await portfolio.putLimit("unlimited");
    expect((await list(t)).data).toMatchObject([{ messagingLimit: null }]);
  });

  test("has only portfolios with a line of one's own, and only those lines", async () => {
    const t = await aTenant();
    const other = await aTenant();
    const { line } = await aLivingLine(t);
    await aLine(other, { portfolioId: line.portfolioId });
    await aLine(other);
    expect((await list(t)).data.map(({ id, lineIds }) => [id, lineIds])).toEqual([[line.portfolioId, [line.id]]]);
  });

  test("comes in pages", async () => {
    const t = await aTenant();
    const ids = ["9001", "9002", "9003"];
    for (const portfolioId of ids) await aLine(t, { portfolioId });
    const first = await list(t, "?limit=2");
    const second = await list(t, `?limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});
