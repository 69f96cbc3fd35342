import { actorOf, type Caller } from "#core/identity/principal.ts";
import type { ImportPass } from "#core/imports/check.ts";
import type { ImportChoices } from "#core/imports/choices.ts";
import { type ByteEncoding, encodingProbe, type SeenEncoding } from "#core/imports/dialect.ts";
import { partsPrefix } from "#core/imports/job.ts";
import { workbookSheets } from "#core/imports/workbook-sheets.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";

type Needs = Pick<Deps, "audit" | "files" | "newId" | "now" | "queues" | "store">;

type ImportRow = Awaited<ReturnType<TenantStore["imports"]["create"]>>;

/** A CSV file that lies ready to be imported. */
export interface UploadedFile {
  importId: string;
  audienceId: string;
  key: string;
  bytes: number;
  encoding: SeenEncoding;
  /** Of a workbook, by name; null of other files, and when they can't be told. */
  sheets: string[] | null;
  /** SHA-256. */
  digest: ArrayBuffer;
}

export type UploadRefusal =
  | { kind: "no_audience" }
  | { kind: "dynamic_audience" }
  | { kind: "empty" }
  /** The bytes are not what the file was said to be. */
  | { kind: "other_encoding"; told: ByteEncoding }
  /** A workbook without the sheet that is asked for. */
  | { kind: "no_sheet"; sheets: string[] };

interface Upload {
  audienceId: string;
  body: ReadableStream<Uint8Array>;
  told: ByteEncoding | undefined;
  sheet: string | null;
}

/**
 * Stores a file for an audience, in flat memory, and looks at its bytes on the way. Nothing is left of one that is refused.
 *
 * @param told what the file is said to be, where that is known; UTF-16 is seen all the same
 * @param sheet of a workbook, which has to have it; other files have none
 */
export async function uploadFile(
  deps: Needs,
  tenantId: string,
  { audienceId, body, told, sheet }: Upload,
): Promise<Result<UploadedFile, UploadRefusal>> {
  const audience = await deps.store(tenantId).audiences.get(audienceId);
  if (!audience) return err({ kind: "no_audience" });
  if (audience.kind === "dynamic") return err({ kind: "dynamic_audience" });
  const importId = deps.newId("imp");
  const key = `${tenantId}/imports/${importId}.csv`;
  const probe = encodingProbe();
  const digest = new crypto.DigestStream("SHA-256");
  const writer = digest.getWriter();
  const bytes = await deps.files.putStream(key, body, async (chunk) => {
    probe.push(chunk);
    await writer.write(chunk);
  });
  await writer.close();
  if (bytes === 0) return err({ kind: "empty" });
  const { encoding: seen, not } = probe.verdict();
  if (told && told === not) {
    await deps.files.delete(key);
    return err({ kind: "other_encoding", told });
  }
  const sheets = seen === "workbook" ? await sheetNames(deps, key, bytes) : null;
  if (seen === "workbook" && sheet !== null && !sheets?.includes(sheet)) {
    await deps.files.delete(key);
    return err({ kind: "no_sheet", sheets: sheets ?? [] });
  }
  const encoding = told && (seen === "utf-8" || seen === "windows-1252") ? told : seen;
  return ok({ importId, audienceId, key, bytes, encoding, sheets, digest: await digest.digest });
}

async function sheetNames({ files }: Needs, key: string, bytes: number): Promise<string[] | null> {
  const sheets = await workbookSheets((range) => files.read(key, range), bytes);
  return sheets?.map(({ name }) => name) ?? null;
}

/** How to read a file, where that is known. */
export interface ImportSettings {
  delimiter: string | null;
  /** Column of the file → column of the contract. */
  mapping: Record<string, string> | null;
  /** Of a workbook; null for the first with people. */
  sheet: string | null;
}

/** What becomes of a file: it is checked until somebody starts its import, or imported as is said. */
export type ImportOrder = "check" | ImportChoices;

/** Has an uploaded file imported, slice by slice, by whoever takes jobs. */
export async function importFile(
  deps: Needs,
  by: Caller,
  { importId, audienceId, key, bytes, encoding, sheets }: UploadedFile,
  settings: ImportSettings,
  order: ImportOrder,
): Promise<ImportRow> {
  const { tenantId } = by.principal;
  const choices = order === "check" ? {} : order;
  const row = await deps.store(tenantId).imports.create({
    ...settings,
    ...choices,
    pass: await firstPass(deps, tenantId, order),
    sheet: encoding === "workbook" ? settings.sheet : null,
    sheets,
    id: importId,
    audienceId,
    fileKey: key,
    fileBytes: bytes,
    encoding,
    rejectsKey: partsPrefix(tenantId, importId, "rejects"),
    createdBy: actorOf(by.principal),
    createdAt: deps.now(),
  });
  await deps.queues.enqueueJob({ kind: "import", tenantId, importId });
  await deps.audit(by, "import.create", importId, {
    audienceId,
    fileBytes: bytes,
    ...(order === "check" ? { check: true } : {}),
  });
  return row;
}

/** A tenant that takes only so many rejects has each file read to its end before anything of it is stored. */
async function firstPass(deps: Needs, tenantId: string, order: ImportOrder): Promise<ImportPass> {
  if (order === "check") return "check";
  const tenant = await deps.store(tenantId).tenant.get();
  return typeof tenant?.settings.maxRejectedPercent === "number" ? "trial" : "write";
}

/** Removes a file that is not to be imported after all. */
export const dropFile = ({ files }: Needs, { key }: UploadedFile): Promise<void> => files.delete(key);
