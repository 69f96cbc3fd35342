import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { alerts, exports_ } from "../../worker/adapters/d1/schema.ts";
import { reportHead } from "../../worker/core/report-row.ts";
import { type Deps, makeDeps } from "../../worker/deps.ts";
import type { CampaignRpc, ReportRow } from "../../worker/durable/rpc.ts";
import { requeueStalledExports, runExport } from "../../worker/queue/export-job.ts";
import { PartWriter } from "../../worker/queue/part-writer.ts";
import { aCampaign, aLine, anExport, aTenant, orm, type TestTenant } from "../support/builders.ts";

const LONG_AGO = 1_000;
const MIB = 1024 * 1024;

const rowOf = (i: number, lineId: string | null): ReportRow => ({
  contactId: `con_${String(i).padStart(8, "0")}`,
  name: `Pessoa ${i}`,
  document: null,
  customerCode: null,
  email: null,
  phone: `+551191${String(i).padStart(7, "0")}`,
  status: "sent",
  skipReason: null,
  wave: 0,
  lineId,
  requestedAt: i,
  sentAt: i,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  repliedAt: null,
  errorCode: null,
  errorDetail: null,
  messageId: `wamid.${i}`,
  text: "Olá. ".repeat(60),
});

/** Deps whose campaign has so many rows; `trouble` may fail a page. */
function depsWith(rows: number, { lineId = null as string | null, trouble = (_page: number) => {} } = {}): Deps {
  let pages = 0;
  const campaign = {
    async reportPage(after: string, limit: number) {
      trouble(++pages);
      const from = after === "" ? 0 : Number(after.slice(4)) + 1;
      return Array.from({ length: Math.min(limit, rows - from) }, (_, i) => rowOf(from + i, lineId));
    },
  } as Partial<CampaignRpc> as CampaignRpc;
  return { ...makeDeps(env), campaign: () => campaign };
}

async function aQueued(t: TestTenant, overrides: Parameters<typeof anExport>[1] = {}) {
  const { id: campaignId } = await aCampaign(t, { status: "completed" });
  const job = await anExport(t, {
    campaignId,
    status: "queued",
    rows: 0,
    bytes: 0,
    completedAt: null,
    movedAt: Date.now(),
    ...overrides,
  });
  return { ...job, message: { kind: "export" as const, tenantId: t.tenantId, exportId: job.id } };
}
const stored = async (id: string) => {
  const [row] = await orm.select().from(exports_).where(eq(exports_.id, id));
  if (!row) throw new Error("There is no such export.");
  return row;
};
const fileOf = async (key: string) => {
  const file = await env.FILES.get(key);
  return file ? new Uint8Array(await file.arrayBuffer()) : null;
};

describe("a report", () => {
  test("of several parts has every row once, and its parts come out whole", async () => {
    const t = await aTenant();
    const line = await aLine(t, { name: "Cobrança 1" });
    const { id, fileKey, message } = await aQueued(t);
    await runExport(env, depsWith(30_000, { lineId: line.id }), message);
    const row = await stored(id);
    expect(row).toMatchObject({ status: "completed", rows: 30_000, cursor: null, completedAt: expect.any(Number) });
    expect(row.bytes).toBeGreaterThan(8 * MIB);
    const bytes = await fileOf(fileKey);
    expect(bytes).toHaveLength(row.bytes);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes ?? undefined);
    const lines = text.split("\r\n");
    expect(lines).toHaveLength(30_002);
    expect(
      lines.slice(1, -1).every((each, i) => each.startsWith(`Pessoa ${i};`) && each.includes(";Cobrança 1;")),
    ).toBe(true);
  });

  test("of a campaign without rows is a head and nothing else", async () => {
    const t = await aTenant();
    const { id, fileKey, message } = await aQueued(t, { delimiter: "," });
    await runExport(env, makeDeps(env), message);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 0 });
    expect(await fileOf(fileKey)).toEqual(new TextEncoder().encode(reportHead(",")));
  });

  test("that is done is not made again", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await runExport(env, depsWith(3), message);
    const before = await stored(id);
    await runExport(env, depsWith(5), message);
    expect(await stored(id)).toEqual(before);
  });

  test("of another tenant is not found by its id", async () => {
    const { id, message } = await aQueued(await aTenant());
    await runExport(env, depsWith(3), { ...message, tenantId: (await aTenant()).tenantId });
    expect(await stored(id)).toMatchObject({ status: "queued", attempts: 0 });
  });
});

describe("a run that fails", () => {
  const failOn = (page: number) => ({
    trouble: (asked: number) => {
      if (asked === page) throw new Error("the object is away");
    },
  });

  test("throws, so that its message comes again, and the next run makes the whole report", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await expect(runExport(env, depsWith(9_000, failOn(2)), message)).rejects.toThrow("away");
    expect(await stored(id)).toMatchObject({ status: "queued", attempts: 1 });
    const left = (await stored(id)).cursor?.uploadId ?? "";
    await runExport(env, depsWith(9_000), message);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 9_000, attempts: 2 });
    // Its parts are gone: nothing can be added to it any more.
    const upload = env.FILES.resumeMultipartUpload((await stored(id)).fileKey, left);
    await expect(upload.uploadPart(1, "x")).rejects.toThrow();
  });

  test("too often is given up with an alert, and its message with it", async () => {
    const t = await aTenant();
    const { id, campaignId, message } = await aQueued(t);
    const away = () => depsWith(3, failOn(1));
    for (let attempt = 1; attempt < 5; attempt++) await expect(runExport(env, away(), message)).rejects.toThrow("away");
    await runExport(env, away(), message);
    expect(await stored(id)).toMatchObject({ status: "failed", error: "gave_up", completedAt: expect.any(Number) });
    const raised = await orm.select().from(alerts).where(eq(alerts.tenantId, t.tenantId));
    expect(raised).toMatchObject([{ kind: "export_failed", subject: campaignId }]);
  });

  test("by dying each time is given up as well", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t, { attempts: 5 });
    await runExport(env, depsWith(3), message);
    expect(await stored(id)).toMatchObject({ status: "failed" });
  });
});

describe("two runs of one report", () => {
  test("are one: while a run shows signs of life, another does nothing", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t, { status: "running", attempts: 1 });
    await runExport(env, depsWith(3), message);
    expect(await stored(id)).toMatchObject({ status: "running", attempts: 1, rows: 0 });
  });

  test("started at the same moment make it once", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await Promise.all([1, 2, 3].map(() => runExport(env, depsWith(5_000), message)));
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 5_000, attempts: 1 });
  });

  test("do not mix: one that was taken for dead changes nothing any more", async () => {
    const t = await aTenant();
    const { id, fileKey, message } = await aQueued(t);
    const overtake = async () => {
      await orm.update(exports_).set({ movedAt: LONG_AGO }).where(eq(exports_.id, id));
      await runExport(env, depsWith(4_000), message);
    };
    let overtaken: Promise<void> | null = null;
    const slow = depsWith(9_000, {
      trouble: (page) => {
        if (page === 2) overtaken = overtake();
      },
    });
    const { campaign } = slow;
    const waits: Deps = {
      ...slow,
      campaign: (campaignId) => ({
        ...campaign(campaignId),
        async reportPage(after, limit) {
          const page = await campaign(campaignId).reportPage(after, limit);
          await overtaken;
          return page;
        },
      }),
    };
    await runExport(env, waits, message);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 4_000, attempts: 2 });
    const text = new TextDecoder().decode((await fileOf(fileKey)) ?? undefined);
    expect(text.split("\r\n")).toHaveLength(4_002);
  });
});

test("the cron wakes what has not moved for a minute, and nothing else", async () => {
  const t = await aTenant();
  const now = Date.now();
  const lost = await aQueued(t, { movedAt: now - 61_000 });
  const dead = await aQueued(t, { status: "running", attempts: 1, movedAt: now - 61_000 });
  await aQueued(t, { status: "running", movedAt: now - 59_000 });
  await anExport(t, { movedAt: LONG_AGO });
  const send = vi.fn();
  const queue = { JOBS: { ...env.JOBS, send } };
  await requeueStalledExports(queue, makeDeps(env), now);
  expect(
    send.mock.calls
      .flat()
      .map(({ exportId }) => exportId)
      .sort(),
  ).toEqual([lost.id, dead.id].sort());
  send.mockClear();
  await requeueStalledExports(queue, makeDeps(env), now);
  expect(send).not.toHaveBeenCalled();
  await runExport(env, depsWith(3), dead.message);
  expect(await stored(dead.id)).toMatchObject({ status: "completed", attempts: 2 });
});

test("a file of any size is cut into equal parts, whatever the pieces it is written in", async () => {
  for (const [pieces, size] of [
    [0, 1],
    [1, 7],
    [12, MIB],
    [11, MIB + 1],
    [3, 5 * MIB],
  ] as const) {
    const key = `test/${pieces}-${size}`;
    const writer = new PartWriter(await env.FILES.createMultipartUpload(key), 5 * MIB);
    await writer.write(new TextEncoder().encode("head"));
    for (let i = 0; i < pieces; i++) await writer.write(new Uint8Array(size).fill(i));
    await writer.finish();
    const bytes = await fileOf(key);
    expect(bytes).toHaveLength(4 + pieces * size);
    expect(writer.bytes).toBe(4 + pieces * size);
    for (let i = 0; i < pieces; i++) expect(bytes?.[4 + i * size + Math.floor(size / 2)]).toBe(i);
  }
});
