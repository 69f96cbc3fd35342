import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { root } from "./install.mjs";
import { graphPath, run } from "./stack.mjs";

/**
 * Runs the simulator as a plain workerd: `wrangler dev` would put a proxy in front of it that takes as much of the
 * machine as the simulator itself.
 *
 * @param vars the Worker's variables, by name
 */
export async function startGraphServer(stack, processes, vars) {
  const state = graphPath(stack);
  mkdirSync(state, { recursive: true });
  const config = join(stack.base, "graph-server.capnp");
  writeFileSync(
    config,
    configOf({ port: stack.ports.graph, state, vars, program: relative(stack.base, await bundleGraph()) }),
  );
  processes.start("graph", "workerd", ["serve", config]);
}

/**
 * The simulator as one file of JavaScript, made by wrangler from the simulator's own configuration: its path. All stacks
 * of the checkout share it until the simulator changes.
 */
export async function bundleGraph() {
  const made = join(root, ".wrangler/graph-bundle", fingerprint([join(root, "test/simulator")]));
  const program = join(made, "index.js");
  if (existsSync(program)) return program;
  const draft = `${made}.${process.pid}`;
  await run("wrangler", ["deploy", "--dry-run", "-c", "test/simulator/wrangler.toml", "--outdir", draft]);
  try {
    renameSync(draft, made);
  } catch {
    // Another stack has made the same meanwhile.
    rmSync(draft, { recursive: true, force: true });
  }
  return program;
}

const text = (value) => JSON.stringify(String(value));

/** workerd's own configuration language: the same Worker as in test/simulator/wrangler.toml. */
function configOf({ port, state, vars, program }) {
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
  modules = [(name = "index.js", esModule = embed ${text(program)})],
  compatibilityDate = ${text(date)},
  bindings = [(name = "GRAPH", durableObjectNamespace = "GraphObject"), ${bindings.join(", ")}],
  durableObjectNamespaces = [(className = "GraphObject", uniqueKey = "graph", enableSql = true)],
  durableObjectStorage = (localDisk = "state"),
);
`;
}
