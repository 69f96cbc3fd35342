import type { MessagingLimit } from "./messaging-limit.ts";

/**
 * What Meta's webhooks tell, in our words. Instants in ms; phones as `canonicalPhone` writes them; template languages
 * as `en_US`; texts from errors are already scrubbed. `wabaId` is the id of the entry, which for account and capability
 * news may be the portfolio's.
 */
export type MetaEvent =
  | StatusEvent
  | InboundEvent
  /** A person has taken another number; `newPhone` is null when Meta does not name it. */
  | { kind: "number_changed"; phoneNumberId: string; phone: string; newPhone: string | null; at: number }
  /** Meta knows a person by another id (BSUID) now. */
  | { kind: "user_id_changed"; phoneNumberId: string; previousUserId: string; userId: string; at: number }
  | {
      kind: "preference";
      phoneNumberId: string | null;
      phone: string | null;
      userId: string | null;
      value: "stop" | "resume";
      at: number;
    }
  | ({ kind: "template_status"; event: string; reason: string | null; at: number } & TemplateRef)
  | ({
      kind: "template_category";
      /** What it is charged as now. */
      category: string;
      previousCategory: string | null;
      /** Meta announces a change before it makes it. */
      comingCategory: string | null;
      comingAt: number | null;
      at: number;
    } & TemplateRef)
  | ({ kind: "template_quality"; quality: string; previousQuality: string | null; at: number } & TemplateRef)
  | { kind: "phone_quality"; wabaId: string; digits: string; event: string; currentLimit: string | null; at: number }
  | {
      kind: "phone_name";
      wabaId: string;
      digits: string;
      decision: string;
      name: string | null;
      reason: string | null;
      at: number;
    }
  | { kind: "capability"; wabaId: string; limit: MessagingLimit | null; at: number }
  | {
      kind: "account";
      wabaId: string;
      event: string;
      restrictions: { type: string; expiresAt: number | null }[];
      banState: string | null;
      /** A day as Meta writes it for people. */
      banDate: string | null;
      violation: string | null;
      at: number;
    }
  | { kind: "line_error"; phoneNumberId: string; code: number; title: string; detail: string; at: number }
  /** Nothing for us, or not understood: counted by field, never acted on. */
  | { kind: "ignored"; field: string };

/** Where one of our messages has got to. `recipientPhone` is missing for users who hide it: match on the other two. */
export interface StatusEvent {
  kind: "status";
  phoneNumberId: string;
  status: "sent" | "delivered" | "read" | "failed";
  messageId: string;
  recipientPhone: string | null;
  callback: string | null;
  at: number;
  /** Set for every `failed`, null for the rest. */
  error: { code: number; title: string; detail: string } | null;
  pricing: { category: string | null; charged: boolean | null } | null;
}

/**
 * What a person sent us. `contextId` is the message that it answers, `payload` the id of the button or row tapped. Of what
 * was written only a text that is short enough to be a keyword comes along: nobody here reads the rest.
 */
export interface InboundEvent {
  kind: "inbound";
  phoneNumberId: string;
  phone: string | null;
  userId: string | null;
  messageId: string;
  at: number;
  type: string;
  text: string | null;
  payload: string | null;
  contextId: string | null;
}

export interface TemplateRef {
  wabaId: string;
  metaTemplateId: string;
  name: string;
  language: string;
}
