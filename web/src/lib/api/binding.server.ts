import { type Api, createApi } from "./client.ts";

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

/** The API through the service binding: no network, no public address (the host is only a name), no browser's cookie. */
export const apiByBinding = (caller: Caller): Api =>
  createApi({
    baseUrl: "http://api",
    fetch: (request) => caller.env.API.fetch(request),
    headers: { ...callerHeaders(caller), "x-client-address": caller.address },
  });
