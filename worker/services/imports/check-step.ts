import { NOTHING_CHECKED, rejectsTooMuch } from "#core/imports/check.ts";
import { decideConsents } from "#core/imports/consent.ts";
import { firstRows } from "#core/imports/first-rows.ts";
import { checkPartsPrefix, firstRowsKey, type ImportCursor } from "#core/imports/job.ts";
import { noticesOf, withReasons } from "#core/imports/notices.ts";
import { type FileFormat, noticeLine, readSlice, rejectLine } from "#core/imports/read-slice.ts";
import { err, ok } from "#core/shared/result.ts";
import { alertFailed, type FilePart, type Needs, type OpenImport, type StepResult, storePart } from "./import-run.ts";

/**
 * One step of a file that is only read, by the code that reads it when it is stored: what it would do is counted, its
 * rejects and notices go to R2, and no contact changes. A row is new or known by what contacts there are now, so somebody
 * new whom the file names twice is new in both.
 */
export async function checkStep(
  deps: Needs,
  job: OpenImport,
  format: FileFormat,
  { cursor, figures }: { cursor: ImportCursor; figures: OpenImport["check"] },
  { bytes, last, maxRecords }: FilePart,
): Promise<StepResult> {
  const { tenantId } = job;
  const reading = readSlice(bytes, format, { line: cursor.line, last, maxRecords });
  const isLast = last && reading.end === bytes.length;
  if (reading.end === 0 && !isLast) return err("line_too_long");

  const store = deps.store(tenantId);
  const phones = [...new Set(reading.rows.map(({ phone }) => phone))];
  const [consents, members] = await Promise.all([
    store.contacts.consentsByPhone(phones),
    store.audiences.memberPhones(job.audienceId, phones),
  ]);
  const known = new Set(consents.keys());
  const rows = decideConsents(reading.rows, consents, deps.now());
  const noticed = rows.filter((row) => row.notices.length > 0);

  const { header } = cursor;
  const { delimiter } = format;
  const rejectLines = reading.rejects.map((reject) => rejectLine(reject, header, delimiter));
  const noticeLines = noticed.map((row) => noticeLine(row, header, delimiter));
  await storePart(deps, checkPartsPrefix(tenantId, job.id, "rejects"), cursor, rejectLines);
  await storePart(deps, checkPartsPrefix(tenantId, job.id, "notices"), cursor, noticeLines);
  if (!figures)
    await deps.files.put(firstRowsKey(tenantId, job.id), JSON.stringify(firstRows({ ...reading, rows }, known)));

  const before = figures ?? NOTHING_CHECKED;
  const knownRows = rows.filter(({ phone }) => known.has(phone)).length;
  const sum = {
    totalRows: before.totalRows + rows.length + reading.rejects.length + reading.otherChannelRows,
    newRows: before.newRows + rows.length - knownRows,
    knownRows: before.knownRows + knownRows,
    memberRows: before.memberRows + rows.filter(({ phone }) => members.has(phone)).length,
    rejectedRows: before.rejectedRows + reading.rejects.length,
    warningRows: before.warningRows + noticed.length,
    otherChannelRows: before.otherChannelRows + reading.otherChannelRows,
    rejections: withReasons(before.rejections, reading.rejects),
    notices: withReasons(before.notices, noticesOf(noticed, reading.totals)),
  };
  const next = { ...cursor, offset: cursor.offset + reading.end, line: cursor.line + reading.lines };
  const isRefused = rejectsTooMuch(sum, job.settings.maxRejectedPercent);
  const then = !isLast ? "more" : job.pass === "check" ? "wait" : isRefused ? "refuse" : "write";
  const step = { importId: job.id, from: cursor.offset, cursor: next, figures: sum, then, now: deps.now() } as const;
  if (!(await store.imports.commitCheck(step))) return ok("over");
  switch (then) {
    case "more":
      return ok({ cursor: next, figures: sum });
    case "write":
      return ok("more");
    case "refuse":
      await alertFailed(deps, tenantId, job.id, "too_many_rejects");
      return ok("over");
    case "wait":
      return ok("over");
  }
}
