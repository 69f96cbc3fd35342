// `npm test`: everything. Static checks, rules, the Worker in its real runtime, the simulator, then the whole system:
// real processes, killed and restarted, and a real browser. Leaves no process behind.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, root, runUnderOwnNode } from "./lib/install.mjs";

ensureInstalled();
if (!runUnderOwnNode(fileURLToPath(import.meta.url))) {
  const { buildAll } = await import("./lib/build.mjs");
  const { ensureChromium } = await import("./lib/chromium.mjs");
  console.log("== build");
  await buildAll();
  ensureChromium();
  const steps = [
    ["static checks", "node", ["scripts/check.mjs"]],
    ["rules and Worker", "vitest", ["run"]],
    ["simulator", "vitest", ["run", "--config", "test/simulator/vitest.config.ts"]],
    ["whole system", "vitest", ["run", "--config", "test/system/vitest.config.ts"]],
  ];
  for (const [what, command, args] of steps) {
    const startedAt = Date.now();
    console.log(`\n== ${what}`);
    const { status } = spawnSync(join(root, "node_modules/.bin", command), args, { cwd: root, stdio: "inherit" });
    console.log(`== ${what}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    if (status !== 0) fail(`${what}: failed, see above.`);
  }
}
