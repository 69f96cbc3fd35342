import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { ProblemError, problem } from "./errors.ts";

/** Of a JSON body. Files are streamed and have the platform's limit. */
export const MOST_JSON_BYTES = 4 * 1024 * 1024;
/** Meta's templates need eight. What is nested without end breaks whoever walks over it later. */
const MOST_LEVELS = 32;
/** An answer that names these says enough. */
const MOST_FLAWS = 20;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

interface Flaw {
  path: string;
  message: string;
}

const limitJson = bodyLimit({ maxSize: MOST_JSON_BYTES });

/**
 * Before anything is validated: texts that no store, no spreadsheet and no phone takes (with NUL, with half of a
 * surrogate pair, not in UTF-8) are refused, in JSON bodies and queries alike, and so is JSON that is too large or
 * nested too deep. Some clients say that their body is JSON and then send none.
 */
export const soundInput = createMiddleware<AppEnv>(async (c, next) => {
  refuse(queryFlaws(new URL(c.req.url).search));
  if (JSON_TYPE.test(c.req.header("Content-Type") ?? "")) {
    await limitJson(c, async () => {
      c.req.raw = await checkedJson(c.req.raw);
    });
  }
  await next();
});

/** The request again, its body found sound. */
async function checkedJson(request: Request): Promise<Request> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) {
    const headers = new Headers(request.headers);
    headers.delete("Content-Type");
    return new Request(request.url, { method: request.method, headers });
  }
  refuse(flawsOf(parsed(bytes)));
  return new Request(request, { body: bytes });
}

function parsed(bytes: ArrayBuffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw problem("invalid_request", "The body is not UTF-8; JSON is always sent in UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw problem("invalid_request", "The body is not JSON.");
  }
}

/** What is unsound in parsed JSON, each with its path. */
export function flawsOf(json: unknown): Flaw[] {
  const flaws: Flaw[] = [];
  const path: string[] = [];
  const look = (value: unknown): void => {
    if (flaws.length >= MOST_FLAWS) return;
    if (path.length > MOST_LEVELS) {
      flaws.push({ path: path.join("."), message: `nested too deep: at most ${MOST_LEVELS} levels` });
    } else if (typeof value === "string") {
      const message = textFlaw(value);
      if (message) flaws.push({ path: path.join("."), message });
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        const message = textFlaw(name);
        path.push(message ? "(name)" : name);
        if (message) flaws.push({ path: path.join("."), message });
        look(part);
        path.pop();
      }
    }
  };
  look(json);
  return flaws;
}

function textFlaw(text: string): string | null {
  if (text.includes("\0")) return "holds the character NUL (U+0000), which no text may hold";
  if (!text.isWellFormed()) return "holds half of a surrogate pair (U+D800 to U+DFFF), which is no character";
  return null;
}

function queryFlaws(search: string): Flaw[] {
  return search
    .slice(1)
    .split("&")
    .flatMap((pair) => {
      const [name = "", value = ""] = pair.split("=", 2).map(decoded);
      if (name === null || value === null) {
        return [{ path: name ?? "query", message: "is not percent-encoded UTF-8" }];
      }
      const message = textFlaw(name) ?? textFlaw(value);
      return message ? [{ path: textFlaw(name) ? "query" : name, message }] : [];
    });
}

/** Null when what is percent-encoded is not UTF-8. A lone `%` stands for itself. */
function decoded(text: string): string | null {
  try {
    return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
  } catch {
    return null;
  }
}

/** Nothing, or the failure that names them all. */
export function refuse(flaws: Flaw[]): void {
  if (flaws.length === 0) return;
  const detail = "Something in the request is no proper text, or is nested too deep; see errors.";
  throw new ProblemError({ code: "invalid_request", detail, errors: flaws.slice(0, MOST_FLAWS) });
}
