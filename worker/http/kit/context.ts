import type { Caller } from "#core/identity/principal.ts";
import type { Deps } from "#deps.ts";
import type { Env } from "#env.ts";

export interface AppEnv {
  /** `FROM_WEB` is set by the entrypoint that only the web application reaches, never by configuration. */
  Bindings: Env & { FROM_WEB?: true };
  Variables: Caller & { deps: Deps };
}
