import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { longestFirst } from "./scripts/lib/longest-first.mjs";

const workerd = async () => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations("./migrations"),
          META_GRAPH_URL: "http://graph.test",
          API_PUBLIC_URL: "http://api.test",
          META_APP_SECRET: "test-app-secret",
          META_VERIFY_TOKEN: "test-verify-token",
          CREDENTIALS_KEY: "dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3QtdGU=",
          SESSION_SECRET: "test-session-secret-test-session-secret",
        },
      },
    }),
  ],
});

/** Milliseconds. Ends what hangs; a busy machine alone must not. */
const testTimeout = 60_000;

const LONGEST = [
  "identity/tenant-isolation.test.ts",
  "campaign/waiting.test.ts",
  "campaign/policy.test.ts",
  "campaign/d1-away.test.ts",
  "campaign/alarms.test.ts",
];

export default defineConfig(async () => ({
  test: {
    // Tests of the objects wait for alarms more than they work: one file a core would leave the cores idle.
    maxWorkers: 4,
    // To start a runtime and to load the Worker into it takes longer than most files: one after the other share theirs.
    isolate: false,
    sequence: { sequencer: longestFirst(LONGEST) },
    projects: [
      {
        // What the web's own pure functions import, as SvelteKit names it.
        resolve: { alias: { $lib: `${import.meta.dirname}/web/src/lib`, $core: `${import.meta.dirname}/worker/core` } },
        // Pure rules and the scripts: plain Node, fast.
        test: {
          name: "core",
          environment: "node" as const,
          include: ["test/{core,structure,scripts,bench}/**/*.test.ts"],
          testTimeout,
        },
      },
      {
        ...(await workerd()),
        test: {
          name: "worker",
          include: ["test/{http,durable,queue,services,adapters}/**/*.test.ts"],
          setupFiles: ["./test/support/fresh.ts"],
          testTimeout,
          hookTimeout: testTimeout,
        },
      },
    ],
  },
}));
