import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import worker from "../../worker/index.ts";
import { deliver, withCaughtQueues } from "./queues.ts";

/** As Meta does: the raw bytes, signed with the app's secret. Answers the status and what was put on the queue. */
export async function postFromMeta(body: string, secret = env.META_APP_SECRET) {
  const bytes = new TextEncoder().encode(body);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
  const signature = [...new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes))];
  const hex = signature.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const request = new Request<unknown, IncomingRequestCfProperties>("http://api.test/webhooks/meta", {
    method: "POST",
    headers: { "X-Hub-Signature-256": `sha256=${hex}` },
    body: bytes,
  });
  const queues = withCaughtQueues();
  const { status } = await worker.fetch(request, queues.env, createExecutionContext());
  return { status, queued: queues.caught.map((message) => message.body) };
}

/** What Meta posts, taken to its end. Answers what was put back to wait. */
export async function metaTells(body: string | object) {
  const { queued } = await postFromMeta(typeof body === "string" ? body : JSON.stringify(body));
  const queues = withCaughtQueues();
  const { retried } = await deliver("meta-events", queued, { bindings: queues.env });
  return { retried, waiting: queues.caught.map((message) => message.body) };
}

/** A body with one change. @param wabaId the account that it is about */
export const metaBody = (wabaId: string, field: string, value: object, timeMs = Date.now()) => ({
  object: "whatsapp_business_account",
  entry: [{ id: wabaId, time: Math.floor(timeMs / 1_000), changes: [{ field, value }] }],
});
