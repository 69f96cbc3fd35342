import { z } from "zod";
import { parseJson } from "#core/shared/json.ts";
import { scrub } from "#core/shared/scrub.ts";

/** Why the Graph API, or something in front of it, refused. Texts are scrubbed and short. */
export interface GraphError {
  /** Meta's code, null when the answer has none. */
  code: number | null;
  subcode: number | null;
  title: string;
  detail: string;
  /** Whether the same request may pass later, by the answer's own word or else by its HTTP status. */
  transient: boolean;
  /** Nothing shows that Meta itself refused: a message may have left, so it must not be sent again blindly. */
  unconfirmed: boolean;
}

const TITLE_CHARS = 120;
const DETAIL_CHARS = 400;
/** Gateways have been seen to wrap Meta's error twice; an answer nested deeper than this is not looked through. */
const MAX_DEPTH = 5;

/** Blank is as good as missing. */
const text = z.string().trim().min(1).nullish().catch(null);
const wholeNumber = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null);

const errorObject = z.object({
  code: wholeNumber,
  error_subcode: wholeNumber,
  message: text,
  title: text,
  details: text,
  error_user_title: text,
  error_user_msg: text,
  is_transient: z.boolean().nullish().catch(null),
  error_data: z
    .union([z.object({ details: text }), z.string().transform((details) => ({ details }))])
    .nullish()
    .catch(null),
});
type ErrorObject = z.infer<typeof errorObject>;

/**
 * Reads the answer to a request that did not succeed: Meta's `{"error": {…}}`, the same wrapped by a gateway (even
 * under HTTP 2xx, even as a string), a list under `errors`, or no JSON at all.
 */
export function parseGraphError(httpStatus: number, bodyText: string): GraphError {
  const found = findError(parseJson(bodyText), 0);
  const code = found?.code ?? codeInText(found?.message);
  const title = found?.title ?? found?.error_user_title ?? found?.message ?? `HTTP ${httpStatus}`;
  const detail =
    found?.error_data?.details ?? found?.error_user_msg ?? found?.details ?? found?.message ?? `HTTP ${httpStatus}`;
  return {
    code,
    subcode: found?.error_subcode ?? null,
    title: brief(title, TITLE_CHARS),
    detail: brief(detail, DETAIL_CHARS),
    transient: found?.is_transient ?? (httpStatus === 429 || httpStatus >= 500),
    unconfirmed: code === null && !refusedBeforeWork(httpStatus),
  };
}

/** 4xx says the request was not carried out; a 408 is written by gateways that had passed it on. */
const refusedBeforeWork = (httpStatus: number) => httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408;

/** Meta's messages begin with `(#131030)`; some gateways keep only those. */
function codeInText(message: string | null | undefined): number | null {
  const match = /^\(#(\d{1,9})\)/.exec(message ?? "");
  return match ? Number(match[1]) : null;
}

/** The text is cut before it is scrubbed too, so that a page of HTML costs no more than a sentence. */
const brief = (value: string, maxChars: number) => scrub(value.slice(0, 10 * maxChars)).slice(0, maxChars);

function findError(value: unknown, depth: number): ErrorObject | null {
  if (depth > MAX_DEPTH) return null;
  if (typeof value === "string") return findError(parseJson(value), depth + 1);
  if (Array.isArray(value)) return firstOf(value, (item) => findError(item, depth + 1));
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    firstOf([fields.get("error"), fields.get("errors")].flat(), (item) => namedError(item, depth + 1)) ??
    (isMetas(fields) ? errorObject.parse(value) : null) ??
    firstOf([...fields.values()], (item) => findError(item, depth + 1))
  );
}

/** What stands under `error` is one, with Meta's code or without; an inner error with a code tells more. */
function namedError(value: unknown, depth: number): ErrorObject | null {
  const { data: error } = errorObject.safeParse(typeof value === "string" ? { message: value } : value);
  if (!error) return null;
  if (typeof error.code === "number" || codeInText(error.message) !== null) return error;
  return findError(value, depth) ?? (error.message || error.title ? error : null);
}

/** Outside `error` only an object with Meta's marks counts: gateways put HTTP codes of their own under `code`. */
function isMetas(fields: Map<string, unknown>): boolean {
  const type = fields.get("type");
  return (
    fields.has("code") &&
    (fields.has("fbtrace_id") ||
      fields.has("error_subcode") ||
      (typeof type === "string" && type.endsWith("Exception")))
  );
}

function firstOf<T, R>(items: T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
