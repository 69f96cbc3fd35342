import { onlyReads } from "#core/imports/check.ts";
import { endsMemberships } from "#core/imports/choices.ts";
import { headerText, readLayout } from "#core/imports/columns.ts";
import { decideConsents } from "#core/imports/consent.ts";
import type { TextEncoding } from "#core/imports/dialect.ts";
import { readHead } from "#core/imports/head.ts";
import {
  checkPrefix,
  type ImportCursor,
  type ImportError,
  MOST_WORKBOOK_BYTES,
  partsPrefix,
  placeOf,
} from "#core/imports/job.ts";
import { noticesOf, withReasons } from "#core/imports/notices.ts";
import {
  type FileFormat,
  noticeLine,
  type ReadRow,
  readAddresses,
  readSlice,
  rejectLine,
} from "#core/imports/read-slice.ts";
import { SHEET_DELIMITER } from "#core/imports/workbook-sheets.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { excludeFromCampaigns } from "#services/audience/consent.ts";
import { checkStep } from "./check-step.ts";
import { fileWindow } from "./file-window.ts";
import {
  alertFailed,
  type FilePart,
  type ImportMessage,
  type Needs,
  type OpenImport,
  type Pace,
  removeFiles,
  type StepResult,
  storePart,
} from "./import-run.ts";
import { endMemberships } from "./membership-removal.ts";
import { storeSheetText } from "./sheet-text.ts";

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
  const outcome = job.pass === "removal" ? await endMemberships(deps, job, pace) : await importRows(deps, job, pace);
  if (outcome.ok && outcome.value === "more") return deps.queues.enqueueJob(message);
  if (outcome.ok && outcome.value === "wait") return;
  if (!outcome.ok) await giveUp(deps, job.tenantId, job.id, outcome.error);
  await wakeNext(deps, job);
}

/** Whoever waits for its turn in the audience need not wait for the cron. */
export async function wakeNext(
  { queues, store }: Pick<Deps, "queues" | "store">,
  { tenantId, audienceId }: { tenantId: string; audienceId: string },
): Promise<void> {
  for (const importId of await store(tenantId).imports.queuedInto(audienceId))
    await queues.enqueueJob({ kind: "import", tenantId, importId });
}

/** Wakes imports that should be moving and are not: local queues forget, and a message may end in the dead letters. */
export async function requeueStalled(deps: Needs, now: number): Promise<void> {
  const stalled = await deps.platform.stalledImports(now - STALLED_MS, MOST_IMPORTS);
  for (const { tenantId, id, pass, recoveryAttempts } of stalled) {
    // Half of the memberships ended would be worse than all of them late.
    if (recoveryAttempts >= MAX_RECOVERY_ATTEMPTS && pass !== "removal") {
      await giveUp(deps, tenantId, id, "stalled");
      continue;
    }
    await deps.store(tenantId).imports.woken(id, now);
    await deps.queues.enqueueJob({ kind: "import", tenantId, importId: id });
  }
}

async function importRows(
  deps: Needs,
  job: OpenImport,
  pace: Pace,
): Promise<Result<"more" | "over" | "wait", ImportError>> {
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
    // People's data that nobody looks at any more: the import tells of its rows itself.
    if (!onlyReads(job.pass) && job.check) await removeFiles(deps, checkPrefix(job.tenantId, job.id));
    const beginning = await imports.begin(job.id, { ...text.value, cursor, delimiter }, deps.now());
    if (beginning !== "begun") return ok(beginning);
    if (fileKey !== job.fileKey) await deps.files.delete(job.fileKey);
    // Once, when the file is first read: not again when a checked one is started.
    if (job.mapping && !job.check)
      await imports.rememberMapping(await deps.hash(headerText(cursor.header)), job.mapping, deps.now());
  }
  const layout = readLayout(cursor.header, job.mapping);
  if (!layout.ok) return layout;
  const { newline } = cursor;
  const begun = deps.now();
  const clock = { timeZone: job.timeZone, now: begun };
  const format = { encoding, delimiter, newline, layout: layout.value, clock };

  const until = begun + pace.runMs;
  let figures = job.check;
  do {
    const { offset, isSecondReading } = placeOf(cursor, fileBytes);
    const window = await windowAt(offset);
    if (!window) return err("file_missing");
    const part = { ...window, maxRecords: pace.stepRecords };
    const storeNext = isSecondReading ? storeAddresses : storeStep;
    const step: StepResult = onlyReads(job.pass)
      ? await checkStep(deps, job, format, { cursor, figures }, part)
      : await storeNext(deps, job, format, cursor, part);
    if (!step.ok) return step;
    if (step.value === "over" || step.value === "more") return ok(step.value);
    cursor = step.value.cursor;
    figures = step.value.figures;
    await scheduler.wait(pace.pauseMs);
  } while (deps.now() < until);
  return ok("more");
}

/** One step: rejects and notices to R2, rows and the moved cursor to D1. */
async function storeStep(
  deps: Needs,
  job: OpenImport,
  format: FileFormat,
  cursor: ImportCursor,
  { bytes, last, maxRecords }: FilePart,
): Promise<StepResult> {
  const reading = readSlice(bytes, format, { line: cursor.line, last, maxRecords });
  const isEnd = last && reading.end === bytes.length;
  if (reading.end === 0 && !isEnd) return err("line_too_long");
  // All phones are known at the end. Addresses of steps before have to be read again, those of this one alone do not.
  const rereads = cursor.rereadFrom !== undefined && (cursor.addresses ?? 0) > 0 && job.mode !== "remove";
  const isLast = isEnd && !rereads;
  const addresses = (cursor.addresses ?? 0) + reading.addresses.length;
  const { header } = cursor;
  const { delimiter } = format;
  // Before the commit, under a name that a repeat of the step overwrites: no reject is lost, none stands twice.
  const rejects = reading.rejects.map((reject) => rejectLine(reject, header, delimiter));
  await storePart(deps, job.rejectsKey ?? partsPrefix(job.tenantId, job.id, "rejects"), cursor, rejects);

  const read = job.mode === "remove" ? saidNothing(reading.rows) : reading.rows;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { known, rows } = await weighConsents(deps, job.tenantId, read);
    const noticed = rows.filter((row) => row.notices.length > 0);
    const notices = noticed.map((row) => noticeLine(row, header, delimiter));
    await storePart(deps, partsPrefix(job.tenantId, job.id, "notices"), cursor, notices);
    const next: ImportCursor = {
      ...cursor,
      offset: cursor.offset + reading.end,
      line: cursor.line + reading.lines,
      ...(addresses > 0 ? { addresses } : {}),
      rejections: withReasons(cursor.rejections ?? {}, reading.rejects),
      notices: withReasons(cursor.notices ?? {}, noticesOf(noticed, reading.totals)),
    };
    const { outcome, revokedContactIds } = await deps.store(job.tenantId).imports.commit({
      importId: job.id,
      audienceId: job.audienceId,
      choices: job,
      from: cursor.offset,
      cursor: next,
      isLast,
      now: deps.now(),
      contactIdPrefix: deps.newId("con"),
      rows,
      known,
      rejectedRows: reading.rejects.length,
      warningRows: noticed.length,
      otherChannelRows: reading.otherChannelRows,
      addresses: isLast && job.mode !== "remove" ? reading.addresses : [],
    });
    if (revokedContactIds.length > 0) await tellCampaigns(deps, job.tenantId, revokedContactIds);
    if (outcome === "consent_changed") continue;
    return afterStep(job, outcome === "over" ? "over" : isLast ? "end" : next);
  }
  throw new Error("consents kept changing while a step was weighed");
}

/** Rows of people who only leave the audience say nothing of their consent. */
const saidNothing = (rows: ReadRow[]): ReadRow[] => rows.map((row) => ({ ...row, optIn: null }));

/** One step of the second reading: the addresses of rows of their own, to the people that all rows of the file have made. */
async function storeAddresses(
  deps: Needs,
  job: OpenImport,
  format: FileFormat,
  cursor: ImportCursor,
  { bytes, last, maxRecords }: FilePart,
): Promise<StepResult> {
  const { addresses, end, lines } = readAddresses(bytes, format, { line: cursor.line, last, maxRecords });
  const isLast = last && end === bytes.length;
  const next: ImportCursor = { ...cursor, offset: cursor.offset + end, line: cursor.line + lines };
  const { outcome } = await deps.store(job.tenantId).imports.commit({
    importId: job.id,
    audienceId: job.audienceId,
    choices: job,
    from: cursor.offset,
    cursor: next,
    isLast,
    now: deps.now(),
    contactIdPrefix: deps.newId("con"),
    rows: [],
    known: new Map(),
    ...{ rejectedRows: 0, warningRows: 0, otherChannelRows: 0 },
    addresses,
  });
  return afterStep(job, outcome === "moved" ? (isLast ? "end" : next) : "over");
}

/** What a stored step leads to: the next one, or what follows the whole file. */
function afterStep(job: OpenImport, moved: ImportCursor | "end" | "over"): StepResult {
  if (moved === "over") return ok("over");
  if (moved !== "end") return ok({ cursor: moved, figures: null });
  return ok(endsMemberships(job) ? "more" : "over");
}

/** The rows with what they make of the consents that stand now. */
async function weighConsents(deps: Needs, tenantId: string, rows: ReadRow[]) {
  const phones = new Set(rows.filter((row) => row.optIn !== null).map((row) => row.phone));
  const known = await deps.store(tenantId).contacts.consentsByPhone([...phones]);
  return { known, rows: decideConsents(rows, known, deps.now()) };
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
  if (await store.imports.fail(importId, error, now)) await alertFailed(deps, tenantId, importId, error);
}

/** What rows are read from: the file itself, or the text of a workbook's sheet. */
interface TextFile {
  fileKey: string;
  fileBytes: number;
  encoding: TextEncoding;
  /** By its name, where that is known. */
  sheet: string | null;
}

async function textFile(deps: Needs, job: OpenImport): Promise<Result<TextFile, ImportError>> {
  const { fileKey, fileBytes, encoding, sheet, mapping } = job;
  if (encoding === "binary") return err("binary_file");
  if (encoding !== "workbook") return ok({ fileKey, fileBytes, encoding, sheet });
  if (fileBytes > MOST_WORKBOOK_BYTES) return err("workbook_too_large");
  const textKey = `${job.tenantId}/imports/${job.id}.sheet.csv`;
  const stored = await storeSheetText(deps, { key: fileKey, bytes: fileBytes }, textKey, { sheet, mapping });
  if (stored === "missing") return err("file_missing");
  if (stored === "unreadable") return err("workbook_unreadable");
  if (stored.bytes === 0) return err("empty_file");
  return ok({ fileKey: textKey, fileBytes: stored.bytes, encoding: "utf-8", sheet: stored.sheet });
}
