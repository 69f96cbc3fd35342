import { waitUntil } from "cloudflare:workers";
import { and, asc, eq, isNull, lt, or } from "drizzle-orm";
import { ulid } from "ulid";
import { z } from "zod";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import { signInAttempts } from "#adapters/d1/identity/sign-in-attempts.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import { ormOf } from "#adapters/d1/tenant-db.ts";
import { API_KEY_MARK } from "#core/identity/api-key.ts";
import { clientNetwork } from "#core/identity/client-network.ts";
import type { Principal } from "#core/identity/principal.ts";
import { type Role, scopesOf } from "#core/identity/scopes.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Env } from "#env.ts";
import { logFailure } from "#log.ts";
import { hashPassword } from "./password.ts";

export interface SignedIn {
  /** Opaque; to be sent as a bearer token. */
  token: string;
  user: { id: string; name: string; email: string };
}
export type SignInFailure = { kind: "wrong_credentials" } | { kind: "too_many"; retryAfterSeconds: number };

export interface Identity {
  /** The person or key behind a bearer token; null when it is none of ours, expired or revoked. */
  identify(token: string): Promise<Principal | null>;
  /** @param address the caller's IP, null when it is not known */
  signIn(input: { email: string; password: string; address: string | null }): Promise<Result<SignedIn, SignInFailure>>;
  /** Ends the session of a token; a token that is none any more is as good as ended. */
  signOut(token: string): Promise<void>;
  /** A new person as member of a tenant, able to sign in. For seeds and invitations, never behind an open route. */
  createPerson(input: NewPerson): Promise<Result<{ userId: string }, "email_taken">>;
}
export interface NewPerson {
  tenantId: string;
  email: string;
  password: string;
  name: string;
  role: Role;
}

const LONGEST_TOKEN = 512;
const LAST_USED_EVERY_MS = 60_000;
const { apiKeys, members, user, account } = schema;

export function makeIdentity(env: Env): Identity {
  const orm = ormOf(env.DB);
  const attempts = signInAttempts(env.DB);
  // better-auth takes its time to load and build: nobody who calls with a key should pay for it.
  const openAuth = async () => (await import("./better-auth.ts")).makeBetterAuth(env);
  let opened: ReturnType<typeof openAuth> | undefined;
  const auth = () => {
    opened ??= openAuth();
    return opened;
  };

  async function ofKey(key: string): Promise<Principal | null> {
    const row = await orm
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, await sha256Hex(key)), isNull(apiKeys.revokedAt)))
      .get();
    if (!row) return null;
    noteUse(row);
    return { kind: "apiKey", id: row.id, name: row.name, tenantId: row.tenantId, scopes: row.scopes };
  }

  /** Beside the answer: a busy or broken database must not turn a good key away. */
  function noteUse(row: { id: string; lastUsedAt: number | null }): void {
    const now = Date.now();
    const stale = now - LAST_USED_EVERY_MS;
    if (row.lastUsedAt !== null && row.lastUsedAt > stale) return;
    const noted = orm
      .update(apiKeys)
      .set({ lastUsedAt: now })
      .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, stale))))
      .catch((error: unknown) => logFailure("api_key_use_not_noted", error, { keyId: row.id }));
    waitUntil(noted);
  }

  async function ofSession(token: string): Promise<Principal | null> {
    const found = await (await auth()).api.getSession({ headers: bearerHeaders(token) });
    if (!found) return null;
    const membership = await orm
      .select({ tenantId: members.tenantId, role: members.role })
      .from(members)
      .where(eq(members.userId, found.user.id))
      .orderBy(asc(members.createdAt), asc(members.tenantId))
      .limit(1)
      .get();
    if (!membership) return null;
    const { id, name } = found.user;
    return { kind: "user", id, name, tenantId: membership.tenantId, scopes: scopesOf(membership.role) };
  }

  return {
    async identify(token) {
      if (token.length > LONGEST_TOKEN) return null;
      return token.startsWith(API_KEY_MARK) ? ofKey(token) : ofSession(token);
    },

    async signIn({ email, password, address }) {
      const network = address === null ? null : clientNetwork(address);
      const admission = await attempts.admit(email, network, Date.now());
      if (!admission.ok) return err({ kind: "too_many", retryAfterSeconds: admission.retryAfterSeconds });
      // For an e-mail that it does not know, better-auth hashes the password all the same: both take equally long.
      const response = await (await auth()).api.signInEmail({
        body: { email, password },
        headers: new Headers(),
        asResponse: true,
      });
      if (response.status === 401) return err({ kind: "wrong_credentials" });
      if (!response.ok) throw new Error(`Sign-in answered ${response.status}`);
      const body = signedIn.parse(await response.json());
      const token = z.string().min(1).parse(response.headers.get("set-auth-token"));
      await attempts.forgive(email, network, Date.now());
      return ok({ token, user: body.user });
    },

    async signOut(token) {
      await (await auth()).api.signOut({ headers: bearerHeaders(token) });
    },

    async createPerson({ tenantId, email, password, name, role }) {
      const userId = `usr_${ulid()}`;
      const at = new Date();
      const taken = await orm.select({ id: user.id }).from(user).where(eq(user.email, email.toLowerCase())).get();
      if (taken) return err("email_taken");
      await orm.batch([
        orm.insert(user).values({ id: userId, name, email: email.toLowerCase(), createdAt: at, updatedAt: at }),
        orm.insert(account).values({
          id: `acc_${ulid()}`,
          accountId: userId,
          providerId: "credential",
          userId,
          password: await hashPassword(password),
          createdAt: at,
          updatedAt: at,
        }),
        orm.insert(members).values({ tenantId, userId, role, createdAt: at.getTime() }),
      ]);
      return ok({ userId });
    },
  };
}

const signedIn = z.object({ user: z.object({ id: z.string(), name: z.string(), email: z.string() }) });

/** Only the token goes to better-auth: a cookie that came along must not speak for anyone. */
const bearerHeaders = (token: string) => new Headers({ Authorization: `Bearer ${token}` });
