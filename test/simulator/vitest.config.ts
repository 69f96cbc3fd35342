import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const pathOf = (relative: string): string => new URL(relative, import.meta.url).pathname;

/** The simulator's own tests, inside workerd: `npx vitest run --config test/simulator/vitest.config.ts`. */
export default defineConfig({
  root: pathOf("../.."),
  plugins: [
    cloudflareTest({
      wrangler: { configPath: pathOf("./wrangler.toml") },
      miniflare: {
        bindings: {
          // Nobody is there: test/simulator-tests/receiver.ts takes the place of fetch.
          WEBHOOK_URL: "http://receiver.test/webhooks/meta",
          APP_SECRET: "test-app-secret",
          VERIFY_TOKEN: "test-verify-token",
          LATENCY_MS: "0",
          SEED: "1",
          // A hundred times faster than life: what takes 40 s is told within half a second.
          TIME_SCALE: "0.01",
        },
      },
    }),
  ],
  test: {
    name: "simulator",
    include: ["test/simulator-tests/**/*.test.ts"],
    setupFiles: [pathOf("../simulator-tests/setup.ts")],
    // Ends what hangs; a busy machine alone must not.
    testTimeout: 60_000,
  },
});
