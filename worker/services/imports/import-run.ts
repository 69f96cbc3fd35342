import type { JobMessage } from "#contracts/queue-messages.ts";
import type { CheckFigures } from "#core/imports/check.ts";
import type { ImportCursor, ImportError } from "#core/imports/job.ts";
import type { Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";

/** What all passes over an import's file have in common. */

export type Needs = Pick<Deps, "campaign" | "files" | "hash" | "newId" | "now" | "platform" | "queues" | "store">;
export type ImportMessage = Extract<JobMessage, { kind: "import" }>;
export type OpenImport = NonNullable<Awaited<ReturnType<TenantStore["imports"]["open"]>>>;

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

/** The part of a file from the cursor on, and how many of its records a step takes. */
export interface FilePart {
  bytes: Uint8Array;
  /** It reaches the end of the file. */
  last: boolean;
  maxRecords: number;
}

/** How far a step has come: further on in its file; `over` at its end, or past another run; `more` when another pass follows. */
export type StepResult = Result<{ cursor: ImportCursor; figures: CheckFigures | null } | "over" | "more", ImportError>;

/** A part of a file of rejects or notices; a repeat that has none takes away what the first try left. */
export async function storePart(
  { files }: Needs,
  prefix: string,
  { offset }: ImportCursor,
  lines: string[],
): Promise<void> {
  // Padded, so that the order of names is the order of the file.
  const key = `${prefix}${String(offset).padStart(15, "0")}.csv`;
  if (lines.length > 0) await files.put(key, lines.join(""));
  else await files.delete(key);
}

/** Tells the tenant that nothing more becomes of an import. */
export const alertFailed = (deps: Needs, tenantId: string, importId: string, error: ImportError): Promise<void> =>
  raiseAlert(deps, tenantId, { kind: "import_failed", severity: "warning", subject: importId, params: { error } });

/** R2 deletes this many keys at a time. */
const MOST_KEYS = 1_000;

/** Removes all files whose keys begin so. */
export async function removeFiles({ files }: Pick<Deps, "files">, prefix: string): Promise<void> {
  let keys: string[] = [];
  for await (const key of files.keys(prefix)) {
    keys.push(key);
    if (keys.length < MOST_KEYS) continue;
    await files.delete(keys);
    keys = [];
  }
  if (keys.length > 0) await files.delete(keys);
}
