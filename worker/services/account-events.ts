import type { MetaEvent } from "../core/webhook.ts";
import type { Deps } from "../deps.ts";
import { syncLine } from "./lines.ts";
import { syncTemplates } from "./templates.ts";

/** Meta's words for an account that may not write first any more. */
const STOPPING_ACCOUNT_EVENTS = new Set(["ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED"]);
const STOPPING_RESTRICTION = "RESTRICTED_BIZ_INITIATED_MESSAGING";
const HARMLESS_TEMPLATE_EVENTS = new Set(["APPROVED", "PENDING", "REINSTATED", "UNARCHIVED", "IN_APPEAL"]);

/** Acts on news about numbers, templates and accounts. What is only a hint is read again at Meta. */
export async function applyAccountEvent(event: MetaEvent, deps: Deps): Promise<void> {
  switch (event.kind) {
    case "template_status":
      return templateNews(event, deps);
    case "template_category":
    case "template_quality":
      await syncAccountTemplates(event.wabaId, deps);
      return;
    case "phone_quality":
    case "phone_name":
      return syncNumber(event.wabaId, event.digits, deps);
    case "capability":
      if (event.limit !== null) {
        const lines = await deps.platform.linesByWaba(event.wabaId);
        // The entry's id may also be the portfolio's own.
        const portfolios = new Set(lines.length > 0 ? lines.map((line) => line.portfolioId) : [event.wabaId]);
        for (const id of portfolios) await deps.portfolio(id).putLimit(event.limit);
      }
      return;
    case "account":
      return accountNews(event, deps);
    default:
      return;
  }
}

async function templateNews(event: Extract<MetaEvent, { kind: "template_status" }>, deps: Deps): Promise<void> {
  const tenants = await syncAccountTemplates(event.wabaId, deps);
  if (HARMLESS_TEMPLATE_EVENTS.has(event.event)) return;
  for (const tenantId of tenants) {
    const template = await deps.store(tenantId).templates.byName(event.wabaId, event.name, event.language);
    await deps.store(tenantId).alerts.open({
      id: deps.newId("alr"),
      kind: "template_paused",
      severity: "critical",
      subject: template?.id ?? event.metaTemplateId,
      message: `Meta reports ${event.event} for the template ${event.name}; campaigns that use it wait.`,
      now: deps.now(),
    });
  }
}

/** Reads the account's templates again for each tenant that has lines in it. */
async function syncAccountTemplates(wabaId: string, deps: Deps): Promise<Set<string>> {
  const tenants = new Set((await deps.platform.linesByWaba(wabaId)).map((line) => line.tenantId));
  for (const tenantId of tenants) await syncTemplates(deps, tenantId, wabaId);
  return tenants;
}

async function syncNumber(wabaId: string, digits: string, deps: Deps): Promise<void> {
  for (const line of await deps.platform.linesByDigits(wabaId, digits)) {
    const before = line.qualityRating;
    const synced = await syncLine(deps, line.tenantId, line, "clock");
    if (!synced.ok || synced.value.qualityRating !== "RED" || before === "RED") continue;
    await deps.store(line.tenantId).alerts.open({
      id: deps.newId("alr"),
      kind: "quality_drop",
      severity: "critical",
      subject: line.id,
      message: "The quality of the line has dropped to RED; it leaves the rotation until it has recovered.",
      now: deps.now(),
    });
  }
}

async function accountNews(event: Extract<MetaEvent, { kind: "account" }>, deps: Deps): Promise<void> {
  const restriction = event.restrictions.find((each) => each.type === STOPPING_RESTRICTION);
  const stops = restriction || STOPPING_ACCOUNT_EVENTS.has(event.event) || event.banState === "DISABLE";
  if (!stops) return;
  const now = deps.now();
  for (const line of await deps.platform.linesByWaba(event.wabaId)) {
    const until = restriction?.expiresAt ?? null;
    await deps.portfolio(line.portfolioId).setRest(line.id, { reason: "account_restricted", since: now, until });
    await deps.store(line.tenantId).alerts.open({
      id: deps.newId("alr"),
      kind: "account_restricted",
      severity: "critical",
      subject: line.id,
      message: `Meta reports ${event.event} for the account of this line; it does not send.`,
      now,
    });
  }
}
