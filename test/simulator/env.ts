import { z } from "zod";
import type { GraphObject } from "./graph-object.ts";

/** Bindings and variables of the simulator; wrangler.toml says what each is for. */
export interface SimulatorEnv {
  GRAPH: DurableObjectNamespace<GraphObject>;
  WEBHOOK_URL: string;
  APP_SECRET: string;
  VERIFY_TOKEN: string;
  LATENCY_MS: string;
  SEED: string;
  TIME_SCALE: string;
}

const settingsSchema = z.object({
  WEBHOOK_URL: z.url(),
  APP_SECRET: z.string().min(1),
  VERIFY_TOKEN: z.string().min(1),
  LATENCY_MS: z.coerce.number().min(0).default(30),
  SEED: z.string().min(1).default("1"),
  TIME_SCALE: z.coerce.number().min(0).default(1),
});

/** The variables, parsed once when the object starts. */
export interface Settings {
  webhookUrl: string;
  appSecret: string;
  verifyToken: string;
  latencyMs: number;
  seed: string;
  timeScale: number;
}

/** Throws on a variable that makes no sense: a simulator that guesses would hide a wrong command line. */
export function readSettings(env: SimulatorEnv): Settings {
  const vars = settingsSchema.parse(env);
  return {
    webhookUrl: vars.WEBHOOK_URL,
    appSecret: vars.APP_SECRET,
    verifyToken: vars.VERIFY_TOKEN,
    latencyMs: vars.LATENCY_MS,
    seed: vars.SEED,
    timeScale: vars.TIME_SCALE,
  };
}
