import { env } from "cloudflare:workers";
import { count, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { makeApp } from "#http/app.ts";
import * as audiencesAnswers from "#http/audience/audiences.schema.ts";
import * as segmentsAnswers from "#http/audience/segments.schema.ts";
import { anAudience, aSegment, aTenant, orm, request, type TestTenant } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const segmentCount = async (t: TestTenant) =>
  (await orm.select({ n: count() }).from(schema.segments).where(eq(schema.segments.tenantId, t.tenantId)).get())?.n;

describe("every answer", () => {
  test("carries an X-Request-Id of its own, or the caller's", async () => {
    const t = await aTenant();
    const ids = await Promise.all(
      ["/healthz", "/v1/me", "/nothing"].map(async (path) => (await t.call("GET", path)).headers.get("X-Request-Id")),
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(3);
    const named = await t.call("GET", "/v1/me", undefined, { "X-Request-Id": "order-4711" });
    expect(named.headers.get("X-Request-Id")).toBe("order-4711");
  });

  test("is not to be sniffed or framed", async () => {
    const { headers } = await request("GET", "/healthz");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("X-Frame-Options")).toBe("SAMEORIGIN");
  });
});

describe("what is not there", () => {
  test("an unknown address under /v1 is closed to strangers and 404 to others", async () => {
    const t = await aTenant();
    await expectProblem(await request("GET", "/v1/nothing"), 401, "unauthenticated");
    await expectProblem(await t.call("GET", "/v1/nothing"), 404, "not_found");
  });

  test("an unknown address elsewhere, a wrong method and an unknown id are 404 problems", async () => {
    const t = await aTenant();
    await expectProblem(await request("GET", "/nothing"), 404, "not_found");
    await expectProblem(await t.call("PUT", "/v1/segments", {}), 404, "not_found");
    await expectProblem(await t.call("GET", "/v1/segments/seg_nothing"), 404, "not_found");
  });
});

describe("a request that is not valid", () => {
  test("names each field that is wrong", async () => {
    const t = await aTenant();
    const problem = await expectProblem(
      await t.call("POST", "/v1/segments", { name: 7, colour: "red" }),
      400,
      "invalid_request",
    );
    expect(problem.errors?.map(({ path }) => path)).toContain("name");
    for (const { message } of problem.errors ?? []) expect(message).not.toBe("");
  });

  test.each([
    ["no body", undefined, {}],
    ["broken JSON", '{"name": ', { "Content-Type": "application/json" }],
    ["JSON that is no object", "[]", { "Content-Type": "application/json" }],
    ["a body without a Content-Type", '{"name":"North"}', {}],
    ["a form", "name=North", { "Content-Type": "application/x-www-form-urlencoded" }],
  ])("%s is a 400 problem", async (_, body, headers) => {
    const t = await aTenant();
    await expectProblem(await t.call("POST", "/v1/segments", body, headers), 400, "invalid_request");
    expect(await segmentCount(t)).toBe(0);
  });

  test("a webhook larger than Meta's is refused, announced or not, before its signature is looked at", async () => {
    const large = new Uint8Array(4_000_001);
    for (const body of [large, new Blob([large]).stream()]) {
      await expectProblem(await request("POST", "/webhooks/meta", body), 413, "payload_too_large");
    }
  });

  test("an instant without an offset is told what it lacks", async () => {
    const t = await aTenant();
    const body = { phone: "+5511987654321", channel: "idr", startedAt: "2026-12-01T12:00:00" };
    const problem = await expectProblem(await t.call("POST", "/v1/attendances", body), 400, "invalid_request");
    expect(problem.errors).toEqual([{ path: "startedAt", message: expect.stringContaining("no offset") }]);
    expect(problem.errors?.[0]?.message).toContain("2026-12-01T12:00:00-03:00");
    const other = await t.call("POST", "/v1/attendances", { ...body, startedAt: "amanhã" });
    const unread = await expectProblem(other, 400, "invalid_request");
    expect(unread.errors?.[0]?.message).toContain("2026-12-01T15:00:00Z");
  });

  test.each(["limit=0", "limit=201", "limit=x", "limit=1.5", `cursor=${"x".repeat(201)}`])(
    "?%s is a 400 problem",
    async (query) => {
      const t = await aTenant();
      await expectProblem(await t.call("GET", `/v1/segments?${query}`), 400, "invalid_request");
    },
  );
});

describe("a failure of ours", () => {
  test("is a 503 problem that tells nothing, and the log holds neither message nor data", async () => {
    const t = await aTenant();
    const secret = "+5511987654321";
    const broken: Deps = {
      ...makeDeps(env),
      store: () => {
        throw new Error(`first line ${secret}\nsecond line ${secret}`);
      },
    };
    const lines: unknown[] = [];
    const original = console.warn;
    console.warn = (...line: unknown[]) => lines.push(line);
    try {
      const headers = { Authorization: `Bearer ${t.apiKey}` };
      const problem = await expectProblem(
        await makeApp(() => broken).request("/v1/segments", { headers }, env),
        503,
        "unavailable",
      );
      expect(JSON.stringify(problem)).not.toContain(secret);
    } finally {
      console.warn = original;
    }
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain("request_failed");
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe("too many requests", () => {
  test("are answered 429 with Retry-After, counted per key", async () => {
    const [t, other] = [await aTenant(), await aTenant()];
    const keys: string[] = [];
    const tired = { limit: async ({ key }: { key: string }) => ({ success: keys.push(key) < 2 }) };
    const app = makeApp(makeDeps);
    const get = (key: string) =>
      app.request("/v1/me", { headers: { Authorization: `Bearer ${key}` } }, { ...env, API_RATE: tired });
    expect((await get(t.apiKey)).status).toBe(200);
    const refused = await get(other.apiKey);
    await expectProblem(refused, 429, "rate_limited");
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(keys).toEqual([`${t.tenantId}:${t.apiKeyId}`, `${other.tenantId}:${other.apiKeyId}`]);
  });
});

describe("Idempotency-Key", () => {
  const create = (t: TestTenant, key: string, name = "North") =>
    t.call("POST", "/v1/segments", { name }, { "Idempotency-Key": key });

  test("the same request again gets the first answer and creates nothing", async () => {
    const t = await aTenant();
    const first = await create(t, "k1");
    const again = await create(t, "k1");
    expect(again.status).toBe(201);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(first.headers.get("Idempotency-Replayed")).toBeNull();
    expect(await again.json()).toEqual(await first.json());
    expect(await segmentCount(t)).toBe(1);
  });

  test("another body or address under the same key is a conflict", async () => {
    const t = await aTenant();
    await create(t, "k1");
    await expectProblem(await create(t, "k1", "South"), 409, "idempotency_conflict");
    const elsewhere = await t.call("POST", "/v1/api-keys", { name: "North" }, { "Idempotency-Key": "k1" });
    await expectProblem(elsewhere, 409, "idempotency_conflict");
    expect(await segmentCount(t)).toBe(1);
  });

  test("twenty at once create one", async () => {
    const t = await aTenant();
    const responses = await Promise.all(Array.from({ length: 20 }, () => create(t, "k1")));
    const made = responses.filter(({ status }) => status === 201);
    const ids = new Set(
      await Promise.all(made.map(async (r) => (await expectBody(r, 201, segmentsAnswers.segment)).id)),
    );
    expect(ids.size).toBe(1);
    for (const response of responses.filter(({ status }) => status !== 201)) {
      await expectProblem(response, 409, "idempotency_in_progress");
      expect(response.headers.get("Retry-After")).toBe("1");
    }
    expect(await segmentCount(t)).toBe(1);
  });

  test("one tenant's key means nothing to another", async () => {
    const [a, b] = [await aTenant(), await aTenant()];
    await create(a, "k1");
    const response = await create(b, "k1");
    expect(response.status).toBe(201);
    expect(response.headers.get("Idempotency-Replayed")).toBeNull();
    expect(await segmentCount(b)).toBe(1);
  });

  test("a request that failed may be mended and sent again with its key", async () => {
    const t = await aTenant();
    await expectProblem(await create(t, "k1", ""), 400, "invalid_request");
    expect((await create(t, "k1", "North")).status).toBe(201);
  });

  test("after 24 hours a key is new again", async () => {
    const t = await aTenant();
    const first = await expectBody(await create(t, "k1"), 201, segmentsAnswers.segment);
    await orm
      .update(schema.idempotencyKeys)
      .set({ createdAt: Date.now() - 24 * 3_600_000 - 1 })
      .where(eq(schema.idempotencyKeys.tenantId, t.tenantId));
    const second = await expectBody(await create(t, "k1", "South"), 201, segmentsAnswers.segment);
    expect(second.id).not.toBe(first.id);
  });

  test("a key that is too long is refused", async () => {
    const t = await aTenant();
    await expectProblem(await create(t, "k".repeat(201)), 400, "invalid_request");
  });
});

describe("pages", () => {
  test("go through every row once, newest first, although rows are added and removed meanwhile", async () => {
    const t = await aTenant();
    const rows = [];
    for (let i = 0; i < 7; i++) rows.push(await aSegment(t, { id: `seg_00${i}${t.tenantId}`, createdAt: 1_000 - i }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const page = await expectBody(await t.call("GET", `/v1/segments${query}`), 200, segmentsAnswers.segmentList);
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
      // A newer row than all, and the row that the cursor stands on goes: neither shifts the pages.
      await aSegment(t);
      if (cursor) await orm.delete(schema.segments).where(eq(schema.segments.id, seen.at(-1) ?? ""));
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => id).reverse());
  });

  test("the last full page says that there is no more", async () => {
    const t = await aTenant();
    for (let i = 0; i < 2; i++) await aSegment(t);
    const page = await expectBody(await t.call("GET", "/v1/segments?limit=2"), 200, segmentsAnswers.segmentList);
    expect(page.data).toHaveLength(2);
    expect(page.nextCursor).toBeNull();
  });

  test("a cursor goes on only in the list that gave it, with the filters that it had", async () => {
    const t = await aTenant();
    const segment = await aSegment(t);
    for (let i = 0; i < 4; i++) await anAudience(t, { segmentId: segment.id, name: `May ${i}` });
    const list = (query: string) => t.call("GET", `/v1/audiences?limit=2&${query}`);
    const first = await expectBody(await list(`segmentId=${segment.id}&q=may`), 200, audiencesAnswers.audienceList);
    const cursor = encodeURIComponent(first.nextCursor ?? "");
    // Filters in another order, and another size of page, are the same list.
    const second = await t.call("GET", `/v1/audiences?cursor=${cursor}&q=may&segmentId=${segment.id}&limit=200`);
    expect((await expectBody(second, 200, audiencesAnswers.audienceList)).data).toHaveLength(2);
    for (const filters of ["", "q=may", `segmentId=${segment.id}`, `segmentId=${segment.id}&q=june`]) {
      const problem = await expectProblem(await list(`${filters}&cursor=${cursor}`), 400, "invalid_cursor");
      expect(problem.errors?.map(({ path }) => path)).toEqual(["cursor"]);
    }
  });
});
