import { createMiddleware } from "hono/factory";
import { holds, type Scope } from "#core/identity/scopes.ts";
import type { AppEnv } from "./context.ts";
import { problem } from "./errors.ts";

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(request: Request): string | null {
  const [scheme, token] = (request.headers.get("Authorization") ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" && token ? token : null;
}

/** Takes the tenant from the credentials; every query below starts with it. */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const token = bearerToken(c.req.raw);
  const principal = token ? await c.var.deps.identify(token) : null;
  if (!principal) {
    throw problem("unauthenticated", "Send `Authorization: Bearer <api key>` with a key that has not been revoked.");
  }
  const { success } = await c.env.API_RATE.limit({ key: `${principal.tenantId}:${principal.id}` });
  if (!success) {
    throw problem("rate_limited", "This key has made too many requests in a minute; wait and try again.", {
      retryAfterSeconds: 60,
    });
  }
  c.set("principal", principal);
  await next();
});

/** Stands on the line that registers a route: closed unless the scope is held. */
export const permit = (scope: Scope) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (!holds(c.var.principal.scopes, scope)) throw problem("forbidden", `This needs the scope ${scope}.`);
    await next();
  });
