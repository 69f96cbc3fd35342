import type { z } from "zod";
import type { inboundSchema, phonePatchSchema, templatePatchSchema, wabaPatchSchema } from "./control-schemas.ts";
import type { Settings } from "./env.ts";
import type { Simulator } from "./graph-object.ts";
import type { Phone, Template, Waba } from "./model.ts";
import { canonicalDigits, digitsOf, waIdOf } from "./phone-numbers.ts";
import type { AnswerFault } from "./scenarios.ts";
import { templateStatusValue } from "./webhook-updates.ts";

/** Too many people reported the number: the code a line meets that Meta holds back. */
const BLOCKED_CODE = 131048;
const HIGH_THROUGHPUT = 1000;

/** Changes a number, and tells of it where Meta would. Null when there is no such number. */
export function changePhone(simulator: Simulator, id: string, patch: z.output<typeof phonePatchSchema>): Phone | null {
  const phone = simulator.accounts.phones.get(id);
  if (!phone) return null;
  const { blocked, ...changes } = patch;
  const blockedCode = blocked === undefined ? phone.blockedCode : blocked === true ? BLOCKED_CODE : blocked || null;
  const changed: Phone = { ...phone, ...changes, blockedCode };
  simulator.accounts.phones.put(changed);
  const event = phoneEvent(phone, changed);
  if (event) {
    const waba = simulator.accounts.wabas.get(phone.wabaId);
    const value = {
      display_phone_number: phone.display.replace(/\D/g, ""),
      event,
      current_limit: waba?.messagingLimit,
    };
    tell(simulator, phone.wabaId, "phone_number_quality_update", value);
  }
  return changed;
}

function phoneEvent(before: Phone, after: Phone): string | null {
  if (before.rate < HIGH_THROUGHPUT && after.rate >= HIGH_THROUGHPUT) return "THROUGHPUT_UPGRADE";
  if (before.status !== "FLAGGED" && after.status === "FLAGGED") return "FLAGGED";
  return before.status === "FLAGGED" && after.status === "CONNECTED" ? "UNFLAGGED" : null;
}

export function changeWaba(simulator: Simulator, id: string, patch: z.output<typeof wabaPatchSchema>): Waba | null {
  const waba = simulator.accounts.wabas.get(id);
  if (!waba) return null;
  const changed: Waba = { ...waba, ...patch };
  simulator.accounts.wabas.put(changed);
  if (changed.messagingLimit !== waba.messagingLimit)
    tell(simulator, id, "business_capability_update", {
      max_daily_conversations_per_business: changed.messagingLimit,
      max_phone_numbers_per_waba: 25,
    });
  return changed;
}

/** Changes a template's status or category; both are told to the receiver. */
export function changeTemplate(
  simulator: Simulator,
  id: string,
  patch: z.output<typeof templatePatchSchema>,
): Template | null {
  const template = simulator.accounts.templates.get(id);
  if (!template) return null;
  const changed: Template = {
    ...template,
    status: patch.status ?? template.status,
    category: patch.category ?? template.category,
    rejectedReason: patch.reason ?? template.rejectedReason,
    updatedAtMs: Date.now(),
  };
  simulator.accounts.templates.put(changed);
  if (changed.status !== template.status)
    tell(simulator, template.wabaId, "message_template_status_update", templateStatusValue(changed));
  if (changed.category !== template.category)
    tell(simulator, template.wabaId, "template_category_update", {
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language.replace("_", "-"),
      previous_category: template.category,
      new_category: changed.category,
    });
  return changed;
}

/** The lasting change that a fault begins with, if it is such a fault. */
export function turn(simulator: Simulator, phone: Phone, template: Template | null, fault: AnswerFault | null): void {
  if (fault?.kind === "token_revoked") changePhone(simulator, phone.id, { tokenRevoked: true });
  if (fault?.kind === "number_blocked") changePhone(simulator, phone.id, { blocked: fault.code });
  if (fault?.kind === "template_paused" && template) changeTemplate(simulator, template.id, { status: "PAUSED" });
}

/** A person writes: the receiver is told at once, and texts may be sent to them for a day. */
export function receiveInbound(simulator: Simulator, inbound: z.output<typeof inboundSchema>): object | null {
  const { accounts, settings, log, outbox } = simulator;
  const phone = accounts.phones.get(inbound.phoneId);
  const digits = digitsOf(inbound.from);
  if (!phone || digits === null) return null;
  const nowMs = Date.now();
  const { button, newNumber, groupId, hidesNumber } = inbound;
  const content = button
    ? { type: "button", button: { text: button.text, payload: button.payload ?? button.text } }
    : { type: "text", text: { body: inbound.text ?? "Oi" } };
  const system = { type: "user_changed_number", body: "changed", wa_id: newNumber?.replace(/\D/g, "") };
  const message = {
    ...(newNumber === undefined ? content : { type: "system", system }),
    ...(groupId === undefined ? {} : { group_id: groupId }),
  };
  const waId = waIdOf(settings.seed, digits);
  log.openWindow(phone.id, canonicalDigits(digits), nowMs);
  const { name, contextWamid } = inbound;
  const detail = { phoneId: phone.id, waId, name, happenedMs: nowMs, message, contextWamid, hidesNumber };
  outbox.plan("inbound", detail, nowMs);
  simulator.wake();
  return { waId, message };
}

/** Meta's verification of a callback address: it must give the challenge back. */
export async function handshake(settings: Settings): Promise<{ verified: boolean; httpStatus: number | null }> {
  const challenge = String(Math.floor(Math.random() * 1e9));
  const url = new URL(settings.webhookUrl);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", challenge);
  url.searchParams.set("hub.verify_token", settings.verifyToken);
  try {
    const response = await fetch(url);
    return { verified: response.ok && (await response.text()) === challenge, httpStatus: response.status };
  } catch {
    return { verified: false, httpStatus: null };
  }
}

function tell(simulator: Simulator, wabaId: string, field: string, value: object): void {
  simulator.outbox.plan("field", { wabaId, field, value }, Date.now());
  simulator.wake();
}
