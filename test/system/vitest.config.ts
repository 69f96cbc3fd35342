import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { RUNNERS } from "./support/ports.ts";

/** The first waits for four whole minutes and needs little else: what runs beside it costs no time. */
const LONGEST = ["first-campaign.test.ts", "kill.test.ts", "start.test.ts", "web.test.ts", "faults.test.ts"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const first = LONGEST.flatMap((name) => files.filter(({ moduleId }) => moduleId.endsWith(name)));
    return [...first, ...files.filter((file) => !first.includes(file))];
  }
}

/** Whole-system tests: real processes, three files at a time, each on ports of its own. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    // The degraded network takes minutes and belongs to the soak: npm run test:degraded.
    exclude: process.env.DEGRADED_NETWORK ? [] : ["test/system/degraded-network.test.ts"],
    environment: "node",
    globalSetup: "test/system/support/prepared.ts",
    maxWorkers: RUNNERS,
    sequence: { sequencer: LongestFirst },
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});
