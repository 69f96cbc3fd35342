import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./install.mjs";
import { isFree, Processes, waitFor } from "./processes.mjs";

/**
 * Where a stack keeps its state and which addresses it has. Everything a run leaves behind is under one folder, so that
 * tests and benchmarks have stacks of their own.
 */
export function settings({ dir = ".wrangler", env = process.env } = {}) {
  const ports = {
    api: Number(env.API_PORT ?? 8787),
    web: Number(env.WEB_PORT ?? 8788),
    graph: Number(env.GRAPH_PORT ?? 8789),
  };
  const base = join(root, dir);
  const secrets = loadSecrets(join(base, "secrets.json"), env);
  return {
    base,
    ports,
    secrets,
    apiUrl: `http://127.0.0.1:${ports.api}`,
    webUrl: `http://127.0.0.1:${ports.web}`,
    graphUrl: env.META_GRAPH_URL ?? `http://127.0.0.1:${ports.graph}`,
    graphVersion: env.META_GRAPH_VERSION ?? "v25.0",
    ownGraph: env.META_GRAPH_URL === undefined,
    /** Settings of the simulator: answer time of a send, and by how much webhook delays are stretched. */
    latencyMs: env.GRAPH_LATENCY_MS ?? "30",
    timeScale: env.GRAPH_TIME_SCALE ?? "1",
  };
}

/** Made once per machine and kept: tokens sealed with a lost key could not be read any more. */
function loadSecrets(file, env) {
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const secrets = {
    META_APP_SECRET: env.META_APP_SECRET ?? kept.META_APP_SECRET ?? randomBytes(24).toString("hex"),
    META_VERIFY_TOKEN: env.META_VERIFY_TOKEN ?? kept.META_VERIFY_TOKEN ?? randomBytes(12).toString("hex"),
    CREDENTIALS_KEY: env.CREDENTIALS_KEY ?? kept.CREDENTIALS_KEY ?? randomBytes(32).toString("base64"),
    SESSION_SECRET: env.SESSION_SECRET ?? kept.SESSION_SECRET ?? randomBytes(32).toString("hex"),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

export const statePath = (stack) => join(stack.base, "state");
export const graphPath = (stack) => join(stack.base, "graph");

export function forget(stack) {
  for (const path of [statePath(stack), graphPath(stack), join(stack.base, "demo.json")])
    rmSync(path, { recursive: true, force: true });
}

/** Runs a program to its end; throws with its output when it fails. */
export function run(command, args, { cwd = root, env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin", command), args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

export function migrate(stack) {
  run("wrangler", ["d1", "migrations", "apply", "DB", "--local", "--persist-to", statePath(stack)]);
}

export function executeSql(stack, sql) {
  const file = join(stack.base, "seed.sql");
  writeFileSync(file, sql);
  try {
    run("wrangler", ["d1", "execute", "DB", "--local", "--yes", "--persist-to", statePath(stack), "--file", file]);
  } finally {
    rmSync(file, { force: true });
  }
}

export function querySql(stack, sql) {
  return JSON.parse(
    run("wrangler", ["d1", "execute", "DB", "--local", "--json", "--persist-to", statePath(stack), "--command", sql]),
  )[0].results;
}

/** Names the ports that somebody else listens on. */
export async function takenPorts(stack, names) {
  const taken = [];
  for (const name of names)
    if (!(await isFree(stack.ports[name]))) taken.push(`${stack.ports[name]} (${name.toUpperCase()}_PORT)`);
  return taken;
}

/** Workers of one stack find each other by name; two stacks on one machine must not. */
const registry = (stack) => ({ env: { WRANGLER_REGISTRY_PATH: join(stack.base, "registry") } });

/** @param stack whose folder takes the logs, when it is not the one of `npm start` */
export const makeProcesses = (onExit, stack) => new Processes(onExit, stack && join(stack.base, "logs"));

export async function startGraph(stack, processes) {
  const { startGraphServer } = await import("./graph-server.mjs");
  startGraphServer(stack, processes, {
    WEBHOOK_URL: `${stack.apiUrl}/webhooks/meta`,
    APP_SECRET: stack.secrets.META_APP_SECRET,
    VERIFY_TOKEN: stack.secrets.META_VERIFY_TOKEN,
    LATENCY_MS: stack.latencyMs,
    TIME_SCALE: stack.timeScale,
    SEED: "1",
  });
  await waitFor(`http://127.0.0.1:${stack.ports.graph}/control/health`);
}

/**
 * @param config the Worker's configuration, when it is not the product's own
 * @param timeoutMs how long it may take until it answers
 */
export async function startApi(stack, processes, { config = "wrangler.toml", timeoutMs = 90_000 } = {}) {
  // What a killed one has left behind would send the web application to a port where nobody listens, for a minute.
  rmSync(join(stack.base, "registry/whatsapp-campaigns-api"), { force: true });
  processes.start(
    "api",
    "wrangler",
    [
      ...["dev", "-c", config, "--ip", "127.0.0.1", "--port", String(stack.ports.api)],
      ...[
        "--inspector-port",
        "0",
        "--persist-to",
        statePath(stack),
        "--log-level",
        "warn",
        "--show-interactive-dev-session=false",
      ],
      ...vars({
        META_GRAPH_URL: stack.graphUrl,
        META_GRAPH_VERSION: stack.graphVersion,
        WEB_URL: stack.webUrl,
        API_PUBLIC_URL: stack.apiUrl,
        ...stack.secrets,
      }),
    ],
    registry(stack),
  );
  await waitFor(`${stack.apiUrl}/healthz`, { timeoutMs });
}

export async function startWeb(stack, processes) {
  processes.start(
    "web",
    "wrangler",
    [
      ...["pages", "dev", "--ip", "127.0.0.1", "--port", String(stack.ports.web), "--inspector-port", "0"],
      ...["--persist-to", join(stack.base, "web"), "--log-level", "warn", "--show-interactive-dev-session=false"],
      ...["--binding", `API_PUBLIC_URL=${stack.apiUrl}`],
    ],
    { cwd: join(root, "web"), ...registry(stack) },
  );
  await waitFor(`${stack.webUrl}/login`);
  // 401 once it reaches the API, which it may find a little later than it begins to answer by itself.
  await waitFor(`${stack.webUrl}/api/v1/me`);
}

const vars = (values) => Object.entries(values).flatMap(([name, value]) => ["--var", `${name}:${value}`]);

/** The platform fires the cron each minute; here somebody must. */
export function startClock(stack, { everyMs = 60_000 } = {}) {
  const timer = setInterval(() => {
    fetch(`${stack.apiUrl}/cdn-cgi/local/scheduled`).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  }, everyMs);
  return () => clearInterval(timer);
}
