import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { exportStore } from "#adapters/d1/reports/exports.ts";
import { tenantDb } from "#adapters/d1/tenant-db.ts";
import { anExport, aTenant } from "../../../support/builders.ts";

async function aQueuedExport() {
  const t = await aTenant();
  const { id } = await anExport(t, { status: "queued", completedAt: null, movedAt: 0, rows: 0, bytes: 0 });
  return { id, exports: exportStore(tenantDb(env, t.tenantId)) };
}
const part = (n: number) => ({ key: `part-${n}`, bytes: 10 });

test("of parts that were begun at the same place one is kept, with its rows and its place in the order", async () => {
  const { id, exports } = await aQueuedExport();
  const add = (parts: { key: string; bytes: number }[] | null, n: number, after: string | null) =>
    exports.addPart({ id, parts }, { part: part(n), rows: n, after, now: n });
  const first = await Promise.all([1, 1, 1].map((n) => add(null, n, "con_1")));
  expect(first.filter(Boolean)).toHaveLength(1);
  expect(await add([part(1)], 2, "con_2")).toBe(true);
  const before = await exports.get(id);
  expect(before).toMatchObject({ status: "running", rows: 3, bytes: 20, parts: [part(1), part(2)] });
  expect(before?.cursor).toEqual({ after: "con_2" });
  // Of one that was slow, or delivered again.
  expect(await add(null, 7, "con_7")).toBe(false);
  expect(await add([part(1)], 7, null)).toBe(false);
  expect(await exports.failedPart({ id, parts: [part(1)] }, 9)).toBe(false);
  expect(await exports.get(id)).toEqual(before);
  expect(await add([part(1), part(2)], 3, null)).toBe(true);
  expect(await exports.get(id)).toMatchObject({
    status: "completed",
    rows: 6,
    bytes: 30,
    cursor: null,
    completedAt: 3,
  });
});

test("tries in vain are counted for the part at hand, and forgotten once it is there", async () => {
  const { id, exports } = await aQueuedExport();
  for (let i = 1; i <= 3; i++) expect(await exports.failedPart({ id, parts: null }, i)).toBe(true);
  expect(await exports.get(id)).toMatchObject({ attempts: 3, movedAt: 3 });
  await exports.addPart({ id, parts: null }, { part: part(1), rows: 1, after: "con_1", now: 4 });
  expect(await exports.get(id)).toMatchObject({ attempts: 0, movedAt: 4 });
});

test("one that is over stays as it is", async () => {
  const { id, exports } = await aQueuedExport();
  await exports.addPart({ id, parts: null }, { part: null, rows: 0, after: null, now: 1 });
  const done = await exports.get(id);
  expect(done).toMatchObject({ status: "completed", parts: null, bytes: 0 });
  expect(await exports.addPart({ id, parts: null }, { part: part(1), rows: 1, after: null, now: 2 })).toBe(false);
  expect(await exports.failedPart({ id, parts: null }, 2)).toBe(false);
  expect(await exports.fail(id, "gave_up", 2)).toBe(false);
  expect(await exports.get(id)).toEqual(done);
});
