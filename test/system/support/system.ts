import { rmSync } from "node:fs";
import { inject } from "vitest";
import type { z } from "zod";
import { SIGNALS } from "../../../scripts/lib/install.mjs";
import { isFree } from "../../../scripts/lib/processes.mjs";
import { client } from "../../../scripts/lib/seed.mjs";
import * as stackLib from "../../../scripts/lib/stack.mjs";
import { OTHER_PORTS, PORTS } from "./ports.ts";
import { copyPrepared, type Tenant, type TenantName } from "./prepared.ts";
import { until } from "./until.ts";

/** The platform fires its cron each minute; here more often, so that a lost minute is not waited for. */
const CLOCK_MS = 5_000;

// What is started here runs as it does for everybody else, not as something under a test runner.
for (const name of ["NODE_ENV", "VITEST", "TEST"]) delete process.env[name];

export type Part = "graph" | "api" | "web";

/** Where the API will hear webhooks: known before it is started. */
export const WEBHOOK_URL = `http://127.0.0.1:${PORTS.API_PORT}/webhooks/meta`;

export interface SystemOptions {
  /** Names the folder of the state, so that a failure can be looked into afterwards. */
  name: string;
  parts?: Part[];
  /** Of `settings()` in scripts/lib/stack.mjs, such as `META_GRAPH_URL`. */
  env?: Record<string, string>;
}

/** Calls the API as the tenant and reads the answer by its schema. */
export type Api = <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown) => Promise<T>;

/** What a tenant's people and programs have of it. */
export interface Access {
  apiKey: string;
  login: Pick<Tenant, "email" | "password">;
  api: Api;
}

/** A whole product in processes of its own, with empty tenants; its own access is to the first. `stop` it whatever happens. */
export interface System extends Access {
  apiUrl: string;
  webUrl: string;
  graphUrl: string;
  /** Another tenant's. */
  accessOf(name: TenantName): Access;
  /** Where the API keeps its databases. */
  stateFolder: string;
  secrets: { META_APP_SECRET: string; META_VERIFY_TOKEN: string; CREDENTIALS_KEY: string };
  /** Writes into D1 beside the API, what no call of it would. */
  executeSql(sql: string): Promise<void>;
  /** Ends whole process groups at once, as a power cut does. State stays. */
  kill(...parts: Part[]): Promise<void>;
  /** Starts parts again on the same state. */
  start(...parts: Part[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startSystem({ name, parts = ["graph", "api"], env = {} }: SystemOptions): Promise<System> {
  const tenants = inject("tenants");
  const stack = stackLib.settings({ dir: `.wrangler/system-${name}`, env: { ...PORTS, ...env } });
  await stackLib.claimPorts(stack, parts, OTHER_PORTS);
  stackLib.forget(stack);
  rmSync(`${stack.base}/logs`, { recursive: true, force: true });

  const processes = stackLib.makeProcesses(undefined, stack);
  // What is started here ends with this process, if that ends by itself.
  const exit = () => process.exit(1);
  for (const signal of SIGNALS) process.once(signal, exit);
  const starters = { graph: stackLib.startGraph, api: stackLib.startApi, web: stackLib.startWeb };
  let stopClock = () => {};

  const start = async (...wanted: Part[]) => {
    for (const part of wanted) {
      await until(`port ${stack.ports[part]} is free`, () => isFree(stack.ports[part]));
      await starters[part](stack, processes);
    }
  };
  const stop = async () => {
    stopClock();
    await processes.stopAll("SIGKILL");
    for (const signal of SIGNALS) process.removeListener(signal, exit);
  };
  try {
    copyPrepared(stackLib.statePath(stack));
    await start(...parts);
    stopClock = stackLib.startClock(stack, { everyMs: CLOCK_MS });
    const accessOf = (tenant: TenantName): Access => {
      const prepared = tenants[tenant];
      if (!prepared) throw new Error(`No tenant was prepared as ${tenant}.`);
      const { apiKey, email, password } = prepared;
      const call = client(stack.apiUrl, apiKey);
      const api: Api = async (schema, method, path, body) => schema.parse(await call(method, path, body));
      return { apiKey, login: { email, password }, api };
    };
    return {
      ...accessOf("first"),
      accessOf,
      apiUrl: stack.apiUrl,
      webUrl: stack.webUrl,
      graphUrl: stack.graphUrl,
      stateFolder: stackLib.statePath(stack),
      secrets: stack.secrets,
      executeSql: (sql) => stackLib.executeSql(stack, sql),
      kill: async (...wanted) => void (await Promise.all(wanted.map((part) => processes.stop(part, "SIGKILL")))),
      start,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
