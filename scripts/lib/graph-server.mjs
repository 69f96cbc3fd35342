import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { newestChange } from "./newest-change.mjs";
import { graphPath, run } from "./stack.mjs";

/**
 * Runs the simulator as a plain workerd: `wrangler dev` would put a proxy in front of it that takes as much of the
 * machine as the simulator itself.
 *
 * @param vars the Worker's variables, by name
 */
export async function startGraphServer(stack, processes, vars) {
  const folder = join(stack.base, "graph-server");
  await bundle(folder);
  const state = graphPath(stack);
  mkdirSync(state, { recursive: true });
  const config = join(folder, "config.capnp");
  writeFileSync(config, configOf({ port: stack.ports.graph, state, vars }));
  processes.start("graph", "workerd", ["serve", config]);
}

/** One file of JavaScript, made by wrangler from the simulator's own configuration. */
async function bundle(folder) {
  const stamp = join(folder, "built");
  const newest = String(newestChange(join(root, "test/simulator")));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === newest) return;
  rmSync(stamp, { force: true });
  await run("wrangler", [
    "deploy",
    "--dry-run",
    "-c",
    "test/simulator/wrangler.toml",
    "--outdir",
    join(folder, "bundle"),
  ]);
  writeFileSync(stamp, newest);
}

const text = (value) => JSON.stringify(String(value));

/** workerd's own configuration language: the same Worker as in test/simulator/wrangler.toml. */
function configOf({ port, state, vars }) {
  const [, date] = /^compatibility_date = "(.+)"$/m.exec(
    readFileSync(join(root, "test/simulator/wrangler.toml"), "utf8"),
  );
  const bindings = Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "simulator", worker = .simulator),
    (name = "state", disk = (path = ${text(state)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "simulator")],
);
const simulator :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "bundle/index.js")],
  compatibilityDate = ${text(date)},
  bindings = [(name = "GRAPH", durableObjectNamespace = "GraphObject"), ${bindings.join(", ")}],
  durableObjectNamespaces = [(className = "GraphObject", uniqueKey = "graph", enableSql = true)],
  durableObjectStorage = (localDisk = "state"),
);
`;
}
