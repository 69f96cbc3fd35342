import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { endAll, onOrphaned, root, runGroup } from "./groups.mjs";
import { writeWhole } from "./write-whole.mjs";

export { root };
/** @type {NodeJS.Signals[]} What asks a program to end. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const bin = join(root, "node_modules/.bin");
const stamp = join(root, "node_modules/.installed");

/** Installs the dependencies when they are missing or the lock file has changed since. */
export async function ensureInstalled() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const folder = join(root, "node_modules");
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink())
    fail(
      "node_modules is a link to another folder, which npm ci would empty. Run npm ci where it leads, or remove the link.",
    );
  console.log("Installing dependencies (npm ci)…");
  rmSync(stamp, { force: true });
  const stopListening = onEnd((code) => void endAll().then(() => process.exit(code)));
  const { status } = await runGroup("npm ci", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  // Asked to end: that is being done, and nothing follows.
  if (stopListening()) await new Promise(() => {});
  if (status !== 0) fail("npm ci did not succeed; see its messages above.");
  writeWhole(stamp, lock);
}

/**
 * Goes on under the Node that the project brings along (the `node` dev dependency): wrangler needs a newer one than
 * many machines have. Ends when that has ended, never before.
 */
export async function runUnderOwnNode(script) {
  const own = join(bin, "node");
  if (process.env.OWN_NODE === "1" || !existsSync(own)) return false;
  const child = spawn(own, [script, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      OWN_NODE: "1",
      PATH: `${bin}:${process.env.PATH}`,
      // Each start of wrangler reads ten megabytes of program; compiled once, that takes two thirds of the time.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules/.cache/node"),
    },
  });
  onEnd((_, signal) => child.kill(signal));
  const [code, signal] = await new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
  process.exit(code ?? exitCode(signal));
}

/**
 * Calls `end(exitCode, signal)` when this process is asked to end, or when the one that started it was killed. Returns
 * a function that stops listening and says whether it was called.
 */
export function onEnd(end) {
  let isAsked = false;
  const listeners = SIGNALS.map((signal) => [
    signal,
    () => {
      isAsked = true;
      end(exitCode(signal), signal);
    },
  ]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const stopWatching = onOrphaned(listeners[1][1]);
  return () => {
    stopWatching();
    for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    return isAsked;
  };
}

/** As shells have it. */
const exitCode = (signal) => 128 + constants.signals[signal];

export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
