import type { Deps } from "../deps.ts";
import type { Env } from "../env.ts";

/** Who is asking: a person signed in on the web, or an integrator's key. One tenant either way. */
export interface Principal {
  kind: "apiKey" | "user";
  id: string;
  name: string;
  tenantId: string;
  scopes: string[];
}

export interface AppEnv {
  Bindings: Env;
  Variables: { deps: Deps; requestId: string; principal: Principal };
}
