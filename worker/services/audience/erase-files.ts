import type { ErasureCursor, ErasureFound } from "#core/audience/erasure.ts";
import type { PersonFinder } from "#core/audience/person.ts";
import { blankRecords, type RecordFormat } from "#core/imports/blank-records.ts";
import { detectDelimiter, detectNewline, type SeenEncoding } from "#core/imports/dialect.ts";
import { FIRST_ROWS_FILE } from "#core/imports/job.ts";
import { streamOf } from "#core/shared/stream-of.ts";
import type { Deps } from "#deps.ts";
import { fileWindow } from "#services/imports/file-window.ts";

type Needs = Pick<Deps, "files" | "store">;

/** Bytes of a file in memory; a record has at most 64 KB. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** A step ends after so many files or bytes that were looked at. */
const MOST_FILES = 100;
const MOST_BYTES = 32 * 1024 * 1024;

/** Where a tenant's files lie: imports with what was left out of them, and reports. */
const prefixesOf = (tenantId: string) => [`${tenantId}/`, `exports/${tenantId}/`].sort();

/** What was done, and where it goes on; `cursor` is null behind the last file. */
interface FilesStep {
  cursor: ErasureCursor | null;
  found: ErasureFound;
}

/**
 * Looks through the next of a tenant's files for a person. A file that holds them is told of first, and rewritten by the
 * step after: counted once, however often that is repeated. Rows are blanked and not cut out, see `blankRecords`.
 */
export async function eraseFromFiles(
  deps: Needs,
  tenantId: string,
  cursor: ErasureCursor,
  finder: PersonFinder,
): Promise<FilesStep> {
  if (cursor.within !== "") {
    await rewrite(deps, tenantId, cursor.within, finder);
    return { cursor: { ...cursor, after: cursor.within, within: "" }, found: {} };
  }
  let { after } = cursor;
  let [files, bytes] = [0, 0];
  for (const prefix of prefixesOf(tenantId)) {
    if (after > prefix && !after.startsWith(prefix)) continue;
    for await (const key of deps.files.keys(prefix, after.startsWith(prefix) ? after : undefined)) {
      const look = await lookInto(deps, tenantId, key, finder);
      if (look.is === "theirs") {
        return { cursor: { ...cursor, after, within: key }, found: { files: 1, fileRows: look.rows } };
      }
      after = key;
      if (look.is === "unreadable") {
        await deps.files.delete(key);
        return { cursor: { ...cursor, after }, found: { filesRemoved: 1 } };
      }
      files += 1;
      bytes += look.bytes;
      if (files >= MOST_FILES || bytes >= MOST_BYTES) return { cursor: { ...cursor, after }, found: {} };
    }
  }
  return { cursor: null, found: {} };
}

type Look =
  | { is: "theirs"; rows: number }
  | { is: "others"; bytes: number }
  /** No text, and no import will make any of it: nobody can tell whom it names. */
  | { is: "unreadable" };

async function lookInto(deps: Needs, tenantId: string, key: string, finder: PersonFinder): Promise<Look> {
  const shown = key.endsWith(`/${FIRST_ROWS_FILE}`) ? await deps.files.read(key) : null;
  // No list, and made anew by whoever checks the file again: a part of it can't be blanked.
  if (shown) return finder.mayBeIn(new TextDecoder().decode(shown)) ? { is: "unreadable" } : { is: "others", bytes: 0 };
  const file = await describe(deps, tenantId, key);
  if (file.is !== "text") return file.is === "gone" ? { is: "others", bytes: 0 } : { is: "unreadable" };
  let rows = 0;
  for await (const { blanked } of parts(deps, key, file, finder)) rows += blanked;
  return rows > 0 ? { is: "theirs", rows } : { is: "others", bytes: file.size };
}

async function rewrite(deps: Needs, tenantId: string, key: string, finder: PersonFinder): Promise<void> {
  const file = await describe(deps, tenantId, key);
  if (file.is !== "text") return;
  async function* bytes() {
    for await (const part of parts(deps, key, file as TextFile, finder)) yield part.bytes;
  }
  await deps.files.putStream(key, streamOf(bytes()), () => {});
}

interface TextFile extends RecordFormat {
  is: "text";
  size: number;
}
type Described = TextFile | { is: "gone" } | { is: "unreadable" };

/** How to read a file, by the import or export that it belongs to. */
async function describe({ files, store }: Needs, tenantId: string, key: string): Promise<Described> {
  const size = await files.size(key);
  if (size === null || size === 0) return { is: "gone" };
  const { exports, imports } = store(tenantId);
  const importId = /imp_\w+/.exec(key)?.[0];
  const exportId = /exp_\w+/.exec(key)?.[0];
  const job = importId ? await imports.get(importId) : null;
  const report = exportId ? await exports.get(exportId) : null;
  const seen: SeenEncoding = job?.fileKey === key ? job.encoding : "utf-8";
  if (seen === "binary" || seen === "workbook") {
    // Its text takes its place within moments, and is what is searched.
    if (job?.status === "queued") throw new Error("an import has yet to read its workbook");
    return { is: "unreadable" };
  }
  const start = await files.read(key, { offset: 0, length: Math.min(size, WINDOW_BYTES) });
  if (!start) return { is: "gone" };
  const text = new TextDecoder(seen).decode(start);
  const newline = detectNewline(new TextEncoder().encode(text));
  const [firstLine = ""] = text.split(/[\r\n]/, 1);
  const delimiter = job?.delimiter ?? report?.delimiter ?? detectDelimiter(firstLine);
  return { is: "text", size, encoding: seen, newline, delimiter };
}

/** The file in parts of whole records, without the person's. */
async function* parts({ files }: Needs, key: string, { size, ...format }: TextFile, finder: PersonFinder) {
  const windowAt = fileWindow(files, key, size, WINDOW_BYTES);
  for (let offset = 0; offset < size; ) {
    const window = await windowAt(offset);
    if (!window) return;
    const part = blankRecords(window.bytes, format, window.last, finder);
    offset += part.bytes.length;
    yield part;
  }
}
