import type { Caller } from "#core/identity/principal.ts";
import { CHECK_KEPT_MS, rejectsTooMuch } from "#core/imports/check.ts";
import type { ImportChoices } from "#core/imports/choices.ts";
import { leftoversPrefix } from "#core/imports/job.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { wakeNext } from "./import-job.ts";
import { removeFiles } from "./import-run.ts";

type Needs = Pick<Deps, "audit" | "now" | "queues" | "store">;
type ImportRow = NonNullable<Awaited<ReturnType<TenantStore["imports"]["get"]>>>;

/** Has a checked file imported as a person decided. */
export async function startImport(
  deps: Needs,
  by: Caller,
  id: string,
  choices: ImportChoices,
): Promise<Result<ImportRow, "not_found" | "not_checked" | "too_many_rejects">> {
  const { tenantId } = by.principal;
  const { imports, tenant } = deps.store(tenantId);
  const [checked, owner] = await Promise.all([imports.get(id), tenant.get()]);
  if (!checked) return err("not_found");
  if (checked.check && rejectsTooMuch(checked.check, owner?.settings.maxRejectedPercent))
    return err("too_many_rejects");
  const row = await imports.start(id, choices, deps.now());
  if (!row) return err("not_checked");
  await deps.queues.enqueueJob({ kind: "import", tenantId, importId: id });
  const { mode, onlyThisSegment, clearMarks, legalBasis } = choices;
  await deps.audit(by, "import.start", id, { mode, onlyThisSegment, clearMarks, legalBasis });
  return ok(row);
}

/** Stops an import within a step. What it has stored by then stays. */
export async function cancelImport(
  deps: Needs,
  by: Caller,
  id: string,
): Promise<Result<ImportRow, "not_found" | "not_cancellable">> {
  const { tenantId } = by.principal;
  const { imports } = deps.store(tenantId);
  if (!(await imports.get(id))) return err("not_found");
  const row = await imports.cancel(id, deps.now());
  if (!row) return err("not_cancellable");
  await deps.audit(by, "import.cancel", id, { totalRows: row.totalRows });
  await wakeNext(deps, row);
  return ok(row);
}

/** As many as are forgotten in a minute. */
const MOST_UNUSED = 20;

/** Forgets files that were checked some days ago and never imported, with all that is left of them. */
export async function forgetUnused(deps: Pick<Deps, "files" | "now" | "platform" | "store">): Promise<void> {
  const now = deps.now();
  for (const { tenantId, id, status, fileKey } of await deps.platform.unusedImports(now - CHECK_KEPT_MS, MOST_UNUSED)) {
    const { imports } = deps.store(tenantId);
    // Not while somebody starts it after all.
    if (status === "checked" && !(await imports.cancel(id, now))) continue;
    await removeFiles(deps, leftoversPrefix(tenantId, id));
    await deps.files.delete(fileKey);
    // Last: what is deleted half is found again.
    await imports.remove(id);
  }
}
