import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { root } from "./install.mjs";
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
  const made = fingerprint(sources.map((path) => join(root, path)));
  const stamp = join(root, "web/.svelte-kit/built");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === made) return;
  rmSync(stamp, { force: true });
  // Started from a test runner it would be a build for developers, which warns where the product is silent.
  await run("vite", ["build", "--logLevel", "warn"], { cwd: join(root, "web"), env: { NODE_ENV: "production" } });
  writeWhole(stamp, made);
}
