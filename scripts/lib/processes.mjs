import { createWriteStream, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endGroup, root, spawnGroup } from "./groups.mjs";

/** The parts of a stack by their names, each a process group. */
export class Processes {
  #pids = new Map();
  #onExit;
  #logs;
  #started = new Set();

  /**
   * @param onExit called with a name when a process ends by itself
   * @param logs folder for what the processes say
   */
  constructor(onExit = () => {}, logs = join(root, ".wrangler/logs")) {
    this.#onExit = onExit;
    this.#logs = logs;
  }

  /** Starts a program of node_modules/.bin; its output goes to <name>.log in the folder of logs, of all its starts. */
  start(name, command, args, { cwd = root, env = {} } = {}) {
    const log = join(this.#logs, `${name}.log`);
    mkdirSync(this.#logs, { recursive: true });
    const out = createWriteStream(log, { flags: this.#started.has(name) ? "a" : "w" });
    this.#started.add(name);
    const child = spawnGroup(name, join(root, "node_modules/.bin", command), args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      // Local tracing of every request, and wrappers around objects to look into them, cost more than the work itself.
      env: {
        ...process.env,
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        WRANGLER_SEND_METRICS: "false",
        CI: "1",
        ...env,
      },
    });
    child.stdout.pipe(out);
    child.stderr.pipe(out);
    this.#pids.set(name, child.pid);
    child.once("exit", () => {
      if (this.#pids.get(name) !== child.pid) return;
      this.#pids.delete(name);
      // Its children may live on without it.
      void endGroup(child.pid, "SIGKILL");
      this.#onExit(name, log);
    });
    return child;
  }

  pid(name) {
    return this.#pids.get(name);
  }

  /** Ends a process group: politely unless told otherwise, and for sure. */
  async stop(name, signal = "SIGTERM") {
    const pid = this.#pids.get(name);
    this.#pids.delete(name);
    if (pid !== undefined) await endGroup(pid, signal);
  }

  async stopAll(signal) {
    await Promise.all([...this.#pids.keys()].map((name) => this.stop(name, signal)));
  }
}

/** Whether this port of the loopback address can be listened on. */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Waits until an address answers with a status below 500. */
export async function waitFor(url, { timeoutMs = 90_000 } = {}) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      if (response.status < 500) return;
    } catch {
      // Not there yet.
    }
    if (Date.now() > end) throw new Error(`${url} did not answer within ${timeoutMs / 1000} s`);
    await sleep(200);
  }
}
