import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { problem } from "./errors.ts";

const LONGEST_KEY = 200;

export function idempotencyKey(c: Context<AppEnv>): string | undefined {
  const key = c.req.header("Idempotency-Key");
  if (key && key.length > LONGEST_KEY)
    throw problem("invalid_request", `An Idempotency-Key has at most ${LONGEST_KEY} characters.`);
  return key;
}

/**
 * Reserves a key for this request of whoever asks. A reservation row decides between requests that arrive together.
 *
 * @param body what tells one body from another: the body itself, or its digest
 * @returns the first answer, when this is a repeat; null when it is the first request, which then has to be answered or
 * released. Another request with the key, or a first one that is not done, is a problem.
 */
export async function firstAnswer(
  c: Context<AppEnv>,
  key: string,
  body: string,
): Promise<{ status: number; body: string } | null> {
  const { deps, principal } = c.var;
  // Of whoever asks: an answer may hold a new key, which is for its maker's eyes.
  const request = `${principal.kind} ${principal.id}\n${c.req.method} ${c.req.url}`;
  const requestHash = await deps.hash(`${request}\n${body}`);
  const claim = await deps.idempotency(principal.tenantId).claim(key, requestHash, deps.now());
  switch (claim.state) {
    case "claimed":
      return null;
    case "other_request":
      throw problem("idempotency_conflict", "This Idempotency-Key was used with another request; use a new one.");
    case "in_progress":
      throw problem("idempotency_in_progress", "The first request with this Idempotency-Key is not done; try again.", {
        retryAfterSeconds: 1,
      });
    case "answered":
      c.header("Idempotency-Replayed", "true");
      return claim;
  }
}

/**
 * `Idempotency-Key` on a creating POST: the first answer again for the same request within 24 hours, a conflict for
 * another one. Not for streamed bodies: see `idempotentUpload`.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = idempotencyKey(c);
  if (!key) return next();
  const first = await firstAnswer(c, key, await c.req.raw.clone().text());
  if (first) return c.body(first.body, first.status as 200, { "Content-Type": "application/json" });
  await next();
  const keys = c.var.deps.idempotency(c.var.principal.tenantId);
  // Failures are not kept: the caller may mend the request's circumstances and try again with the same key.
  if (c.error || c.res.status >= 400) await keys.release(key);
  else await keys.answer(key, c.res.status, await c.res.clone().text());
});
