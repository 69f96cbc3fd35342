import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { readWebhook } from "#core/meta/webhook/read.ts";
import { splitEvents } from "#core/meta/webhook/split.ts";
import { parseExactJson } from "#core/shared/exact-json.ts";
import { problem } from "#http/kit/errors.ts";
import type { App } from "#http/kit/openapi.ts";
import { letOthersRun } from "#let-others-run.ts";

/** A queue message holds 128,000 bytes, some of it metadata. */
const MESSAGE_BYTES = 120_000;
/** A call takes 100 messages or 256,000 bytes. */
const CALL_BYTES = 240_000;
/** Meta's bodies have at most 3 MB. */
const MOST_BODY_BYTES = 4_000_000;

const handshake = z.object({
  "hub.mode": z.literal("subscribe"),
  "hub.challenge": z.string().max(200),
  "hub.verify_token": z.string().max(500),
});

/** Meta's side: the handshake, and signed events that are queued before they are answered. */
export function metaWebhookRoutes(app: App): void {
  app.get("/webhooks/meta", async (c) => {
    const query = handshake.safeParse(c.req.query());
    if (!query.success || !(await sameText(query.data["hub.verify_token"], c.env.META_VERIFY_TOKEN))) {
      throw problem("forbidden", "The verify token is not the one that is set here.");
    }
    return c.text(query.data["hub.challenge"]);
  });

  app.post("/webhooks/meta", bodyLimit({ maxSize: MOST_BODY_BYTES }), async (c) => {
    const { deps } = c.var;
    const bytes = await c.req.arrayBuffer();
    if (!(await isSigned(bytes, c.req.header("X-Hub-Signature-256"), c.env.META_APP_SECRET))) {
      throw problem("unauthenticated", "X-Hub-Signature-256 does not fit the body.");
    }
    const receivedAt = deps.now();
    const chunks = splitEvents(readWebhook(parse(bytes), receivedAt), MESSAGE_BYTES);
    await letOthersRun();
    // Awaited on purpose: events whose queueing fails must not be answered 200, for Meta then sends them again.
    const perCall = Math.max(1, Math.floor(CALL_BYTES / MESSAGE_BYTES));
    for (let i = 0; i < chunks.length; i += perCall) {
      await deps.queues.enqueueEvents(
        chunks.slice(i, i + perCall).map((events) => ({ kind: "events" as const, receivedAt, events })),
      );
    }
    return c.body(null, 200);
  });
}

/** A signed body that is no JSON can't be helped by sending it again: it counts as one without events. */
function parse(bytes: ArrayBuffer): unknown {
  try {
    return parseExactJson(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** HMAC-SHA256 of the raw bytes; `verify` compares in constant time. */
async function isSigned(bytes: ArrayBuffer, header: string | undefined, secret: string): Promise<boolean> {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? "")?.[1];
  if (!hex) return false;
  const key = await hmacKey(secret);
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.verify("HMAC", key, signature, bytes);
}

const keys = new Map<string, CryptoKey>();

/** Imported once: webhooks come by the hundred a second. The key is kept, not its promise, which is one request's. */
async function hmacKey(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["verify"]);
  keys.set(secret, key);
  return key;
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
async function sameText(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
  );
  return x !== undefined && y !== undefined && crypto.subtle.timingSafeEqual(x, y);
}
