import type { GraphFailure } from "#core/meta/graph.ts";
import type { Failure } from "#core/sending/failures.ts";
import { err, type Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { type Asked, graphFailure, isAboutToken } from "./graph-failures.ts";

type Needs = Pick<Deps, "sealer">;

export type LineRow = NonNullable<Awaited<ReturnType<TenantStore["lines"]["get"]>>>;

/** How many of an account's tokens are tried before its refusal is believed. */
const MAX_TOKENS = 3;

/** What a line's token is sealed for: in another line's row it does not open. */
const sealedFor = (phoneNumberId: string) => `line:${phoneNumberId}`;

export const sealToken = (deps: Needs, phoneNumberId: string, token: string) =>
  deps.sealer.seal(token, sealedFor(phoneNumberId));

/** Asks the Graph API with a line's own token. */
export async function withToken<T>(
  deps: Needs,
  line: LineRow,
  asked: Asked,
  ask: (token: string) => Promise<Result<T, GraphFailure>>,
): Promise<Result<T, Failure>> {
  return withAnyToken(deps, [line], asked, ask);
}

/** Asks with the token of one line after the other, until one of them is not refused over the token. */
export async function withAnyToken<T>(
  deps: Needs,
  lines: LineRow[],
  asked: Asked,
  ask: (token: string) => Promise<Result<T, GraphFailure>>,
): Promise<Result<T, Failure>> {
  let failure: Failure = {
    code: "not_ready",
    detail: "The line's access token can't be read any more (the key that sealed it has changed); set it again.",
  };
  for (const line of lines.slice(0, MAX_TOKENS)) {
    const token = await deps.sealer.open(line.sealedToken, sealedFor(line.phoneNumberId));
    if (!token.ok) continue;
    const answer = await ask(token.value);
    if (answer.ok) return answer;
    failure = graphFailure(answer.error, asked);
    if (!isAboutToken(answer.error)) break;
  }
  return err(failure);
}
