import type { GraphFailure } from "#core/meta/graph.ts";
import { parseGraphError } from "#core/meta/graph-error.ts";
import { parseExactJson } from "#core/shared/exact-json.ts";
import { CALLS_AT_A_TIME, limitConcurrency } from "#core/shared/limit-concurrency.ts";
import { err, ok, type Result } from "#core/shared/result.ts";

export interface GraphSettings {
  baseUrl: string;
  version: string;
}

/** Waits, in ms; tests shorten them. */
export interface GraphTiming {
  /** From the request to the last byte of the answer. */
  timeoutMs: number;
  /** Between the first and the second try of a GET. */
  retryPauseMs: number;
}
export const GRAPH_TIMING: GraphTiming = { timeoutMs: 15_000, retryPauseMs: 250 };

/** Only reading is tried again: a POST whose answer was lost may have done its work. */
const GET_TRIES = 2;
/** Meta's own servers failing: with HTTP 5xx they are no answer to the request. */
const SERVER_FAULTS = new Set([1, 2]);

export interface CallFailure extends GraphFailure {
  subcode: number | null;
}

export interface GraphRequest {
  token: string;
  /** Parts of the path after the version; each is escaped. */
  path: string[];
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** GET and POST at the Graph API; what is answered is JSON that has not been looked into yet. */
export function makeGraphCaller({ baseUrl, version }: GraphSettings, timing: GraphTiming) {
  const limit = limitConcurrency(CALLS_AT_A_TIME);

  async function attempt(method: "GET" | "POST", request: GraphRequest): Promise<Result<unknown, CallFailure>> {
    const path = [version, ...request.path].map(encodeURIComponent).join("/");
    const query = new URLSearchParams(request.query).toString();
    try {
      // One signal over headers and body: headers can come and the body stall.
      const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/${path}${query && `?${query}`}`, {
        method,
        headers: {
          Authorization: `Bearer ${request.token}`,
          Accept: "application/json",
          ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        // Not followed: a POST would be made twice, and the token would go wherever the answer points.
        redirect: "manual",
        signal: AbortSignal.timeout(timing.timeoutMs),
      });
      return readAnswer(response.status, await response.text());
    } catch (error) {
      // The message of a network error may quote the address; its name says enough.
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return noAnswer(timedOut ? `no answer within ${timing.timeoutMs / 1000} s` : "the connection failed");
    }
  }

  return {
    async get(request: GraphRequest): Promise<Result<unknown, CallFailure>> {
      for (let tries = 1; ; tries++) {
        const answer = await limit(() => attempt("GET", request));
        if (answer.ok || answer.error.kind === "refused" || tries === GET_TRIES) return answer;
        await scheduler.wait(timing.retryPauseMs);
      }
    },
    post: (request: GraphRequest) => limit(() => attempt("POST", request)),
  };
}
export type GraphCaller = ReturnType<typeof makeGraphCaller>;

const noAnswer = (detail: string) => err<CallFailure>({ kind: "unreachable", code: null, subcode: null, detail });

/** What an answer means, whatever a gateway made of it: an `error` is one even under HTTP 200. */
function readAnswer(httpStatus: number, text: string): Result<unknown, CallFailure> {
  const json = parseJson(text);
  const succeeded = httpStatus >= 200 && httpStatus < 300;
  if (succeeded && typeof json === "object" && json !== null && !("error" in json)) return ok(json);
  const { code, subcode, detail, unconfirmed } = parseGraphError(httpStatus, text);
  if (code === null && (succeeded || unconfirmed)) return noAnswer(`HTTP ${httpStatus} without an answer of Meta's`);
  const atFault = code !== null && httpStatus >= 500 && SERVER_FAULTS.has(code);
  return err({ kind: atFault ? "unreachable" : "refused", code, subcode, detail });
}

function parseJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return null;
  }
}
