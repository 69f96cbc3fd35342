import { env, exports } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { makeIdentity } from "#adapters/auth/identity.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import * as answers from "#http/identity/tenant.schema.ts";
import { anApiKey, aPerson, aTenant, callWith, ORIGIN, orm, request, unique } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const session = z.strictObject({
  token: z.string(),
  user: z.strictObject({ id: z.string(), name: z.string(), email: z.string() }),
});
/** Of 198.18.0.0/15, where nobody lives. */
const address = () => {
  const n = unique();
  return `198.18.${n >> 8}.${n & 255}`;
};
const signIn = (email: string, password: string, from = address()) =>
  request("POST", "/auth/sign-in/email", { email, password }, { "CF-Connecting-IP": from });
async function signedIn(person: { email: string; password: string }) {
  return expectBody(await signIn(person.email, person.password), 200, session);
}

describe("API keys", () => {
  test("a key speaks for its tenant", async () => {
    const t = await aTenant({ name: "Aurora" });
    const me = await expectBody(await t.call("GET", "/v1/me"), 200, answers.me);
    expect(me).toMatchObject({
      kind: "apiKey",
      id: t.apiKeyId,
      scopes: ["*"],
      tenant: { id: t.tenantId, name: "Aurora" },
    });
  });

  test("a revoked key is refused", async () => {
    const t = await aTenant();
    const revoked = await anApiKey(t, { revokedAt: Date.now() });
    await expectProblem(await callWith(revoked.key)("GET", "/v1/me"), 401, "unauthenticated");
  });

  test("no credentials, another scheme, an empty token and an unknown key are all 401", async () => {
    const t = await aTenant();
    for (const header of [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      `Basic ${t.apiKey}`,
      `Bearer ${t.apiKey}x`,
      "Bearer wak_",
    ]) {
      const response = await request("GET", "/v1/me", undefined, header === undefined ? {} : { Authorization: header });
      await expectProblem(response, 401, "unauthenticated");
    }
  });

  test("the scheme's name is understood in any case", async () => {
    const t = await aTenant();
    const response = await request("GET", "/v1/me", undefined, { Authorization: `bearer ${t.apiKey}` });
    expect(response.status).toBe(200);
  });

  test("a key without the scope is told which one it lacks", async () => {
    const t = await aTenant();
    const reader = callWith((await anApiKey(t, { scopes: ["catalogue:read"] })).key);
    expect((await reader("GET", "/v1/segments")).status).toBe(200);
    const problem = await expectProblem(await reader("POST", "/v1/segments", { name: "North" }), 403, "forbidden");
    expect(problem.detail).toContain("catalogue:write");
  });

  test("the time of last use is noted at most once a minute", async () => {
    const t = await aTenant();
    const recently = Date.now() - 5_000;
    const busy = await anApiKey(t, { lastUsedAt: recently });
    const idle = await anApiKey(t, { lastUsedAt: recently - 3_600_000 });
    const lastUse = async (id: string) =>
      (await orm.select({ at: schema.apiKeys.lastUsedAt }).from(schema.apiKeys).where(eq(schema.apiKeys.id, id)).get())
        ?.at;
    await callWith(busy.key)("GET", "/v1/me");
    await callWith(idle.key)("GET", "/v1/me");
    await eventually(async () => expect(await lastUse(idle.id)).toBeGreaterThan(recently));
    expect(await lastUse(busy.id)).toBe(recently);
  });
});

test("a database that can't note the use of a key does not turn the key away", async () => {
  const { id, key } = await anApiKey(await aTenant());
  const tried: string[] = [];
  const fail = (sql: string) => async () => {
    tried.push(sql);
    throw new Error("database is locked");
  };
  const busy: Pick<D1Database, "prepare"> = {
    prepare: (sql) => {
      const statement = env.DB.prepare(sql);
      if (sql.startsWith("update")) statement.bind = () => Object.assign(statement, { run: fail(sql), all: fail(sql) });
      return statement;
    },
  };
  const log = vi.spyOn(console, "warn").mockImplementation(() => {});
  const identity = makeIdentity({ ...env, DB: Object.assign(Object.create(env.DB), busy) });
  expect(await identity.identify(key)).toMatchObject({ kind: "apiKey", id });
  expect(tried).toHaveLength(1);
  await eventually(async () =>
    expect(await log.mock.calls).toEqual([[expect.objectContaining({ event: "api_key_use_not_noted", keyId: id })]]),
  );
  log.mockRestore();
});

test("without a real secret no session is made or read", async () => {
  for (const secret of ["", "short"]) {
    const identity = makeIdentity({ ...env, SESSION_SECRET: secret });
    await expect(identity.identify("a.b")).rejects.toThrow("SESSION_SECRET");
  }
});

describe("people", () => {
  test("signing in gives a token that speaks for the person in their tenant", async () => {
    const t = await aTenant();
    const person = await aPerson(t, { name: "Bia", role: "admin" });
    const { token, user } = await signedIn(person);
    expect(user).toEqual({ id: person.userId, name: "Bia", email: person.email });
    const me = await expectBody(await callWith(token)("GET", "/v1/me"), 200, answers.me);
    expect(me).toMatchObject({ kind: "user", id: person.userId, name: "Bia", tenant: { id: t.tenantId } });
  });

  test("the e-mail is understood in any case", async () => {
    const person = await aPerson(await aTenant());
    expect((await signIn(person.email.toUpperCase(), person.password)).status).toBe(200);
  });

  test.each([
    ["owner", ["*"]],
    ["admin", ["*"]],
    [
      "operator",
      [
        "catalogue:read",
        "catalogue:write",
        "contacts:read",
        "contacts:write",
        "campaigns:read",
        "campaigns:write",
        "campaigns:launch",
      ],
    ],
    ["viewer", ["catalogue:read", "contacts:read", "campaigns:read"]],
  ] as const)("the role %s holds its scopes and no others", async (role, scopes) => {
    const { token } = await signedIn(await aPerson(await aTenant(), { role }));
    const me = await expectBody(await callWith(token)("GET", "/v1/me"), 200, answers.me);
    expect(me.scopes).toEqual(scopes);
  });

  test("a person who belongs to no tenant is not let in", async () => {
    const person = await aPerson(await aTenant());
    const { token } = await signedIn(person);
    await orm.delete(schema.members).where(eq(schema.members.userId, person.userId));
    await expectProblem(await callWith(token)("GET", "/v1/me"), 401, "unauthenticated");
  });

  test("after signing out the token is worth nothing", async () => {
    const { token } = await signedIn(await aPerson(await aTenant()));
    const call = callWith(token);
    expect((await call("POST", "/auth/sign-out")).status).toBe(204);
    await expectProblem(await call("GET", "/v1/me"), 401, "unauthenticated");
    expect((await call("POST", "/auth/sign-out", {})).status).toBe(204);
  });

  test("an expired session is refused", async () => {
    const person = await aPerson(await aTenant());
    const { token } = await signedIn(person);
    await orm
      .update(schema.session)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(schema.session.userId, person.userId));
    await expectProblem(await callWith(token)("GET", "/v1/me"), 401, "unauthenticated");
  });

  test("what the session table holds opens nothing, and a cookie speaks for nobody", async () => {
    const person = await aPerson(await aTenant());
    const { token } = await signedIn(person);
    const row = await orm.select().from(schema.session).where(eq(schema.session.userId, person.userId)).get();
    expect(row?.token).toBeTruthy();
    await expectProblem(await callWith(row?.token ?? "")("GET", "/v1/me"), 401, "unauthenticated");
    const cookie = { Cookie: `better-auth.session_token=${encodeURIComponent(token)}` };
    await expectProblem(await request("GET", "/v1/me", undefined, cookie), 401, "unauthenticated");
    await expectProblem(
      await request("GET", "/v1/me", undefined, { ...cookie, Authorization: "Bearer nothing" }),
      401,
      "unauthenticated",
    );
  });

  test("passwords are kept only as salted scrypt", async () => {
    const t = await aTenant();
    const rows = await Promise.all(
      [await aPerson(t), await aPerson(t)].map(async ({ userId }) =>
        orm.select().from(schema.account).where(eq(schema.account.userId, userId)).get(),
      ),
    );
    for (const row of rows) expect(row?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(rows[0]?.password).not.toBe(rows[1]?.password);
  });

  test("a wrong password and an unknown e-mail get the same answer", async () => {
    const person = await aPerson(await aTenant());
    const wrong = await expectProblem(await signIn(person.email, "not it"), 401, "unauthenticated");
    const unknown = await expectProblem(await signIn("nobody@example.com", "not it"), 401, "unauthenticated");
    expect(unknown).toEqual(wrong);
  });

  test("the rest of the identity library is out of reach", async () => {
    const { token } = await signedIn(await aPerson(await aTenant()));
    for (const [method, path] of [
      ["POST", "/auth/sign-up/email"],
      ["GET", "/auth/get-session"],
      ["POST", "/auth/update-user"],
      ["POST", "/auth/change-password"],
      ["GET", "/auth/list-sessions"],
      ["POST", "/auth/delete-user"],
    ] as const) {
      const response = await callWith(token)(method, path, method === "POST" ? { name: "x" } : undefined);
      await expectProblem(response, 404, "not_found");
    }
  });
});

describe("guessing", () => {
  test("ten wrong passwords for one e-mail from one address are the last, even for the right one", async () => {
    const person = await aPerson(await aTenant());
    const from = address();
    for (let i = 0; i < 10; i++) expect((await signIn(person.email, `guess ${i}`, from)).status).toBe(401);
    const refused = await signIn(person.email, person.password, from);
    await expectProblem(refused, 429, "rate_limited");
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(500);
    expect(Number(refused.headers.get("Retry-After"))).toBeLessThanOrEqual(600);
    expect((await signIn(person.email, person.password)).status).toBe(200);
  });

  test("an e-mail that nobody has is shut just the same", async () => {
    const from = address();
    for (let i = 0; i < 10; i++) expect((await signIn("ghost@example.com", "guess", from)).status).toBe(401);
    await expectProblem(await signIn("ghost@example.com", "guess", from), 429, "rate_limited");
  });

  test("guesses that arrive together do not slip through", async () => {
    const person = await aPerson(await aTenant());
    const from = address();
    const statuses = await Promise.all(
      Array.from({ length: 15 }, async (_, i) => (await signIn(person.email, `guess ${i}`, from)).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  const signInByWeb = (email: string, password: string, headers: Record<string, string>) =>
    exports.FromWeb.fetch(
      new Request(`${ORIGIN}/auth/sign-in/email`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify({ email, password }),
      }),
    );

  test("through the web application, a stranger's tries do not shut the person out", async () => {
    const person = await aPerson(await aTenant());
    const [stranger, own] = [address(), address()];
    for (let i = 0; i < 10; i++) {
      const guess = await signInByWeb(person.email, `guess ${i}`, { "X-Client-Address": stranger });
      expect(guess.status).toBe(401);
    }
    const shut = await signInByWeb(person.email, person.password, { "X-Client-Address": stranger });
    await expectProblem(shut, 429, "rate_limited");
    expect((await signInByWeb(person.email, person.password, { "X-Client-Address": own })).status).toBe(200);
  });

  test("nobody changes his address by saying so: not at the public entry point, not in a header that is not the web's", async () => {
    const person = await aPerson(await aTenant());
    const [publicly, byWeb] = [address(), address()];
    for (let i = 0; i < 10; i++) {
      const outside = { "CF-Connecting-IP": publicly, "X-Client-Address": address() };
      const guess = { email: person.email, password: "guess" };
      expect((await request("POST", "/auth/sign-in/email", guess, outside)).status).toBe(401);
      const inside = { "X-Client-Address": byWeb, "CF-Connecting-IP": address() };
      expect((await signInByWeb("ghost-2@example.com", "guess", inside)).status).toBe(401);
    }
    await expectProblem(await signIn(person.email, person.password, publicly), 429, "rate_limited");
    const again = await signInByWeb("ghost-2@example.com", "guess", { "X-Client-Address": byWeb });
    await expectProblem(again, 429, "rate_limited");
  });

  test("all addresses of one IPv6 network count as one", async () => {
    const person = await aPerson(await aTenant());
    for (let i = 0; i < 10; i++) {
      expect((await signIn(person.email, "guess", `2001:db8:7:7::${i + 1}`)).status).toBe(401);
    }
    await expectProblem(await signIn(person.email, person.password, "2001:db8:7:7:ffff::1"), 429, "rate_limited");
    expect((await signIn(person.email, person.password, "2001:db8:7:8::1")).status).toBe(200);
  });

  test("a success forgets the wrong tries before it", async () => {
    const person = await aPerson(await aTenant());
    const from = address();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 9; i++) expect((await signIn(person.email, "typo", from)).status).toBe(401);
      expect((await signIn(person.email, person.password, from)).status).toBe(200);
    }
  });
});
