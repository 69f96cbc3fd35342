import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { problem } from "./errors.ts";

/**
 * `Idempotency-Key` on a creating POST: the first answer again for the same request within 24 hours, a conflict for
 * another one. A reservation row decides between requests that arrive together. Not for streamed bodies.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("Idempotency-Key");
  if (!key) return next();
  if (key.length > 200) throw problem("invalid_request", "An Idempotency-Key has at most 200 characters.");
  const { deps, principal } = c.var;
  const keys = deps.idempotency(principal.tenantId);
  // Of whoever asks: an answer may hold a new key, which is for its maker's eyes.
  const request = `${principal.kind} ${principal.id}\n${c.req.method} ${c.req.url}`;
  const requestHash = await deps.hash(`${request}\n${await c.req.raw.clone().text()}`);
  const claim = await keys.claim(key, requestHash, deps.now());
  switch (claim.state) {
    case "other_request":
      throw problem("idempotency_conflict", "This Idempotency-Key was used with another request; use a new one.");
    case "in_progress":
      throw problem("idempotency_in_progress", "The first request with this Idempotency-Key is not done; try again.", {
        retryAfterSeconds: 1,
      });
    case "answered":
      c.header("Idempotency-Replayed", "true");
      return c.body(claim.body, claim.status as 200, { "Content-Type": "application/json" });
    case "claimed": {
      await next();
      // Failures are not kept: the caller may mend the request's circumstances and try again with the same key.
      if (c.error || c.res.status >= 400) await keys.release(key);
      else await keys.answer(key, c.res.status, await c.res.clone().text());
    }
  }
});
