import { z } from "zod";
import type { Accounts } from "./accounts.ts";
import { webhookError } from "./errors.ts";
import { newWamid, userIdOf } from "./identifiers.ts";
import type { Phone, Template, Waba } from "./model.ts";
import type { DueMessage, DueWebhook } from "./outbox.ts";
import { diceFor, drawText } from "./random.ts";
import type { Contact, Update } from "./webhook-envelope.ts";

/** What is written beside an update until it is due. */
const replySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), withContext: z.boolean() }),
  z.object({ type: z.literal("button"), text: z.string(), payload: z.string(), withContext: z.boolean() }),
]);
const messageDetailSchema = z.object({
  happenedMs: z.number(),
  errorCode: z.number().optional(),
  reply: replySchema.optional(),
});
export const fieldDetailSchema = z.object({
  wabaId: z.string(),
  field: z.string(),
  value: z.looseObject({}),
});
export const reviewDetailSchema = z.object({ templateId: z.string() });
export const inboundDetailSchema = z.object({
  phoneId: z.string(),
  waId: z.string(),
  name: z.string(),
  happenedMs: z.number(),
  message: z.looseObject({ type: z.string() }),
  contextWamid: z.string().optional(),
  hidesNumber: z.boolean().optional(),
});

const FIRST_NAMES = ["Ana", "João", "Maria", "José", "Antônio", "Francisca", "Carlos", "Letícia", "Íris", "Otávio"];
const HEX = "0123456789abcdef";

const seconds = (ms: number): string => String(Math.floor(ms / 1000));

/** Turns what is due into what is told, with what the accounts say of number and person. */
export class UpdateWriter {
  constructor(
    private readonly accounts: Accounts,
    private readonly seed: string,
    /** Ends the review of a template that waits for it; answers the template, or null when none waits. */
    private readonly review: (templateId: string) => Template | null,
  ) {}

  /** Null when nobody is to be told: the number is gone, or its account has no subscribed app. */
  write(due: DueWebhook): Update | null {
    if (due.kind === "review") {
      const template = this.review(reviewDetailSchema.parse(due.detail).templateId);
      return (
        template && this.field(template.wabaId, "message_template_status_update", templateStatusValue(template), due)
      );
    }
    if (due.kind === "field") {
      const { wabaId, field, value } = fieldDetailSchema.parse(due.detail);
      return this.field(wabaId, field, value, due);
    }
    if (due.kind === "inbound") return this.writeInbound(due);
    const at = due.message && this.subscribed(due.message.phoneId);
    if (!due.message || !at) return null;
    const detail = messageDetailSchema.parse(due.detail);
    const contact = this.contactOf(due.message, at.waba);
    if (due.kind === "reply" && detail.reply)
      return {
        kind: "message",
        phone: at.phone,
        contact: { profile: { name: this.nameOf(due.message.person) }, ...contact },
        message: {
          ...replyMessage(due.message, at.phone, detail.reply, contact),
          timestamp: seconds(detail.happenedMs),
        },
      };
    const status = this.status(due, due.message, detail, contact);
    return { kind: "status", phone: at.phone, status, contact: due.kind === "failed" ? null : contact };
  }

  private field(wabaId: string, field: string, value: object, due: DueWebhook): Update | null {
    const subscribed = this.accounts.wabas.get(wabaId)?.subscribed;
    return subscribed ? { kind: "field", wabaId, field, value, timeMs: due.dueMs } : null;
  }

  private writeInbound(due: DueWebhook): Update | null {
    const detail = inboundDetailSchema.parse(due.detail);
    const at = this.subscribed(detail.phoneId);
    if (!at) return null;
    const userId = userIdOf(this.seed, at.waba.portfolioId, detail.waId);
    return {
      kind: "message",
      phone: at.phone,
      contact: {
        profile: { name: detail.name },
        ...(detail.hidesNumber ? {} : { wa_id: detail.waId }),
        user_id: userId,
      },
      message: {
        ...(detail.hidesNumber ? {} : { from: detail.waId }),
        from_user_id: userId,
        id: newWamid(detail.waId, "incoming"),
        timestamp: seconds(detail.happenedMs),
        ...detail.message,
        ...(detail.contextWamid ? { context: contextOf(at.phone, detail.contextWamid) } : {}),
      },
    };
  }

  private subscribed(phoneId: string): { phone: Phone; waba: Waba } | null {
    const phone = this.accounts.phones.get(phoneId);
    const waba = phone && this.accounts.wabas.get(phone.wabaId);
    return phone && waba?.subscribed ? { phone, waba } : null;
  }

  private contactOf(message: DueMessage, waba: Waba): Contact {
    if (message.waId === null) return { user_id: message.recipient };
    return { wa_id: message.waId, user_id: userIdOf(this.seed, waba.portfolioId, message.person) };
  }

  private nameOf(person: string): string {
    return FIRST_NAMES[Math.floor(diceFor(this.seed, person)("name") * FIRST_NAMES.length)] ?? "";
  }

  /** A status as v24 and later write it: the price on `sent` and on part of `delivered`, never a conversation. */
  private status(due: DueWebhook, message: DueMessage, detail: z.infer<typeof messageDetailSchema>, contact: Contact) {
    const priced =
      due.kind === "sent" || (due.kind === "delivered" && diceFor(this.seed, message.wamid)("priced") < 0.5);
    const failed = due.kind === "failed";
    return {
      id: message.wamid,
      status: due.kind,
      timestamp: seconds(detail.happenedMs),
      ...(message.waId === null ? {} : { recipient_id: message.waId }),
      ...(failed && message.waId !== null ? {} : { recipient_user_id: contact.user_id }),
      ...(message.callbackData === null ? {} : { biz_opaque_callback_data: message.callbackData }),
      ...(priced
        ? {
            pricing: {
              billable: true,
              pricing_model: "PMP",
              type: "regular",
              category: message.category === "" ? "service" : message.category.toLowerCase(),
            },
          }
        : {}),
      ...(failed ? { errors: [webhookError(detail.errorCode ?? 131000)] } : {}),
    };
  }
}

/** The value of `message_template_status_update`; template ids are integers there, and languages are written en-US. */
export const templateStatusValue = (template: Template) => ({
  event: template.status,
  message_template_id: Number(template.id),
  message_template_name: template.name,
  message_template_language: template.language.replace("_", "-"),
  message_template_category: template.category,
  reason: template.rejectedReason,
  ...(template.status === "PAUSED"
    ? { other_info: { title: "FIRST_PAUSE", description: "Paused for low quality." } }
    : {}),
});

const contextOf = (phone: Phone, wamid: string) => ({ from: phone.display.replace(/\D/g, ""), id: wamid });

function replyMessage(message: DueMessage, phone: Phone, reply: z.infer<typeof replySchema>, contact: Contact) {
  // Fixed by the message, so that a doubled webhook carries the same id twice.
  const id = `wamid.${drawText(HEX, 40, "reply", message.wamid)}`;
  return {
    ...(contact.wa_id ? { from: contact.wa_id } : {}),
    from_user_id: contact.user_id,
    id,
    type: reply.type,
    ...(reply.type === "button"
      ? { button: { payload: reply.payload, text: reply.text } }
      : { text: { body: reply.text } }),
    ...(reply.withContext ? { context: contextOf(phone, message.wamid) } : {}),
  };
}
