import type { Deps } from "#deps.ts";
import type { Env } from "#env.ts";

/** Who is asking: a person signed in on the web, or an integrator's key. One tenant either way. */
export interface Principal {
  kind: "apiKey" | "user";
  id: string;
  name: string;
  tenantId: string;
  scopes: string[];
}

export interface AppEnv {
  /** `FROM_WEB` is set by the entrypoint that only the web application reaches, never by configuration. */
  Bindings: Env & { FROM_WEB?: true };
  Variables: { deps: Deps; requestId: string; principal: Principal };
}
