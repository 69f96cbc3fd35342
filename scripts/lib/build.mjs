import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { newestChange } from "./newest-change.mjs";
import { run } from "./stack.mjs";
import { writeWhole } from "./write-whole.mjs";

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
  rmSync(stamp, { force: true });
  await run("vite", ["build", "--logLevel", "warn"], { cwd: join(root, "web") });
  writeWhole(stamp, String(newest));
}
