import type { Context } from "hono";
import type { Language } from "#core/shared/language.ts";
import type { AppEnv } from "./context.ts";

/** Portuguese for who asks for it by Accept-Language, English for everybody else. */
export const languageOf = (c: Context<AppEnv>): Language =>
  /^\s*pt\b/i.test(c.req.header("Accept-Language") ?? "") ? "pt" : "en";
