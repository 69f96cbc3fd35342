import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./install.mjs";

/** Processes started here, each the leader of its own group, so that ending one ends its children too. */
export class Processes {
  #children = new Map();
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
    const child = spawn(join(root, "node_modules/.bin", command), args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      // Local tracing of every request costs more than the requests; nobody looks at it here.
      env: { ...process.env, X_LOCAL_OBSERVABILITY: "false", WRANGLER_SEND_METRICS: "false", CI: "1", ...env },
    });
    child.stdout.pipe(out);
    child.stderr.pipe(out);
    this.#children.set(name, child);
    child.on("exit", () => {
      if (this.#children.delete(name)) this.#onExit(name, log);
    });
    return child;
  }

  pid(name) {
    return this.#children.get(name)?.pid;
  }

  /** Ends a process group: politely unless told otherwise, and for sure within three seconds. */
  async stop(name, signal = "SIGTERM") {
    const child = this.#children.get(name);
    if (!child) return;
    this.#children.delete(name);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    kill(child.pid, signal);
    await Promise.race([gone, sleep(3_000)]);
    kill(child.pid, "SIGKILL");
  }

  async stopAll(signal) {
    await Promise.all([...this.#children.keys()].map((name) => this.stop(name, signal)));
  }

  /** Ends all groups without waiting: for a process that is itself about to end. */
  killAll() {
    for (const child of this.#children.values()) kill(child.pid, "SIGKILL");
    this.#children.clear();
  }
}

function kill(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
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
