import { defineConfig } from "vitest/config";

/** Whole-system tests: real processes on ports of their own, one file after the other. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    // Rough weather takes minutes and belongs to the soak: npm run test:rough.
    exclude: process.env.ROUGH_WEATHER ? [] : ["test/system/rough-weather.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});
