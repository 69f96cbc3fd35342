import createClient, { type MaybeOptionalInit } from "openapi-fetch";
import { problemText } from "./problem-text.ts";
import type { paths } from "./schema.d.ts";
import type { ApiResult, Problem } from "./types.ts";
import { unreachable } from "./unreachable.ts";

type Method = "get" | "post" | "patch" | "delete";
type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Init<P extends keyof paths, M extends Method> = MaybeOptionalInit<paths[P], M>;
type Answer<P extends keyof paths, M extends Method> = paths[P][M] extends { responses: infer R }
  ? Content<R[keyof R & (200 | 201 | 202 | 204)]>
  : never;
type Content<R> = R extends { content: { "application/json": infer Value } } ? Value : undefined;

/** Asks one route of the API: its path as the document has it, then its parameters and body. Never throws. */
type Ask<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  ...init: undefined extends Init<P, M> ? [init?: Init<P, M>] : [init: Init<P, M>]
) => Promise<ApiResult<Answer<P, M>>>;

/** The API, the same on the server and in the browser. */
export interface Api {
  GET: Ask<"get">;
  POST: Ask<"post">;
  PATCH: Ask<"patch">;
  DELETE: Ask<"delete">;
}

interface Transport {
  baseUrl: string;
  /** How a request travels: by service binding on the server, through `/api` in the browser. */
  fetch: (request: Request) => Promise<Response>;
  headers?: Record<string, string>;
}

export function createApi(transport: Transport): Api {
  const client = createClient<paths>({ ...transport, querySerializer: withoutEmpty });
  const ask = (method: Method) => async (path: keyof paths, init?: object) => {
    try {
      // Which parameters a path takes is settled by `Api`; here it may be any.
      const { data, error, response } = await client.request(method, path as never, init as never);
      return response.ok
        ? { ok: true, value: data as never }
        : { ok: false, problem: problemOf(error, response.status) };
    } catch {
      return { ok: false, problem: unreachable() };
    }
  };
  return { GET: ask("get"), POST: ask("post"), PATCH: ask("patch"), DELETE: ask("delete") } as Api;
}

/** `a=1&b=2`, leaving out what is empty: a filter that nobody set. */
const withoutEmpty = (query: Record<string, unknown>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, String(value)]],
    ),
  ).toString();

/** Gateways answer errors without a body of ours: those get a code from their status. */
function problemOf(body: unknown, status: number): Problem {
  const code: Problem["code"] = status >= 500 ? "unreachable" : `http_${status}`;
  const problem = { ...unreachable(), code, ...(typeof body === "object" ? body : {}), status };
  return { ...problem, text: problemText(problem) };
}
