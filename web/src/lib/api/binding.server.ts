import type { ApiRequest, Send } from "./call.ts";

interface Caller {
  env: App.Platform["env"];
  token: string | null;
  locale: string;
  /** Of the person's own connection: sign-in tries are counted by it. */
  address: string;
}

/** The headers that make a call one of this person's, in this person's language. */
export function callerHeaders({ token, locale }: Pick<Caller, "token" | "locale">): Record<string, string> {
  return {
    "accept-language": locale,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
}

/** Sends through the service binding: no network, no public address (the host is only a name), no browser's cookie. */
export function sendByBinding(caller: Caller): Send {
  return ({ method, path, body, idempotencyKey }: ApiRequest) =>
    caller.env.API.fetch(`http://api${path}`, {
      method,
      headers: {
        ...callerHeaders(caller),
        accept: "application/json",
        "x-client-address": caller.address,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}
