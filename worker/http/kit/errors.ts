import type { Context } from "hono";
import type { Failure, FailureCode } from "#core/sending/failures.ts";
import type { Result } from "#core/shared/result.ts";
import { PROBLEMS } from "./problems.ts";

/** Thrown by handlers, answered by `answerProblem`: the one way a failure leaves the API. */
export class ProblemError extends Error {
  readonly failure: Failure;

  // Written out: scripts read the API's document under Node, which strips types and knows no parameter properties.
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

export const problem = (code: FailureCode, detail: string, more: Partial<Failure> = {}) =>
  new ProblemError({ code, detail, ...more });

export const notFound = (what: string) => problem("not_found", `There is no ${what} with this id.`);

/** Straight-line handlers: the value, or the failure as an answer. */
export function unwrap<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new ProblemError(result.error);
  return result.value;
}

/** The row, or "not found": the same answer for an id that does not exist and one of another tenant. */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) throw notFound(what);
  return row;
}

export function answerProblem(c: Context, failure: Failure): Response {
  const { status, title } = PROBLEMS[failure.code];
  if (failure.retryAfterSeconds) c.header("Retry-After", String(failure.retryAfterSeconds));
  const body = {
    type: `/docs#${failure.code}`,
    title,
    status,
    detail: failure.detail,
    code: failure.code,
    ...(failure.errors ? { errors: failure.errors } : {}),
    ...(failure.usedBy ? { usedBy: failure.usedBy } : {}),
    ...(failure.issues ? { issues: failure.issues } : {}),
  };
  return c.body(JSON.stringify(body), status, { "Content-Type": "application/problem+json" });
}
