import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, vi } from "vitest";

/**
 * Files share a runtime: each finds empty databases, objects, queues and buckets, and nothing of what the one before has
 * put in the place of something else.
 */
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
