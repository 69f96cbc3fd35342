// `npm run check`: types of worker, tests and web; formatting and lint; the directions of imports. `--for-test` leaves out
// what `npm test` does itself: the build before, and the last of these after.
import { fileURLToPath } from "node:url";
import { ensureInstalled, runUnderOwnNode } from "./lib/install.mjs";

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const { buildAll } = await import("./lib/build.mjs");
  const { runSteps } = await import("./lib/steps.mjs");
  const isForTest = process.argv.includes("--for-test");
  await runSteps([
    // The web's types stand on its generated messages.
    ...(isForTest ? [] : [["build", buildAll]]),
    ["formatting and lint", "biome", ["check", "."]],
    ["types of worker and tests", "tsc", ["--noEmit", "-p", "."]],
    ["types of the whole-system tests", "tsc", ["--noEmit", "-p", "test/system"]],
    ["types of the benches", "tsc", ["--noEmit", "-p", "test/bench"]],
    ["the web's types of the API", "node", ["scripts/api-types.mjs", "--check"]],
    ["types of the web application", "svelte-kit", ["sync"], "web"],
    ["types of the web application", "svelte-check", ["--tsconfig", "./tsconfig.json", "--fail-on-warnings"], "web"],
    ...(isForTest ? [] : [["directions of imports", "vitest", ["run", "--project", "core", "test/structure"]]]),
  ]);
}
