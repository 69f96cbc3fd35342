import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { alerts } from "#adapters/d1/schema/operations.ts";
import { exports_ } from "#adapters/d1/schema/reports.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { JobMessage } from "#contracts/queue-messages.ts";
import { type ReportRow, reportHead } from "#core/reports/report-row.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { requeueStalledExports, runExport } from "#services/reports/export-job.ts";
import { aCampaign, aLine, anExport, aTenant, orm, type TestTenant } from "../../support/builders.ts";
import { nothingKnown } from "../../support/contact-fields.ts";

const LONG_AGO = 1_000;

const rowOf = (i: number, lineId: string | null): ReportRow => ({
  contactId: `con_${String(i).padStart(8, "0")}`,
  name: `Pessoa ${i}`,
  ...nothingKnown,
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

/** Small, so that a few pages make several parts; a page of the fake rows has some 1.6 MB. */
const PART = 2_000_000;

interface Fake {
  lineId?: string | null;
  /** Called with the number of the page before it is given out; may fail or wait. */
  beforePage?: (page: number) => unknown;
  /** Stands in each row, so that runs can be told from each other. */
  mark?: string;
}
/** Deps whose campaign has so many rows, and from where on it was asked for. */
function depsWith(rows: number, { lineId = null, beforePage = () => {}, mark = "" }: Fake = {}) {
  const asked: string[] = [];
  const campaign = {
    async reportPage(after: string, limit: number) {
      asked.push(after);
      await beforePage(asked.length);
      const from = after === "" ? 0 : Number(after.slice(4)) + 1;
      return Array.from({ length: Math.max(0, Math.min(limit, rows - from)) }, (_, i) => ({
        ...rowOf(from + i, lineId),
        customerCode: mark,
      }));
    },
  } as Partial<CampaignRpc> as CampaignRpc;
  const deps: Deps = { ...makeDeps(env), campaign: () => campaign };
  return { deps, asked };
}

/** Files, and queues whose jobs the test holds in its hands. */
function withJobs(files = makeDeps(env).files) {
  const jobs: JobMessage[] = [];
  const enqueueJob = async (message: JobMessage) => void jobs.push(message);
  return { ports: { files, queues: { ...makeDeps(env).queues, enqueueJob } }, jobs };
}
type Message = Extract<JobMessage, { kind: "export" }>;
const run = (deps: Deps, message: Message, held = withJobs()) => runExport({ ...deps, ...held.ports }, message, PART);
/** Delivers the message and all that follow from it, one after the other. */
async function make(deps: Deps, message: Message): Promise<number> {
  const queue = withJobs();
  queue.jobs.push(message);
  let delivered = 0;
  for (let next = queue.jobs.shift(); next; next = queue.jobs.shift()) {
    delivered += 1;
    if (next.kind === "export") await run(deps, next, queue);
  }
  return delivered;
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
/** The report as it is downloaded: head and rows. */
async function download(t: TestTenant, id: string): Promise<string[]> {
  const response = await t.call("GET", `/v1/exports/${id}/download`);
  expect(response.status).toBe(200);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get("Content-Length")).toBe(String(bytes.length));
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  expect(text.endsWith("\r\n")).toBe(true);
  return text.slice(0, -2).split("\r\n");
}
/** Files in R2 that belong to this export. */
const filesOf = async (key: string) => (await env.FILES.list({ prefix: `${key}.` })).objects.map((each) => each.key);
/** Everybody once, in the order of their ids. */
function expectWhole(lines: string[], rows: number): void {
  expect(lines).toHaveLength(rows + 1);
  expect(lines[0]).toBe(reportHead(";").trimEnd());
  expect(lines.slice(1).findIndex((line, i) => !line.startsWith(`Pessoa ${i};`))).toBe(-1);
}

describe("a report", () => {
  test("is made a part a message, and has every row once", async () => {
    const t = await aTenant();
    const line = await aLine(t, { name: "Cobrança 1" });
    const { id, message } = await aQueued(t);
    const { deps, asked } = depsWith(30_000, { lineId: line.id });
    const messages = await make(deps, message);
    const row = await stored(id);
    expect(row).toMatchObject({ status: "completed", rows: 30_000, cursor: null, completedAt: expect.any(Number) });
    expect(messages).toBeGreaterThan(2);
    expect(row.parts).toHaveLength(messages);
    expect(new Set(asked).size).toBe(asked.length);
    const lines = await download(t, id);
    expectWhole(lines, 30_000);
    expect(lines.slice(1).every((each) => each.includes(";Cobrança 1;"))).toBe(true);
  });

  test("whose rows end where a part does has no row too many", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await make(depsWith(8_000).deps, message);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 8_000 });
    expectWhole(await download(t, id), 8_000);
  });

  test("of a campaign without rows is a head and nothing else", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t, { delimiter: "," });
    expect(await make(makeDeps(env), message)).toBe(1);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 0 });
    expect(await download(t, id)).toEqual([reportHead(",").trimEnd()]);
  });

  test("that is done is not made again", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await make(depsWith(3).deps, message);
    const before = await stored(id);
    await make(depsWith(5).deps, message);
    expect(await stored(id)).toEqual(before);
  });

  test("of another tenant is not found by its id", async () => {
    const { id, message } = await aQueued(await aTenant());
    await make(depsWith(3).deps, { ...message, tenantId: (await aTenant()).tenantId });
    expect(await stored(id)).toMatchObject({ status: "queued", attempts: 0 });
  });

  test("a part of which is gone is no download that looks whole", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await make(depsWith(12_000).deps, message);
    const { parts } = await stored(id);
    await env.FILES.delete(parts?.at(-1)?.key ?? "");
    const response = await t.call("GET", `/v1/exports/${id}/download`);
    await expect(response.arrayBuffer()).rejects.toThrow();
    await env.FILES.delete(parts?.[0]?.key ?? "");
    expect((await t.call("GET", `/v1/exports/${id}/download`)).status).toBe(404);
  });
});

describe("a part that fails", () => {
  const failOn = (page: number): Fake => ({
    beforePage: (asked) => {
      if (asked === page) throw new Error("the object is away");
    },
  });

  test("throws, so that its message comes again, and the next try goes on where it began", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    await expect(make(depsWith(20_000, failOn(4)).deps, message)).rejects.toThrow("away");
    const half = await stored(id);
    expect(half).toMatchObject({ status: "running", attempts: 1, parts: [expect.anything()] });
    const { deps, asked } = depsWith(20_000);
    await make(deps, message);
    expect(asked[0]).toBe(half.cursor?.after);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 20_000, attempts: 0 });
    expectWhole(await download(t, id), 20_000);
  });

  test("after its file was written, before it counted, is made anew and stands once", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    const { files } = makeDeps(env);
    const put: typeof files.put = async (...args) => {
      await files.put(...args);
      throw new Error("killed");
    };
    const dies = withJobs({ ...files, put });
    await expect(run(depsWith(9_000, { mark: "dead" }).deps, message, dies)).rejects.toThrow("killed");
    expect(await stored(id)).toMatchObject({ status: "queued", parts: null, rows: 0 });
    await make(depsWith(9_000, { mark: "alive" }).deps, message);
    const lines = await download(t, id);
    expectWhole(lines, 9_000);
    expect(lines.some((line) => line.includes("dead"))).toBe(false);
  });

  test("too often is given up with an alert, and nothing of it is left", async () => {
    const t = await aTenant();
    const { id, campaignId, fileKey, message } = await aQueued(t);
    const queue = withJobs();
    await run(depsWith(20_000).deps, message, queue);
    expect(await filesOf(fileKey)).toHaveLength(1);
    const away = () => depsWith(20_000, failOn(1)).deps;
    for (let attempt = 1; attempt < 5; attempt++) await expect(run(away(), message)).rejects.toThrow("away");
    await run(away(), message);
    expect(await stored(id)).toMatchObject({ status: "failed", error: "gave_up", completedAt: expect.any(Number) });
    expect(await filesOf(fileKey)).toEqual([]);
    const raised = await orm.select().from(alerts).where(eq(alerts.tenantId, t.tenantId));
    expect(raised).toMatchObject([{ kind: "export_failed", subject: campaignId }]);
  });

  test("by dying each time is given up as well", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t, { movedAt: LONG_AGO });
    const { ports, jobs } = withJobs();
    for (let minute = 1; minute <= 5; minute++) {
      await orm.update(exports_).set({ movedAt: LONG_AGO }).where(eq(exports_.id, id));
      await requeueStalledExports({ ...makeDeps(env), ...ports }, Date.now());
    }
    expect(jobs.filter((job) => job.kind === "export" && job.exportId === id)).toHaveLength(5);
    await run(depsWith(3).deps, message);
    expect(await stored(id)).toMatchObject({ status: "failed" });
  });
});

describe("deliveries side by side", () => {
  test("make one report, of which every row stands once, and leave no file that is not part of it", async () => {
    const t = await aTenant();
    const { id, fileKey, message } = await aQueued(t);
    // Rows differ from run to run, and so do the places where their parts would end.
    const runs = ["a", "b".repeat(150), "c".repeat(400)].map((mark) => make(depsWith(20_000, { mark }).deps, message));
    const messages = (await Promise.all(runs)).reduce((sum, n) => sum + n, 0);
    const { parts, rows } = await stored(id);
    expect(rows).toBe(20_000);
    expectWhole(await download(t, id), 20_000);
    expect((await filesOf(fileKey)).sort()).toEqual(parts?.map(({ key }) => key).sort());
    // Whoever was second ends there: deliveries do not multiply.
    expect(messages).toBeLessThanOrEqual((parts?.length ?? 0) + 6);
  });

  test("of which one was taken for dead do not mix: it changes nothing any more", async () => {
    const t = await aTenant();
    const { id, message } = await aQueued(t);
    const overtake = () => make(depsWith(4_001, { mark: "new" }).deps, message);
    const slow = depsWith(9_000, { mark: "old", beforePage: (page) => (page === 1 ? overtake() : null) });
    expect(await make(slow.deps, message)).toBe(1);
    expect(await stored(id)).toMatchObject({ status: "completed", rows: 4_001 });
    const lines = await download(t, id);
    expectWhole(lines, 4_001);
    expect(lines.some((line) => line.includes("old"))).toBe(false);
  });
});

test("the cron wakes what has not moved for a minute, and nothing else", async () => {
  const t = await aTenant();
  const now = Date.now();
  const lost = await aQueued(t, { movedAt: now - 61_000 });
  const dead = await aQueued(t, { status: "running", movedAt: now - 61_000 });
  const moving = await aQueued(t, { status: "running", movedAt: now - 59_000 });
  const ended = await anExport(t, { movedAt: LONG_AGO });
  const { ports, jobs } = withJobs();
  // On a slow machine what other tests left may not have moved for a minute either.
  const own = [lost.id, dead.id, moving.id, ended.id];
  const woken = () =>
    jobs.splice(0).flatMap((job) => (job.kind === "export" && own.includes(job.exportId) ? job.exportId : []));
  await requeueStalledExports({ ...makeDeps(env), ...ports }, now);
  expect(woken().sort()).toEqual([lost.id, dead.id].sort());
  await requeueStalledExports({ ...makeDeps(env), ...ports }, now);
  expect(woken()).toEqual([]);
  await make(depsWith(3).deps, dead.message);
  expect(await stored(dead.id)).toMatchObject({ status: "completed", rows: 3, attempts: 0 });
});
