import { browser } from "$app/environment";
import type { Api } from "./client.ts";
import type { ApiResult } from "./types.ts";
import { unreachable } from "./unreachable.ts";

/** Characters, at most three bytes each: browsers keep 64 KiB alive. */
const MOST_KEPT_ALIVE = 20_000;

/** Sent with this, a body arrives also when the page is left meanwhile, unless it is too large for that. */
export const outlivesPage = (body: string): { keepalive: boolean } => ({ keepalive: body.length < MOST_KEPT_ALIVE });

/** The session ended while the page was open: sign in, then come back here. */
function signInAgain(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The application's own `/api` adds the session and passes the request on. */
async function throughRelay(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 401) signInAgain();
  return response;
}

/** A page acts through it but does not need it to open: it is not part of the first load, and follows right after. */
let client: Promise<Api> | null = null;
const loadClient = (): Promise<Api> => {
  client ??= import("./client.ts").then(({ createApi }) => createApi({ baseUrl: "/api", fetch: throughRelay }));
  // Asked for again by the next question.
  client.catch(() => {
    client = null;
  });
  return client;
};
if (browser) loadClient();

type Ask = (path: string, init?: object) => Promise<ApiResult<unknown>>;
const ask =
  (method: keyof Api): Ask =>
  async (path, init) => {
    try {
      return await ((await loadClient())[method] as Ask)(path, init);
    } catch {
      return { ok: false, problem: unreachable() };
    }
  };

/** The API, from the browser. */
export const api = { GET: ask("GET"), POST: ask("POST"), PATCH: ask("PATCH"), DELETE: ask("DELETE") } as Api;
