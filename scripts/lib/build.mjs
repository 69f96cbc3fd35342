import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { run } from "./stack.mjs";

/** Builds what a start needs: the web application and the files of /docs. Skips what has not changed since. */
export async function buildAll() {
  await import("../build-docs.mjs");
  const sources = [
    "web/src",
    "web/messages",
    "web/static",
    "web/project.inlang/settings.json",
    "web/package.json",
    "web/svelte.config.js",
    "web/vite.config.ts",
    "worker/core",
    "package-lock.json",
  ];
  const newest = Math.max(...sources.map((path) => newestChange(join(root, path))));
  const stamp = join(root, "web/.svelte-kit/built");
  if (existsSync(stamp) && Number(readFileSync(stamp, "utf8")) >= newest) return;
  run("vite", ["build", "--logLevel", "warn"], { cwd: join(root, "web") });
  mkdirSync(join(root, "web/.svelte-kit"), { recursive: true });
  writeFileSync(stamp, String(newest));
}

/** When the newest file at or under a path was changed, ms; generated message files don't count. */
function newestChange(path) {
  if (!existsSync(path) || path.endsWith("lib/paraglide")) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
