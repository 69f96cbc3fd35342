import { error, redirect } from "@sveltejs/kit";
import type { ApiResult, Problem } from "./types.ts";

/** The value a page cannot do without: no session leads to the login, any other problem to the error page. */
export function required<T>(result: ApiResult<T>, url: URL): T {
  if (result.ok) return result.value;
  throw leave(result.problem, url);
}

function leave(problem: Problem, url: URL): never {
  if (problem.status === 401) redirect(303, loginPath(url));
  error(problem.status, { message: problem.text, code: problem.code });
}

/** The login, remembering where the person was going. */
export function loginPath(url: URL): string {
  return url.pathname === "/" ? "/login" : `/login?next=${encodeURIComponent(url.pathname + url.search)}`;
}
