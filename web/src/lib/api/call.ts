import type { ApiResult, Problem } from "./types.ts";

export interface ApiRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path and query, such as `/v1/campaigns?limit=20`. */
  path: string;
  body?: unknown;
  /** Makes a repeated creation answer the first one's result. */
  idempotencyKey?: string;
  /** Arrives also when the page is left meanwhile; browsers allow that for some 60 kB. */
  outlivesPage?: boolean;
}

/** How a request travels: by service binding on the server, through `/api` in the browser. */
export type Send = (request: ApiRequest) => Promise<Response>;

/** Asks the API and turns whatever comes back, or does not, into a result. Never throws. */
export async function call<T>(send: Send, request: ApiRequest): Promise<ApiResult<T>> {
  let response: Response;
  try {
    response = await send(request);
  } catch {
    return { ok: false, problem: unreachable };
  }
  if (!response.ok) return { ok: false, problem: await readProblem(response) };
  if (response.status === 204) return { ok: true, value: undefined as T };
  try {
    return { ok: true, value: await response.json() };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

/** The problem that stands for no answer at all. */
const unreachable: Problem = { type: "about:blank", title: "", status: 503, detail: "", code: "unreachable" };

/** Gateways answer errors without a body of ours: those get a code from their status. */
async function readProblem(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: "about:blank",
    title: "",
    status: response.status,
    detail: "",
    code: response.status >= 500 ? "unreachable" : `http_${response.status}`,
  };
  try {
    return { ...fallback, ...(await response.json()), status: response.status };
  } catch {
    return fallback;
  }
}

/** `/path?a=1`, leaving out what is empty. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}
