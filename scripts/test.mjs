// `npm test`: everything. Static checks, rules, the Worker in its real runtime, the simulator, and beside them the whole
// system: real processes, killed and restarted, and a real browser. Leaves no process behind.
import { fileURLToPath } from "node:url";
import { ensureInstalled, fail, runUnderOwnNode } from "./lib/install.mjs";

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) {
  const { buildAll } = await import("./lib/build.mjs");
  const { ensureChromium } = await import("./lib/chromium.mjs");
  const { runSteps } = await import("./lib/steps.mjs");
  const { claimPorts } = await import("./lib/stack.mjs");
  const { ALL_PORTS, OTHER_PORTS } = await import("../test/system/support/ports.ts");
  // Told now, not after the first minutes.
  await claimPorts({ ports: ALL_PORTS }, Object.keys(ALL_PORTS), OTHER_PORTS).catch((error) => fail(error.message));
  ensureChromium();
  await runSteps([
    ["build", buildAll],
    // The whole system waits more than it works, for waves, for what was killed, for pages; and it looks at the clock.
    {
      live: [["whole system", "vitest", ["run", "--config", "test/system/vitest.config.ts"]]],
      beside: [
        ["static checks", "node", ["scripts/check.mjs", "--for-test"]],
        ["rules and Worker", "vitest", ["run"]],
        ["simulator", "vitest", ["run", "--config", "test/simulator/vitest.config.ts"]],
      ],
    },
  ]);
}
