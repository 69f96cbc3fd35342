import { callerHeaders } from "$lib/api/binding.server.ts";
import { getLocale } from "$lib/paraglide/runtime.js";
import type { RequestHandler } from "./$types";

/** Headers that mean the same on both sides of the relay. Cookies stay out, in both directions. */
const REQUEST_HEADERS = ["accept", "content-type", "idempotency-key"];
const RESPONSE_HEADERS = ["content-type", "content-length", "content-disposition", "retry-after", "x-request-id"];

/**
 * The browser's way to the API: the same path behind `/api`, with the session's token added. Bodies stream both ways,
 * so a report of a million rows passes through without being held.
 */
const relay: RequestHandler = async ({ request, params, url, locals, platform }) => {
  // Taken apart by URL first: `v1/../auth` must not lead anywhere else.
  const target = new URL(`/${params.path}${url.search}`, "http://api");
  if (!platform || !target.pathname.startsWith("/v1/")) return new Response(null, { status: 404 });

  try {
    const answer = await platform.env.API.fetch(target.href, {
      method: request.method,
      headers: {
        ...pick(request.headers, REQUEST_HEADERS),
        ...callerHeaders({ token: locals.token, locale: getLocale() }),
      },
      body: request.body,
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: pick(answer.headers, RESPONSE_HEADERS),
    });
  } catch {
    return new Response(null, { status: 503 });
  }
};

function pick(headers: Headers, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : [])));
}

export const GET = relay;
export const POST = relay;
export const PATCH = relay;
export const DELETE = relay;
