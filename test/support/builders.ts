import { env, exports } from "cloudflare:workers";
import { ulid } from "ulid";
import { makeIdentity, type NewPerson } from "#adapters/auth/identity.ts";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import type { Scope } from "#core/identity/scopes.ts";
import { newId, orm, unique } from "./rows.ts";

/** Who is asking, and how; the things that a tenant owns are built in rows.ts. */
export * from "./rows.ts";

export const ORIGIN = "http://api.test";

/** A request from outside, through the Worker's own entry point. Text, bytes and streams go as they are, all else as JSON. */
export async function request(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return exports.default.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { ...(body === undefined || isRaw ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    }),
  );
}

export interface TestTenant {
  tenantId: string;
  userId: string;
  /** A key with every scope. */
  apiKey: string;
  apiKeyId: string;
  /** A request with the tenant's key; `body` as in `request`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A tenant with an owner (who can't sign in: no password) and a key that may do everything. */
export async function aTenant(overrides: Partial<typeof schema.tenants.$inferInsert> = {}): Promise<TestTenant> {
  const tenantId = overrides.id ?? newId("ten");
  const userId = newId("usr");
  const now = new Date();
  await orm.batch([
    orm.insert(schema.tenants).values({ name: "Acme", createdAt: now.getTime(), ...overrides, id: tenantId }),
    orm.insert(schema.user).values({
      id: userId,
      name: "Ana",
      email: `${userId}@example.com`.toLowerCase(),
      createdAt: now,
      updatedAt: now,
    }),
    orm.insert(schema.members).values({ tenantId, userId, role: "owner", createdAt: now.getTime() }),
  ]);
  const { key, id } = await anApiKey({ tenantId }, { scopes: ["*"] });
  return {
    tenantId,
    userId,
    apiKey: key,
    apiKeyId: id,
    call: (method, path, body, headers) => request(method, path, body, { Authorization: `Bearer ${key}`, ...headers }),
  };
}

type Of = Pick<TestTenant, "tenantId">;

/** A key of the tenant; `key` is what an integrator would send. */
export async function anApiKey(
  t: Of,
  overrides: Omit<Partial<typeof schema.apiKeys.$inferInsert>, "scopes"> & { scopes?: (Scope | "*")[] } = {},
): Promise<{ id: string; key: string }> {
  const id = overrides.id ?? newId("key");
  const bytes = crypto.getRandomValues(new Uint8Array(43));
  const key = `wak_${Array.from(bytes, (byte) => "abcdefghijklmnop"[byte % 16]).join("")}`;
  await orm.insert(schema.apiKeys).values({
    name: `Key ${unique()}`,
    prefix: key.slice(0, 12),
    hash: await sha256Hex(key),
    createdAt: Date.now(),
    ...overrides,
    scopes: overrides.scopes ?? ["*"],
    id,
    tenantId: t.tenantId,
  });
  return { id, key };
}

/** Calls with another key than the tenant's own. */
export const callWith =
  (key: string): TestTenant["call"] =>
  (method, path, body, headers) =>
    request(method, path, body, { Authorization: `Bearer ${key}`, ...headers });

/** A person who can sign in to the tenant. */
export async function aPerson(t: Of, overrides: Partial<NewPerson> = {}) {
  const person: NewPerson = {
    tenantId: t.tenantId,
    email: `person-${ulid().toLowerCase()}@example.com`,
    password: "correct horse battery",
    name: "Bia",
    role: "operator",
    ...overrides,
  };
  const created = await makeIdentity(env).createPerson(person);
  if (!created.ok) throw new Error(created.error);
  return { ...person, userId: created.value.userId };
}
