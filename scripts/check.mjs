// `npm run check`: types of worker, tests and web; formatting and lint; the directions of imports.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, root, runUnderOwnNode } from "./lib/install.mjs";

ensureInstalled();
if (!runUnderOwnNode(fileURLToPath(import.meta.url))) {
  // The web's types stand on its generated messages.
  const { buildAll } = await import("./lib/build.mjs");
  await buildAll();
  const steps = [
    ["formatting and lint", "biome", ["check", "."]],
    ["types of worker and tests", "tsc", ["--noEmit", "-p", "."]],
    ["types of the whole-system tests", "tsc", ["--noEmit", "-p", "test/system"]],
    ["types of the benches", "tsc", ["--noEmit", "-p", "test/bench"]],
    ["types of the web application", "svelte-kit", ["sync"], "web"],
    ["types of the web application", "svelte-check", ["--tsconfig", "./tsconfig.json", "--fail-on-warnings"], "web"],
    ["directions of imports", "vitest", ["run", "--project", "core", "test/structure"]],
  ];
  for (const [what, command, args, cwd = "."] of steps) {
    console.log(`\n== ${what}: ${command}`);
    const { status } = spawnSync(join(root, "node_modules/.bin", command), args, {
      cwd: join(root, cwd),
      stdio: "inherit",
    });
    if (status !== 0) fail(`${what}: not clean, see above.`);
  }
}
