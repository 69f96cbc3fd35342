import { ruleFor } from "#core/meta/error-rules.ts";
import type { GraphFailure } from "#core/meta/graph.ts";
import type { Failure } from "#core/sending/failures.ts";

/** What was asked of the Graph API: the same code means different things to do. */
export type Asked = "number" | "account" | "template";

/** The field of our own request that holds what Meta did not take. */
const FIELD: Record<Asked, string> = { number: "phoneNumberId", account: "wabaId", template: "components" };

const TOKEN_REFUSED = new Set([0, 190]);
const NOT_PERMITTED = new Set([3, 10, 131005]);
const NOT_FOUND = new Set([33, 100]);
const TOO_MANY_CALLS = new Set([4, 613, 80007, 130429]);

const isTokenRefused = (code: number) => TOKEN_REFUSED.has(code);
/** Meta's permission errors are also the whole range 200 to 299. */
const isNotPermitted = (code: number) => NOT_PERMITTED.has(code) || (code >= 200 && code <= 299);

/** Whether another token could fare better. */
export const isAboutToken = ({ code }: GraphFailure) => code !== null && (isTokenRefused(code) || isNotPermitted(code));

/** A refusal of the Graph API in words that a person can act on, with the field of the request that it is about. */
export function graphFailure(failure: GraphFailure, asked: Asked): Failure {
  if (failure.kind === "unreachable") return { code: "graph_unreachable", detail: unreachable(failure, asked) };
  const { message, path } = advice(failure, asked);
  const code = failure.code === null ? "" : ` (code ${failure.code})`;
  return {
    code: "graph_error",
    detail: `${message} Meta said: ${failure.detail}${code}`,
    ...(path ? { errors: [{ path, message }] } : {}),
  };
}

function unreachable({ detail }: GraphFailure, asked: Asked): string {
  return asked === "template"
    ? `Meta did not answer (${detail}), so it may have the template or not; sync the templates before you try again.`
    : `Meta did not answer (${detail}). Nothing was changed; try again in a minute.`;
}

function advice({ code }: GraphFailure, asked: Asked): { message: string; path?: string } {
  if (code === null) return { message: "Something between us and Meta refused the request; try again." };
  if (isTokenRefused(code)) {
    const message = "Meta did not accept the access token: it has expired or was revoked. Create a new one at Meta.";
    return { path: "accessToken", message };
  }
  if (isNotPermitted(code)) {
    const message =
      "The access token may not do this: at Meta, give its system user the WhatsApp account with the permissions whatsapp_business_management and whatsapp_business_messaging.";
    return { path: "accessToken", message };
  }
  if (TOO_MANY_CALLS.has(code))
    return { message: "Meta has had too many calls for this account; try again in an hour." };
  if (asked === "template") {
    return { path: FIELD.template, message: "Meta did not take the template; correct it and submit it again." };
  }
  if (NOT_FOUND.has(code)) {
    const what = asked === "number" ? "phone number" : "WhatsApp Business Account";
    return {
      path: FIELD[asked],
      message: `Meta knows no ${what} with this id that the access token may see; check both.`,
    };
  }
  const { titleEn, adviceEn } = ruleFor(code);
  return { message: `${titleEn}. ${adviceEn}` };
}
