import { reportHead, reportLine } from "../core/report-row.ts";
import { wallClock } from "../core/wall-clock.ts";
import type { Deps, TenantStore } from "../deps.ts";
import type { Env } from "../env.ts";
import { logFailure } from "../log.ts";
import type { JobMessage } from "./messages.ts";
import { PartWriter } from "./part-writer.ts";

type ExportMessage = Extract<JobMessage, { kind: "export" }>;
type ExportRow = NonNullable<Awaited<ReturnType<TenantStore["exports"]["get"]>>>;
type Bindings = Pick<Env, "FILES">;

/** Rows asked of the campaign's object at a time: some megabytes, and an answer may have 32 MiB. */
const PAGE_ROWS = 4_000;
/** How often progress is written down; it is also the sign of life of the run. */
const PROGRESS_MS = 2_000;
/** A run that gave no sign of life for this long has died. */
const STALLED_MS = 60_000;
/** A report that could not be made in so many runs is given up. */
const MAX_ATTEMPTS = 5;
const MOST_EXPORTS = 200;

/**
 * Writes a campaign's report to R2. A run that fails throws, so that its message is tried again; each run begins anew,
 * since rows may have changed. Safe to deliver twice, late or side by side: one run at a time writes, and what an older
 * one still does changes nothing.
 */
export async function runExport(env: Bindings, deps: Deps, { tenantId, exportId }: ExportMessage): Promise<void> {
  const { exports } = deps.store(tenantId);
  const job = await exports.get(exportId);
  if (!job || job.completedAt !== null) return;
  const now = deps.now();
  if (job.status === "running" && job.movedAt > now - STALLED_MS) return;
  if (job.attempts >= MAX_ATTEMPTS) return giveUp(deps, job);
  const attempt = job.attempts + 1;
  if (!(await exports.begin(exportId, attempt, now))) return;
  try {
    if (job.cursor) await abortUpload(env, job.fileKey, job.cursor.uploadId);
    await writeReport(env, deps, job, attempt);
  } catch (error) {
    logFailure("export_run_failed", error, { exportId, attempt });
    if (!(await exports.release(exportId, attempt, deps.now()))) return;
    if (attempt >= MAX_ATTEMPTS) return giveUp(deps, job);
    throw error;
  }
}

/** Wakes exports that should be moving and are not: local queues forget, and a message may end in the dead letters. */
export async function requeueStalledExports(env: Pick<Env, "JOBS">, deps: Deps, now: number): Promise<void> {
  const movedBefore = now - STALLED_MS;
  for (const { tenantId, id } of await deps.platform.stalledExports(movedBefore, MOST_EXPORTS)) {
    if (!(await deps.store(tenantId).exports.requeue(id, movedBefore, now))) continue;
    await env.JOBS.send({ kind: "export", tenantId, exportId: id });
  }
}

async function writeReport(env: Bindings, deps: Deps, job: ExportRow, attempt: number): Promise<void> {
  const { exports, tenant } = deps.store(job.tenantId);
  const upload = await env.FILES.createMultipartUpload(job.fileKey, {
    httpMetadata: { contentType: "text/csv; charset=utf-8" },
  });
  if (!(await exports.keepUpload(job.id, attempt, upload.uploadId))) return upload.abort();
  const clock = wallClock((await tenant.get())?.timeZone ?? "UTC");
  const names = lineNames(deps, job.tenantId);
  const encoder = new TextEncoder();
  const file = new PartWriter(upload);
  await file.write(encoder.encode(reportHead(job.delimiter)));

  let rows = 0;
  let toldAt = deps.now();
  for await (const page of reportPages(deps, job.campaignId)) {
    const style = { delimiter: job.delimiter, clock, lineName: await names(page) };
    await file.write(encoder.encode(page.map((row) => reportLine(row, style)).join("")));
    rows += page.length;
    if (deps.now() - toldAt < PROGRESS_MS) continue;
    toldAt = deps.now();
    if (!(await exports.progress(job.id, attempt, { rows, bytes: file.bytes }, toldAt))) return upload.abort();
  }
  await file.finish();
  await exports.complete(job.id, attempt, { rows, bytes: file.bytes }, deps.now());
}

/** Asks for the next page before it gives one out, so that it comes while that one is written. */
async function* reportPages(deps: Deps, campaignId: string) {
  const campaign = deps.campaign(campaignId);
  let page = await campaign.reportPage("", PAGE_ROWS);
  while (page.length > 0) {
    const last = page.length === PAGE_ROWS ? page.at(-1) : undefined;
    const next = last ? campaign.reportPage(last.contactId, PAGE_ROWS) : Promise.resolve([]);
    next.catch(() => undefined);
    yield page;
    page = await next;
  }
}

/** What lines are called, each asked once; one that is gone keeps its id. */
function lineNames(deps: Deps, tenantId: string) {
  const names = new Map<string, string>();
  return async (page: { lineId: string | null }[]): Promise<(lineId: string) => string> => {
    for (const lineId of new Set(page.map((row) => row.lineId))) {
      if (lineId === null || names.has(lineId)) continue;
      names.set(lineId, (await deps.store(tenantId).lines.get(lineId))?.name ?? lineId);
    }
    return (lineId) => names.get(lineId) ?? lineId;
  };
}

async function giveUp(deps: Deps, job: ExportRow): Promise<void> {
  const now = deps.now();
  const store = deps.store(job.tenantId);
  if (!(await store.exports.fail(job.id, "gave_up", now))) return;
  await store.alerts.open({
    id: deps.newId("alr"),
    kind: "export_failed",
    severity: "warning",
    subject: job.campaignId,
    message: `The campaign's report could not be made in ${MAX_ATTEMPTS} attempts; ask for a new one.`,
    now,
  });
}

/** Its parts would be kept, and paid for, for a week. */
async function abortUpload(env: Bindings, key: string, uploadId: string): Promise<void> {
  try {
    await env.FILES.resumeMultipartUpload(key, uploadId).abort();
  } catch (error) {
    // It may have been completed or ended already.
    logFailure("upload_not_aborted", error);
  }
}
