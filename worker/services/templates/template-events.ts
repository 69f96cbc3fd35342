import type { MetaEvent, TemplateRef } from "#core/meta/event.ts";
import { isSendable, MARKETING } from "#core/templates/sync.ts";
import type { Deps } from "#deps.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { alertOfPrice, syncAccountTemplates, type TemplateRow } from "./templates.ts";

type Needs = Pick<Deps, "graph" | "newId" | "now" | "platform" | "sealer" | "store">;

type Of<K extends MetaEvent["kind"]> = Extract<MetaEvent, { kind: K }>;

/** After these a template can't be sent, whatever a reading that comes too early says. */
const STOPPING = new Set(["PAUSED", "DISABLED", "REJECTED", "ARCHIVED", "PENDING_DELETION", "DELETED"]);
const HARMLESS = new Set(["APPROVED", "PENDING", "REINSTATED", "UNARCHIVED", "IN_APPEAL"]);

/** Reads the account's templates again, and says what the news mean for campaigns. */
export async function templateStatus(event: Of<"template_status">, deps: Needs): Promise<void> {
  const tenants = await syncAccountTemplates(deps, event.wabaId);
  if (HARMLESS.has(event.event)) return;
  for (const tenantId of tenants) {
    const template = await templateOf(tenantId, event, deps);
    const stops = STOPPING.has(event.event) || !template || !isSendable(template.status);
    const subject = template?.id ?? event.metaTemplateId;
    const news = { name: event.name, event: event.event, reason: event.reason };
    await raiseAlert(
      deps,
      tenantId,
      stops
        ? { kind: "template_paused", severity: "critical", subject, params: { cause: "news", ...news } }
        : { kind: "template_flagged", severity: "warning", subject, params: news },
    );
  }
}

/**
 * A category is a price. Done, Meta's word counts even before its list shows it; announced, it is only said.
 */
export async function templateCategory(event: Of<"template_category">, deps: Needs): Promise<void> {
  const tenants = await syncAccountTemplates(deps, event.wabaId);
  const [before, after] = [event.previousCategory?.toUpperCase() ?? null, event.category.toUpperCase()];
  for (const tenantId of tenants) {
    const template = await templateOf(tenantId, event, deps);
    if (!template) continue;
    if (event.comingCategory !== null) {
      if (event.comingCategory.toUpperCase() === MARKETING && after !== MARKETING)
        await alertOfPrice(deps, tenantId, template, { from: after, at: event.comingAt });
      continue;
    }
    if (template.category !== after) await deps.store(tenantId).templates.setCategory(template.id, after);
    const from = before ?? template.category;
    if (after === MARKETING && from !== MARKETING) await alertOfPrice(deps, tenantId, template, { from, at: null });
  }
}

/** By its id, or by its name when Meta has made it anew under another. */
async function templateOf(tenantId: string, ref: TemplateRef, deps: Needs): Promise<TemplateRow | null> {
  const { templates } = deps.store(tenantId);
  return (
    (await templates.byMetaId(ref.wabaId, ref.metaTemplateId)) ??
    (await templates.byName(ref.wabaId, ref.name, ref.language))
  );
}
