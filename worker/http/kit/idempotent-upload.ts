import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { problem } from "./errors.ts";

/**
 * `Idempotency-Key` for a body that is streamed away and can't be read twice: it is compared by its digest once it is
 * stored. A repeat gets the first answer, and what it stored is dropped.
 *
 * @param create makes the thing and its answer; runs once per key
 * @param drop removes what this request stored
 * @param read reads the first answer again
 */
export async function idempotentUpload<T>(
  c: Context<AppEnv>,
  bodyDigest: ArrayBuffer,
  { create, drop, read }: { create: () => Promise<T>; drop: () => Promise<void>; read: (answer: unknown) => T },
): Promise<T> {
  const key = c.req.header("Idempotency-Key");
  if (!key) return create();
  if (key.length > 200) {
    await drop();
    throw problem("invalid_request", "An Idempotency-Key has at most 200 characters.");
  }
  const { deps, principal } = c.var;
  const keys = deps.idempotency(principal.tenantId);
  const { pathname, search } = new URL(c.req.url);
  const requestHash = await deps.hash(`${c.req.method} ${pathname}${search}\n${toHex(bodyDigest)}`);
  const claim = await keys.claim(key, requestHash, deps.now());
  if (claim.state === "claimed") {
    try {
      const answer = await create();
      await keys.answer(key, 202, JSON.stringify(answer));
      return answer;
    } catch (error) {
      await keys.release(key);
      throw error;
    }
  }
  await drop();
  switch (claim.state) {
    case "other_request":
      throw problem("idempotency_conflict", "This Idempotency-Key was used with another request; use a new one.");
    case "in_progress":
      throw problem("idempotency_in_progress", "The first request with this Idempotency-Key is not done; try again.", {
        retryAfterSeconds: 1,
      });
    case "answered":
      c.header("Idempotency-Replayed", "true");
      return read(JSON.parse(claim.body));
  }
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
