import type { JobMessage } from "#contracts/queue-messages.ts";
import { readLayout } from "#core/imports/columns.ts";
import { decideConsents } from "#core/imports/consent.ts";
import type { TextEncoding } from "#core/imports/dialect.ts";
import { readHead } from "#core/imports/head.ts";
import { type ImportCursor, type ImportError, MOST_WORKBOOK_BYTES, partsPrefix } from "#core/imports/job.ts";
import { withReasons } from "#core/imports/notices.ts";
import {
  type FileFormat,
  noticeLine,
  type ReadRow,
  type RejectedRow,
  readSlice,
  rejectLine,
} from "#core/imports/read-slice.ts";
import { SHEET_DELIMITER } from "#core/imports/workbook.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { logFailure } from "#log.ts";
import { excludeFromCampaigns } from "#services/audience/consent.ts";
import { erasedAmong } from "#services/audience/erasures.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { fileWindow } from "./file-window.ts";
import { storeSheetText } from "./sheet-text.ts";

type Needs = Pick<Deps, "campaign" | "files" | "hashPerson" | "newId" | "now" | "platform" | "queues" | "store">;
type ImportMessage = Extract<JobMessage, { kind: "import" }>;
type OpenImport = NonNullable<Awaited<ReturnType<TenantStore["imports"]["open"]>>>;

/** How much is taken at a time. */
export interface Pace {
  /** Records stored together: one D1 batch, which keeps other queries waiting while it runs. */
  stepRecords: number;
  /** Bytes of the file in memory. A single line must fit in half of it. */
  windowBytes: number;
  /** After this long the rest goes to the next message: a consumer has 30 s of CPU. */
  runMs: number;
  /**
   * A pause between two steps, so that others get their turn: D1 has one thread, and a local run reads no new request
   * while a Worker and its database keep each other busy.
   */
  pauseMs: number;
}
const PACE: Pace = { stepRecords: 1_000, windowBytes: 4 * 1024 * 1024, runMs: 15_000, pauseMs: 5 };

/** An import whose cursor has not moved for this long lost its message. */
const STALLED_MS = 60_000;
/** An import that was put on the queue again this often without progress, for a quarter of an hour, can't be read and is given up. */
const MAX_RECOVERY_ATTEMPTS = 15;
const MOST_IMPORTS = 200;

/** So often other entry points may change a consent between weighing a step and storing it; then the queue tries later. */
const MOST_TRIES = 5;

/**
 * Goes on with an import where its cursor stands, for some seconds, and sends itself the next message. Safe to deliver
 * twice, late or side by side: a step counts only if the cursor still stands where it began.
 */
export async function runImportSlice(deps: Needs, message: ImportMessage, pace: Pace = PACE): Promise<void> {
  const job = await deps.store(message.tenantId).imports.open(message.importId);
  if (!job) return;
  const outcome = await importRows(deps, job, pace);
  if (!outcome.ok) await giveUp(deps, job.tenantId, job.id, outcome.error);
  else if (outcome.value === "more") await deps.queues.enqueueJob(message);
}

/** Wakes imports that should be moving and are not: local queues forget, and a message may end in the dead letters. */
export async function requeueStalled(deps: Needs, now: number): Promise<void> {
  for (const { tenantId, id, recoveryAttempts } of await deps.platform.stalledImports(now - STALLED_MS, MOST_IMPORTS)) {
    if (recoveryAttempts >= MAX_RECOVERY_ATTEMPTS) {
      await giveUp(deps, tenantId, id, "stalled");
      continue;
    }
    await deps.store(tenantId).imports.woken(id, now);
    await deps.queues.enqueueJob({ kind: "import", tenantId, importId: id });
  }
}

async function importRows(deps: Needs, job: OpenImport, pace: Pace): Promise<Result<"more" | "over", ImportError>> {
  if (!job.audienceExists) return err("audience_deleted");
  const { imports } = deps.store(job.tenantId);
  const text = await textFile(deps, job);
  if (!text.ok) return text;
  const { fileKey, fileBytes, encoding } = text.value;
  const windowAt = fileWindow(deps.files, fileKey, fileBytes, pace.windowBytes);

  let { cursor, delimiter } = job;
  if (!cursor || !delimiter) {
    const start = await windowAt(0);
    if (!start) return err("file_missing");
    const told = encoding === job.encoding ? delimiter : SHEET_DELIMITER;
    const head = readHead(start.bytes, { encoding, delimiter: told, mapping: job.mapping, last: start.last });
    if (!head.ok) return head;
    ({ cursor, delimiter } = head.value);
    if (!(await imports.begin(job.id, { ...text.value, cursor, delimiter }, deps.now()))) return ok("over");
    if (fileKey !== job.fileKey) await deps.files.delete(job.fileKey);
  }
  const layout = readLayout(cursor.header, job.mapping);
  if (!layout.ok) return layout;
  const { newline } = cursor;
  const begun = deps.now();
  const clock = { timeZone: job.timeZone, now: begun };
  const format = { encoding, delimiter, newline, layout: layout.value, clock };

  const until = begun + pace.runMs;
  do {
    const window = await windowAt(cursor.offset);
    if (!window) return err("file_missing");
    const step = await storeStep(deps, job, format, cursor, { ...window, maxRecords: pace.stepRecords });
    if (!step.ok) return step;
    if (step.value === "over") return ok("over");
    cursor = step.value;
    await scheduler.wait(pace.pauseMs);
  } while (deps.now() < until);
  return ok("more");
}

/** One step: rejects and notices to R2, rows and the moved cursor to D1. `over` at the end, or when another run was first. */
async function storeStep(
  deps: Needs,
  job: OpenImport,
  format: FileFormat,
  cursor: ImportCursor,
  { bytes, last, maxRecords }: { bytes: Uint8Array; last: boolean; maxRecords: number },
): Promise<Result<ImportCursor | "over", ImportError>> {
  const reading = readSlice(bytes, format, { line: cursor.line, last, maxRecords });
  const isLast = last && reading.end === bytes.length;
  if (reading.end === 0 && !isLast) return err("line_too_long");
  const { header } = cursor;
  const { delimiter } = format;

  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    // Known since the import was opened, so that nobody asks where nobody is erased; the commit tells if it has changed.
    if (tries > 0) job.lastErased = await deps.store(job.tenantId).erasures.lastErased();
    const { lastErased } = job;
    const { allowed, erased } = await withoutErased(deps, job.tenantId, reading.rows, lastErased);
    const left = [...reading.rejects, ...erased].sort((a, b) => a.line - b.line);
    // Before the commit, under a name that a repeat of the step overwrites: no reject is lost, none stands twice.
    const rejects = left.map((reject) => rejectLine(reject, header.length, delimiter));
    await storePart(deps, job.rejectsKey ?? partsPrefix(job.tenantId, job.id, "rejects"), cursor, rejects);
    const { known, rows } = await weighConsents(deps, job.tenantId, allowed);
    const noticed = rows.filter((row) => row.notices.length > 0);
    const notices = noticed.map((row) => noticeLine(row, header.length, delimiter));
    await storePart(deps, partsPrefix(job.tenantId, job.id, "notices"), cursor, notices);
    const next: ImportCursor = {
      ...cursor,
      offset: cursor.offset + reading.end,
      line: cursor.line + reading.lines,
      rejections: withReasons(cursor.rejections ?? {}, left),
      notices: withReasons(
        cursor.notices ?? {},
        noticed.flatMap((row) => row.notices.map((reason) => ({ line: row.line, reason }))),
      ),
    };
    const { outcome, revokedContactIds } = await deps.store(job.tenantId).imports.commit({
      importId: job.id,
      audienceId: job.audienceId,
      from: cursor.offset,
      cursor: next,
      isLast,
      now: deps.now(),
      contactIdPrefix: deps.newId("con"),
      rows,
      known,
      lastErased,
      rejectedRows: left.length,
      warningRows: noticed.length,
      otherChannelRows: reading.otherChannelRows,
    });
    if (revokedContactIds.length > 0) await tellCampaigns(deps, job.tenantId, revokedContactIds);
    if (outcome !== "people_changed") return ok(outcome === "moved" && !isLast ? next : "over");
  }
  throw new Error("consents kept changing while a step was weighed");
}

/** The rows but for those of people who were erased; of these nothing but the line is kept. */
async function withoutErased(deps: Needs, tenantId: string, rows: ReadRow[], lastErased: number | null) {
  const people = lastErased === null ? new Set<ReadRow>() : await erasedAmong(deps, tenantId, rows);
  const erased = [...people].map(({ line }): RejectedRow => ({ line, cells: [], reason: "person_erased" }));
  return { allowed: rows.filter((row) => !people.has(row)), erased };
}

/** The rows with what they make of the consents that stand now. */
async function weighConsents(deps: Needs, tenantId: string, rows: ReadRow[]) {
  const phones = new Set(rows.filter((row) => row.optIn !== null).map((row) => row.phone));
  const known = await deps.store(tenantId).contacts.consentsByPhone([...phones]);
  return { known, rows: decideConsents(rows, known, deps.now()) };
}

/** A part of a file of rejects or notices; a repeat that has none takes away what the first try left. */
async function storePart({ files }: Needs, prefix: string, { offset }: ImportCursor, lines: string[]): Promise<void> {
  // Padded, so that the order of names is the order of the file.
  const key = `${prefix}${String(offset).padStart(15, "0")}.csv`;
  if (lines.length > 0) await files.put(key, lines.join(""));
  else await files.delete(key);
}

/** A campaign that can't be reached now looks for opt-outs itself before each wave. */
async function tellCampaigns(deps: Needs, tenantId: string, contactIds: string[]): Promise<void> {
  try {
    await excludeFromCampaigns(deps, tenantId, contactIds, "optedOut");
  } catch (error) {
    logFailure("exclude_failed", error, { tenantId });
  }
}

async function giveUp(deps: Needs, tenantId: string, importId: string, error: ImportError): Promise<void> {
  const store = deps.store(tenantId);
  const now = deps.now();
  if (!(await store.imports.fail(importId, error, now))) return;
  await raiseAlert(deps, tenantId, {
    kind: "import_failed",
    severity: "warning",
    subject: importId,
    params: { error },
  });
}

/** What rows are read from: the file itself, or the text of a workbook's first sheet. */
interface TextFile {
  fileKey: string;
  fileBytes: number;
  encoding: TextEncoding;
}

async function textFile(deps: Needs, job: OpenImport): Promise<Result<TextFile, ImportError>> {
  const { fileKey, fileBytes, encoding } = job;
  if (encoding === "binary") return err("binary_file");
  if (encoding !== "workbook") return ok({ fileKey, fileBytes, encoding });
  if (fileBytes > MOST_WORKBOOK_BYTES) return err("workbook_too_large");
  const textKey = `${job.tenantId}/imports/${job.id}.sheet.csv`;
  const stored = await storeSheetText(deps, fileKey, textKey);
  if (stored === "missing") return err("file_missing");
  if (stored === "unreadable") return err("workbook_unreadable");
  return stored === 0 ? err("empty_file") : ok({ fileKey: textKey, fileBytes: stored, encoding: "utf-8" });
}
