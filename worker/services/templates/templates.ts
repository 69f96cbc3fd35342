import { priceRatio } from "#core/campaigns/pricing.ts";
import type { ListedTemplate, RemoteTemplate } from "#core/meta/graph.ts";
import type { Template } from "#core/meta/template.ts";
import type { Failure } from "#core/sending/failures.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { MARKETING, templateChanges } from "#core/templates/sync.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { withAnyToken } from "#services/lines/line-token.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";

type Needs = Pick<Deps, "graph" | "newId" | "now" | "platform" | "sealer" | "store">;

export type TemplateRow = NonNullable<Awaited<ReturnType<TenantStore["templates"]["get"]>>>;
export interface SyncCounts {
  created: number;
  updated: number;
  unchanged: number;
  removed: number;
}

const noLine = (): Failure => {
  const message = "You have no line in this WhatsApp Business Account; register one first.";
  return { code: "invalid_request", detail: message, errors: [{ path: "wabaId", message }] };
};

/**
 * Brings the catalogue up to what Meta lists for one account, or for all that the tenant has lines in. Accounts are
 * apart: one that fails does not keep the others back, and is named in the failure.
 */
export async function syncTemplates(
  deps: Needs,
  tenantId: string,
  wabaId?: string,
): Promise<Result<SyncCounts, Failure>> {
  const accounts = wabaId === undefined ? await deps.store(tenantId).lines.accounts() : [wabaId];
  const sum: SyncCounts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
  const failures: { wabaId: string; failure: Failure }[] = [];
  for (const account of accounts) {
    const counts = await syncAccount(deps, tenantId, account);
    if (!counts.ok) failures.push({ wabaId: account, failure: counts.error });
    else for (const key of ["created", "updated", "unchanged", "removed"] as const) sum[key] += counts.value[key];
  }
  const [first] = failures;
  if (!first) return ok(sum);
  if (accounts.length === 1) return err(first.failure);
  return err({
    code: first.failure.code,
    detail: `${failures.length} of ${accounts.length} accounts could not be read; the others are in sync.`,
    errors: failures.map((each) => ({ path: each.wabaId, message: each.failure.detail })),
  });
}

async function syncAccount(deps: Needs, tenantId: string, wabaId: string): Promise<Result<SyncCounts, Failure>> {
  const store = deps.store(tenantId);
  const lines = await store.lines.ofAccount(wabaId);
  if (lines.length === 0) return err(noLine());
  // Read before Meta is asked: what is created in between must not look as if Meta had dropped it.
  const known = await store.templates.ofAccount(wabaId);
  const listed = await withAnyToken(deps, lines, "account", (token) => deps.graph.templates(token, wabaId));
  return listed.ok ? ok(await takeTemplates(deps, tenantId, wabaId, known, listed.value)) : listed;
}

/** Writes what Meta listed. @param known the account's templates as they were before Meta was asked */
export async function takeTemplates(
  deps: Needs,
  tenantId: string,
  wabaId: string,
  known: Awaited<ReturnType<TenantStore["templates"]["ofAccount"]>>,
  listed: ListedTemplate[],
): Promise<SyncCounts> {
  const { templates } = deps.store(tenantId);
  const { created, updated, unchanged, removedIds, becameMarketing } = templateChanges(known, listed);
  // The unchanged ones too: when they were seen last, and the addresses of their examples, which expire.
  await templates.put(wabaId, [...created, ...updated, ...unchanged], () => deps.newId("tpl"), deps.now());
  await templates.markRemoved(removedIds, deps.now());
  // Meta tells of it by webhook too, but webhooks get lost.
  for (const before of becameMarketing) await alertOfPrice(deps, tenantId, before, { from: before.category, at: null });
  return { created: created.length, updated: updated.length, unchanged: unchanged.length, removed: removedIds.length };
}

/** Reads the account's templates again for each tenant that has lines in it. @returns those tenants */
export async function syncAccountTemplates(deps: Needs, wabaId: string): Promise<Set<string>> {
  const tenants = new Set((await deps.platform.linesByWaba(wabaId)).map((line) => line.tenantId));
  for (const tenantId of tenants) await syncTemplates(deps, tenantId, wabaId);
  return tenants;
}

/** Says that a template has become MARKETING, or will be `at` an instant (ms), and what that costs. */
export async function alertOfPrice(
  deps: Needs,
  tenantId: string,
  template: { id: string; name: string },
  { from, at }: { from: string; at: number | null },
): Promise<void> {
  await raiseAlert(deps, tenantId, {
    kind: "template_price",
    severity: "warning",
    subject: template.id,
    params: { cause: "category", name: template.name, from, times: priceRatio(from, MARKETING), at },
  });
}

/** Submits a template to Meta and puts it into the catalogue with the status and category that Meta gave it. */
export async function createTemplate(
  deps: Needs,
  tenantId: string,
  wabaId: string,
  template: Template,
): Promise<Result<TemplateRow, Failure>> {
  const store = deps.store(tenantId);
  const lines = await store.lines.ofAccount(wabaId);
  if (lines.length === 0) return err(noLine());
  const before = await store.templates.byName(wabaId, template.name, template.language);
  if (before && before.removedAt === null) {
    const message = "There is a template with this name and language in this account; choose another name.";
    return err({ code: "conflict", detail: message, errors: [{ path: "name", message }] });
  }
  const created = await withAnyToken(deps, lines, "template", (token) =>
    deps.graph.createTemplate(token, wabaId, template),
  );
  if (!created.ok) return created;
  const row: RemoteTemplate = { ...template, ...created.value, rejectedReason: null };
  await store.templates.put(wabaId, [row], () => deps.newId("tpl"), deps.now());
  const saved = await store.templates.byName(wabaId, template.name, template.language);
  return saved
    ? ok(saved)
    : err({ code: "unavailable", detail: "The template is at Meta but was not saved here; sync the templates." });
}
