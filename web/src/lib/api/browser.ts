import type { Send } from "./call.ts";
import { createApi } from "./client.ts";

/** Sends to the application's own `/api`, which adds the session and passes the request on. */
const sendThroughRelay: Send = async ({ method, path, body, idempotencyKey }) => {
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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
