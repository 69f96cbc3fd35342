import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { drizzle } from "drizzle-orm/d1";
import { account, session, user, verification } from "#adapters/d1/schema/identity.ts";
import { hashPassword, verifyPassword } from "./password.ts";

export interface AuthSettings {
  DB: D1Database;
  SESSION_SECRET: string;
  WEB_URL: string;
}

/** Sessions of people, kept by better-auth in D1. Imported only when a person's token or password is to be looked at. */
export function makeBetterAuth(settings: AuthSettings) {
  const secret: string | undefined = settings.SESSION_SECRET;
  // Without one, better-auth would sign with a default that everybody can read.
  if (!secret || secret.length < 32) throw new Error("SESSION_SECRET must have at least 32 characters");
  const tables = { user, session, account, verification };
  return betterAuth({
    baseURL: settings.WEB_URL,
    basePath: "/auth",
    trustedOrigins: [settings.WEB_URL],
    secret,
    database: drizzleAdapter(drizzle(settings.DB, { schema: tables }), { provider: "sqlite", schema: tables }),
    emailAndPassword: {
      enabled: true,
      // People are invited; nobody lets themselves in.
      disableSignUp: true,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    // The signature is what makes a token: rows of the session table, should they leak, open nothing.
    plugins: [bearer({ requireSignature: true })],
    // sign-in-attempts.ts counts instead: better-auth's counters live in one isolate's memory.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its error lines may quote a query's parameters, which are tokens and e-mails.
    logger: { disabled: true },
  });
}
