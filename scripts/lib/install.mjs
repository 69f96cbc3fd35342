import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const bin = join(root, "node_modules/.bin");
const stamp = join(root, "node_modules/.installed");

/** Installs the dependencies when they are missing or the lock file has changed since. */
export function ensureInstalled() {
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
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) fail("npm ci did not succeed; see its messages above.");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/**
 * Goes on under the Node that the project brings along (the `node` dev dependency): wrangler needs a newer one than
 * many machines have.
 */
export function runUnderOwnNode(script) {
  const own = join(bin, "node");
  if (process.env.OWN_NODE === "1" || !existsSync(own)) return false;
  const child = spawnSync(own, [script, ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, OWN_NODE: "1", PATH: `${bin}:${process.env.PATH}` },
  });
  process.exit(child.status ?? 1);
}

export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
