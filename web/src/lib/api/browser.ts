import type { Send } from "./call.ts";
import { createApi } from "./client.ts";

/** Characters, at most three bytes each: browsers keep 64 KiB alive. */
const MOST_KEPT_ALIVE = 20_000;

/** Sends to the application's own `/api`, which adds the session and passes the request on. */
const sendThroughRelay: Send = async ({ method, path, body, idempotencyKey, outlivesPage }) => {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
    },
    ...(text === undefined ? {} : { body: text }),
    keepalive: outlivesPage === true && (text?.length ?? 0) < MOST_KEPT_ALIVE,
  });
  if (response.status === 401) signInAgain();
  return response;
};

/** The session ended while the page was open: sign in, then come back here. */
function signInAgain(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The API, from the browser. */
export const api = createApi(sendThroughRelay);
