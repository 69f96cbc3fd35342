import type { SimulatorEnv } from "../simulator/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends SimulatorEnv {}
  }
}
