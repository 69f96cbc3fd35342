import type { JobMessage } from "#contracts/queue-messages.ts";
import { reportHead, reportLine } from "#core/reports/report-row.ts";
import { wallClock } from "#core/shared/wall-clock.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { logFailure } from "#log.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";

type Needs = Pick<Deps, "campaign" | "files" | "newId" | "now" | "platform" | "queues" | "store">;
type ExportMessage = Extract<JobMessage, { kind: "export" }>;
type ExportRow = NonNullable<Awaited<ReturnType<TenantStore["exports"]["get"]>>>;

/** Rows asked of the campaign's object at a time: some megabytes, and an answer may have 32 MiB. */
const PAGE_ROWS = 4_000;
/** A part of the report, one a message: some seconds of work, and little enough to hold. */
const PART_BYTES = 8 * 1024 * 1024;
/** An export that has not moved for this long lost its message. */
const STALLED_MS = 60_000;
/** A part that could not be made in so many tries is given up, and the report with it. */
const MAX_ATTEMPTS = 5;
const MOST_EXPORTS = 200;

/**
 * Makes the next part of a campaign's report, where its cursor stands, and sends itself the next message. Safe to
 * deliver twice, late or side by side: a part counts only if no other was added since this one began. Throws when the
 * part could not be made, so that its message is tried again; those before it stay.
 *
 * @param partBytes at least this many, but for the last part
 */
export async function runExport(deps: Needs, message: ExportMessage, partBytes = PART_BYTES): Promise<void> {
  const job = await deps.store(message.tenantId).exports.get(message.exportId);
  if (!job || job.completedAt !== null) return;
  if (job.attempts >= MAX_ATTEMPTS) return giveUp(deps, job);
  try {
    if (await addPart(deps, job, partBytes)) await deps.queues.enqueueJob(message);
  } catch (error) {
    const attempts = job.attempts + 1;
    logFailure("export_part_failed", error, { exportId: job.id, attempts });
    if (!(await deps.store(job.tenantId).exports.failedPart(job, deps.now()))) return;
    if (attempts >= MAX_ATTEMPTS) return giveUp(deps, job);
    throw error;
  }
}

/**
 * Puts exports without progress on the queue again: local queues forget, and a message may end in the dead letters. Each
 * time counts as a try, for who dies at its work tells nobody.
 */
export async function requeueStalledExports(deps: Needs, now: number): Promise<void> {
  for (const job of await deps.platform.stalledExports(now - STALLED_MS, MOST_EXPORTS)) {
    if (!(await deps.store(job.tenantId).exports.failedPart(job, now))) continue;
    await deps.queues.enqueueJob({ kind: "export", tenantId: job.tenantId, exportId: job.id });
  }
}

/** True when there is more to come; false at the end, or when another run was first. */
async function addPart(deps: Needs, job: ExportRow, partBytes: number): Promise<boolean> {
  const { exports } = deps.store(job.tenantId);
  const { chunks, bytes, rows, after } = await readPart(deps, job, partBytes);
  // A name that no other run uses: of two that make the same part, whose rows may differ, one is kept whole.
  const part = bytes > 0 ? { key: `${job.fileKey}.${deps.newId("part")}`, bytes } : null;
  if (part) await deps.files.put(part.key, new Blob(chunks));
  const kept = await exports.addPart(job, { part, rows, after, now: deps.now() });
  if (!kept && part) await removeParts(deps, [part.key]);
  return kept && after !== null;
}

/** Lines of the report from the job's cursor on; `after` is where the next part begins, null at the end. */
async function readPart(deps: Needs, job: ExportRow, partBytes: number) {
  const { tenant } = deps.store(job.tenantId);
  const clock = wallClock((await tenant.get())?.timeZone ?? "UTC");
  const names = lineNames(deps, job.tenantId);
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let [bytes, rows] = [0, 0];
  const write = (text: string) => {
    const chunk = encoder.encode(text);
    chunks.push(chunk);
    bytes += chunk.length;
  };
  if (job.cursor === null) write(reportHead(job.delimiter));
  const campaign = deps.campaign(job.campaignId);
  let after: string | null = job.cursor?.after ?? "";
  while (after !== null && bytes < partBytes) {
    const page: Awaited<ReturnType<typeof campaign.reportPage>> = await campaign.reportPage(after, PAGE_ROWS);
    const style = { delimiter: job.delimiter, clock, lineName: await names(page) };
    write(page.map((row) => reportLine(row, style)).join(""));
    rows += page.length;
    after = page.length === PAGE_ROWS ? (page.at(-1)?.contactId ?? null) : null;
  }
  return { chunks, bytes, rows, after };
}

/** What lines are called, each asked once; one that is gone keeps its id. */
function lineNames(deps: Needs, tenantId: string) {
  const names = new Map<string, string>();
  return async (page: { lineId: string | null }[]): Promise<(lineId: string) => string> => {
    for (const lineId of new Set(page.map((row) => row.lineId))) {
      if (lineId === null || names.has(lineId)) continue;
      names.set(lineId, (await deps.store(tenantId).lines.get(lineId))?.name ?? lineId);
    }
    return (lineId) => names.get(lineId) ?? lineId;
  };
}

async function giveUp(deps: Needs, job: ExportRow): Promise<void> {
  const now = deps.now();
  const store = deps.store(job.tenantId);
  if (!(await store.exports.fail(job.id, "gave_up", now))) return;
  await removeParts(
    deps,
    (job.parts ?? []).map(({ key }) => key),
  );
  await raiseAlert(deps, job.tenantId, {
    kind: "export_failed",
    severity: "warning",
    subject: job.campaignId,
    params: { attempts: MAX_ATTEMPTS },
  });
}

/** They hold data of people, and nobody would look for them again. */
async function removeParts({ files }: Needs, keys: string[]): Promise<void> {
  try {
    if (keys.length > 0) await files.delete(keys);
  } catch (error) {
    logFailure("export_parts_left", error);
  }
}
