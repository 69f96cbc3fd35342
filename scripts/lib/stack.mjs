import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endLeftovers, root, runGroup } from "./groups.mjs";
import { holderOf } from "./process-table.mjs";
import { isFree, Processes, waitFor } from "./processes.mjs";
import { writeWhole } from "./write-whole.mjs";

/** Where `npm start` keeps its state, from the project's folder. */
export const STATE_FOLDER = process.env.STATE_FOLDER ?? ".wrangler";

/**
 * Where a stack keeps its state and which addresses it has. Everything a run leaves behind is under one folder, so that
 * tests and benchmarks have stacks of their own.
 */
export function settings({ dir = STATE_FOLDER, env = process.env } = {}) {
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
  writeWhole(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

export const statePath = (stack) => join(stack.base, "state");
export const graphPath = (stack) => join(stack.base, "graph");

export function forget(stack) {
  for (const path of [statePath(stack), graphPath(stack), join(stack.base, "demo.json")])
    rmSync(path, { recursive: true, force: true });
}

/** Runs a program of node_modules/.bin to its end: what it printed; throws with that when it fails. */
export async function run(command, args, { cwd = root, env = {} } = {}) {
  const { status, stdout, stderr } = await runGroup(command, join(root, "node_modules/.bin", command), args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", ...env },
  });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

export const migrate = (stack) =>
  run("wrangler", ["d1", "migrations", "apply", "DB", "--local", "--persist-to", statePath(stack)]);

export async function executeSql(stack, sql) {
  const file = join(stack.base, "seed.sql");
  writeFileSync(file, sql);
  try {
    await run("wrangler", [
      "d1",
      "execute",
      "DB",
      "--local",
      "--yes",
      "--persist-to",
      statePath(stack),
      "--file",
      file,
    ]);
  } finally {
    rmSync(file, { force: true });
  }
}

export async function querySql(stack, sql) {
  const how = ["--local", "--json", "--persist-to", statePath(stack)];
  return JSON.parse(await run("wrangler", ["d1", "execute", "DB", ...how, "--command", sql]))[0].results;
}

/**
 * Ends what killed ones of this checkout have left on this machine, then makes sure that nobody else listens on these
 * ports: throws with who does.
 *
 * @param names of the stack's ports
 * @param again what to type to use other ports
 */
export async function claimPorts(stack, names, again) {
  const ended = await endLeftovers();
  if (ended.length > 0) console.log(`Ended what a killed run had left: ${ended.join(", ")}`);
  const taken = [];
  for (const name of names) if (!(await isFree(stack.ports[name]))) taken.push(describeHolder(stack.ports[name]));
  if (taken.length > 0) throw new Error(`${taken.join("\n")}\nEnd that, or take other ports, for instance ${again}`);
}

function describeHolder(port) {
  const holder = holderOf(port);
  if (!holder) return `Port ${port} is in use by a program that this user may not see.`;
  // Only what it is: further arguments may be secrets.
  const program = holder.command.split(" ").slice(0, 2).join(" ");
  return `Port ${port} is in use by process ${holder.pid}: ${program.slice(0, 100)}`;
}

/** Workers of one stack find each other by name; two stacks on one machine must not. */
const registry = (stack) => ({ env: { WRANGLER_REGISTRY_PATH: join(stack.base, "registry") } });

/** @param stack whose folder takes the logs, when it is not the one of `npm start` */
export const makeProcesses = (onExit, stack) => new Processes(onExit, stack && join(stack.base, "logs"));

export async function startGraph(stack, processes) {
  const { startGraphServer } = await import("./graph-server.mjs");
  await startGraphServer(stack, processes, {
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
