import { defineConfig } from "vitest/config";

/** Whole-system tests: real processes on ports of their own, one file after the other. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});
