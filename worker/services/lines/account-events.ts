import type { MetaEvent } from "#core/meta/event.ts";
import type { NewAlert } from "#core/operations/alert.ts";
import type { Deps } from "#deps.ts";
import { raiseAlert } from "#services/operations/raise-alert.ts";
import { templateCategory, templateStatus } from "#services/templates/template-events.ts";
import { syncAccountTemplates } from "#services/templates/templates.ts";
import { syncLine } from "./lines.ts";

type Account = Extract<MetaEvent, { kind: "account" }>;
type Line = Awaited<ReturnType<Deps["platform"]["linesByWaba"]>>[number];

/** Meta's words for an account that may not write first any more, and for one that may again. */
const STOPPING_EVENTS = new Set(["ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED"]);
const STOPPING_RESTRICTION = "RESTRICTED_BIZ_INITIATED_MESSAGING";
const RESTRICTED = "account_restricted";

/** Acts on news about numbers, templates and accounts. What is only a hint is read again at Meta. */
export async function applyAccountEvent(event: MetaEvent, deps: Deps): Promise<void> {
  switch (event.kind) {
    case "template_status":
      return templateStatus(event, deps);
    case "template_category":
      return templateCategory(event, deps);
    case "template_quality":
      await syncAccountTemplates(deps, event.wabaId);
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

async function syncNumber(wabaId: string, digits: string, deps: Deps): Promise<void> {
  for (const line of await deps.platform.linesByDigits(wabaId, digits)) {
    const before = line.qualityRating;
    const synced = await syncLine(deps, line.tenantId, line, "clock");
    if (!synced.ok || synced.value.qualityRating !== "RED" || before === "RED") continue;
    await raiseAlert(deps, line.tenantId, {
      kind: "quality_drop",
      severity: "critical",
      subject: line.id,
      params: { cause: "rated_red" },
    });
  }
}

async function accountNews(event: Account, deps: Deps): Promise<void> {
  const lines = await deps.platform.linesByWaba(event.wabaId);
  if (lines.length === 0) return;
  const stop = stopOf(event, deps.now());
  if (stop) {
    for (const line of lines) await stopLine(line, event, stop.until, deps);
    return;
  }
  if (event.banState === "REINSTATE") {
    for (const line of lines) await goOn(line, deps);
    return;
  }
  for (const warning of warningsOf(event, deps.now())) {
    for (const tenantId of new Set(lines.map((line) => line.tenantId))) {
      await raiseAlert(deps, tenantId, warning);
    }
  }
}

/** Until when nothing may be sent first, null without an end; null when the news stop nothing, or did so in the past. */
function stopOf(event: Account, now: number): { until: number | null } | null {
  const restriction = event.restrictions.find(({ type }) => type === STOPPING_RESTRICTION);
  if (restriction) return isOver(restriction.expiresAt, now) ? null : { until: restriction.expiresAt };
  return STOPPING_EVENTS.has(event.event) || event.banState === "DISABLE" ? { until: null } : null;
}

const isOver = (end: number | null, now: number) => end !== null && end <= now;

async function stopLine(line: Line, event: Account, until: number | null, deps: Deps): Promise<void> {
  await deps.portfolio(line.portfolioId).setCooldown(line.id, { reason: RESTRICTED, since: event.at, until });
  await raiseAlert(deps, line.tenantId, {
    kind: RESTRICTED,
    severity: "critical",
    subject: line.id,
    params: { cause: "news", event: event.event, until },
  });
}

/** Meta has taken the ban back: what only that had stopped goes on. */
async function goOn(line: Line, deps: Deps): Promise<void> {
  const portfolio = deps.portfolio(line.portfolioId);
  const state = (await portfolio.overview()).lines.find(({ lineId }) => lineId === line.id);
  if (state?.cooldown?.reason === RESTRICTED) await portfolio.setCooldown(line.id, null);
}

/** What stops nothing yet, and somebody should see to before it does. */
function warningsOf(event: Account, now: number): NewAlert[] {
  const subject = event.wabaId;
  if (event.banState === "SCHEDULE_FOR_DISABLE")
    return [{ kind: "account_closing", severity: "critical", subject, params: { day: event.banDate } }];
  if (event.event === "ACCOUNT_VIOLATION")
    return [{ kind: "account_violation", severity: "warning", subject, params: { violation: event.violation } }];
  const restrictions = event.restrictions
    .filter(({ expiresAt }) => !isOver(expiresAt, now))
    .map(({ type, expiresAt }) => ({ type, until: expiresAt }));
  if (restrictions.length === 0) return [];
  return [{ kind: "account_limited", severity: "warning", subject, params: { restrictions } }];
}
