import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { exportStore } from "../../worker/adapters/d1/exports.ts";
import { tenantDb } from "../../worker/adapters/d1/tenant-db.ts";
import { anExport, aTenant } from "../support/builders.ts";

const MINUTE = 60_000;

async function aQueuedExport() {
  const t = await aTenant();
  const { id } = await anExport(t, { status: "queued", completedAt: null, movedAt: 0 });
  return { id, exports: exportStore(tenantDb(env, t.tenantId)) };
}

test("of runs that begin together one may write", async () => {
  const { id, exports } = await aQueuedExport();
  const begun = await Promise.all([1, 2, 3, 4].map(() => exports.begin(id, 1, MINUTE)));
  expect(begun.filter(Boolean)).toHaveLength(1);
});

test("a run that was taken for dead can write nothing while the next one is at work", async () => {
  const { id, exports } = await aQueuedExport();
  await exports.begin(id, 1, MINUTE);
  expect(await exports.requeue(id, 2 * MINUTE, 3 * MINUTE)).toBe(true);
  expect(await exports.progress(id, 1, { rows: 7, bytes: 7 }, 3 * MINUTE)).toBe(false);
  await exports.begin(id, 2, 3 * MINUTE);
  await exports.keepUpload(id, 2, "second");
  const before = await exports.get(id);
  expect(await exports.keepUpload(id, 1, "first")).toBe(false);
  expect(await exports.progress(id, 1, { rows: 7, bytes: 7 }, 4 * MINUTE)).toBe(false);
  expect(await exports.release(id, 1, 4 * MINUTE)).toBe(false);
  expect(await exports.complete(id, 1, { rows: 7, bytes: 7 }, 4 * MINUTE)).toBe(false);
  expect(await exports.get(id)).toEqual(before);
  expect(await exports.complete(id, 2, { rows: 9, bytes: 9 }, 4 * MINUTE)).toBe(true);
});

test("one that moves, or is over, is not taken from its run", async () => {
  const { id, exports } = await aQueuedExport();
  await exports.begin(id, 1, 2 * MINUTE);
  expect(await exports.requeue(id, 2 * MINUTE, 3 * MINUTE)).toBe(false);
  await exports.complete(id, 1, { rows: 1, bytes: 1 }, 2 * MINUTE);
  expect(await exports.requeue(id, 9 * MINUTE, 9 * MINUTE)).toBe(false);
  expect(await exports.begin(id, 2, 9 * MINUTE)).toBe(false);
  expect(await exports.fail(id, "gave_up", 9 * MINUTE)).toBe(false);
});
