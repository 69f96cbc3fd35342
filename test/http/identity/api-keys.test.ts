import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import * as answers from "#http/identity/api-keys.schema.ts";
import { anApiKey, aTenant, callWith, newId, orm } from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

test("a new key is shown once, works, and is kept only as a hash", async () => {
  const t = await aTenant();
  const response = await t.call("POST", "/v1/api-keys", { name: "CRM", scopes: ["contacts:read", "contacts:write"] });
  const { key, ...shown } = await expectBody(response, 201, answers.apiKeyCreated);
  expect(key).toMatch(/^wak_[A-Za-z0-9_-]{43}$/);
  expect(shown).toMatchObject({ name: "CRM", scopes: ["contacts:read", "contacts:write"], lastUsedAt: null });
  expect(shown.prefix).toBe(key.slice(0, 12));
  expect((await callWith(key)("GET", "/v1/me")).status).toBe(200);

  const row = await orm.select().from(schema.apiKeys).where(eq(schema.apiKeys.id, shown.id)).get();
  expect(row?.hash).toBe(await sha256Hex(key));
  expect(JSON.stringify(row)).not.toContain(key);

  const listed = await (await t.call("GET", "/v1/api-keys")).text();
  expect(listed).toContain(shown.id);
  expect(listed).not.toContain(key);
  expect(listed).not.toContain(row?.hash);
  expect(await (await t.call("GET", "/v1/audit-log")).text()).not.toContain(key);
});

test("no two keys are alike", async () => {
  const t = await aTenant();
  const made = await Promise.all(
    [1, 2, 3].map(async (n) =>
      expectBody(await t.call("POST", "/v1/api-keys", { name: `Key ${n}` }), 201, answers.apiKeyCreated),
    ),
  );
  expect(new Set(made.map(({ key }) => key)).size).toBe(3);
});

test("a retry with the same Idempotency-Key gets the same key, which lies sealed meanwhile", async () => {
  const t = await aTenant();
  const create = () => t.call("POST", "/v1/api-keys", { name: "CRM" }, { "Idempotency-Key": "crm-1" });
  const first = await expectBody(await create(), 201, answers.apiKeyCreated);
  expect(await expectBody(await create(), 201, answers.apiKeyCreated)).toEqual(first);
  const rows = await orm.select().from(schema.idempotencyKeys).where(eq(schema.idempotencyKeys.tenantId, t.tenantId));
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(first.key);
  expect(JSON.stringify(rows)).not.toContain(first.prefix);
});

test("left out, the scopes are the creator's own", async () => {
  const t = await aTenant();
  const admin = callWith((await anApiKey(t, { scopes: ["tenant:admin", "contacts:read"] })).key);
  const made = await expectBody(await admin("POST", "/v1/api-keys", { name: "CRM" }), 201, answers.apiKeyCreated);
  expect(made.scopes).toEqual(["tenant:admin", "contacts:read"]);
});

test("nobody gives a scope that they do not hold", async () => {
  const t = await aTenant();
  const admin = callWith((await anApiKey(t, { scopes: ["tenant:admin", "contacts:read"] })).key);
  for (const scopes of [["*"], ["contacts:read", "campaigns:launch"]]) {
    await expectProblem(await admin("POST", "/v1/api-keys", { name: "More", scopes }), 403, "forbidden");
  }
  expect((await admin("POST", "/v1/api-keys", { name: "Less", scopes: ["contacts:read"] })).status).toBe(201);
});

test("a scope that does not exist is a mistake, not a key that can do nothing", async () => {
  const t = await aTenant();
  const response = await t.call("POST", "/v1/api-keys", { name: "Typo", scopes: ["contacts:reed"] });
  const problem = await expectProblem(response, 400, "invalid_request");
  expect(problem.errors?.[0]).toMatchObject({ path: "scopes", message: expect.stringContaining("contacts:reed") });
});

test("a revoked key stops at once, leaves the list, and can't be revoked again", async () => {
  const t = await aTenant();
  const { id, key } = await anApiKey(t);
  expect((await t.call("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
  await expectProblem(await callWith(key)("GET", "/v1/me"), 401, "unauthenticated");
  const list = await expectBody(await t.call("GET", "/v1/api-keys"), 200, answers.apiKeyList);
  expect(list.data.map((row) => row.id)).toEqual([t.apiKeyId]);
  await expectProblem(await t.call("DELETE", `/v1/api-keys/${id}`), 404, "not_found");
  await expectProblem(await t.call("DELETE", `/v1/api-keys/${newId("key")}`), 404, "not_found");
});

test("only an admin of the tenant sees or makes keys", async () => {
  const t = await aTenant();
  const operator = callWith(
    (await anApiKey(t, { scopes: ["catalogue:read", "catalogue:write", "campaigns:launch"] })).key,
  );
  await expectProblem(await operator("GET", "/v1/api-keys"), 403, "forbidden");
  await expectProblem(await operator("POST", "/v1/api-keys", { name: "Mine" }), 403, "forbidden");
  await expectProblem(await operator("DELETE", `/v1/api-keys/${t.apiKeyId}`), 403, "forbidden");
});
