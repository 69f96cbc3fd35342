import { z } from "zod";
import { NO_CODE } from "#core/meta/error-rules.ts";
import type { InboundEvent, MetaEvent, StatusEvent } from "#core/meta/event.ts";
import { canonicalPhone } from "#core/shared/phone.ts";
import { scrub } from "#core/shared/scrub.ts";
import * as field from "./fields.ts";

const valueSchema = z.object({
  metadata: field.optionalObject({ phone_number_id: field.optionalId }),
  contacts: field.list,
  messages: field.list,
  statuses: field.list,
  errors: field.list,
  user_preferences: field.list,
});

const contactSchema = z.object({ wa_id: field.optionalId, user_id: field.optionalId });
type Contact = z.infer<typeof contactSchema>;

const errorSchema = z.object({
  code: field.wholeNumber,
  title: field.optionalNote,
  message: field.optionalNote,
  error_data: field.optionalObject({ details: field.optionalNote }),
});

const statusSchema = z.object({
  id: field.id,
  status: z.enum(["sent", "delivered", "read", "failed"]),
  timestamp: field.optionalNumber,
  recipient_id: field.optionalId,
  recipient_type: field.optionalWord,
  biz_opaque_callback_data: field.optionalWord,
  errors: field.list,
  pricing: field.optionalObject({
    category: field.optionalWord,
    type: field.optionalWord,
    billable: field.optionalFlag,
  }),
});

const content = {
  text: field.optionalObject({ body: field.optionalText }),
  button: field.optionalObject({ text: field.optionalText, payload: field.optionalNote }),
  interactive: field.optionalObject({
    button_reply: field.optionalObject({ id: field.optionalNote, title: field.optionalText }),
    list_reply: field.optionalObject({ id: field.optionalNote, title: field.optionalText }),
    nfm_reply: field.optionalObject({ body: field.optionalText }),
  }),
  reaction: field.optionalObject({ message_id: field.optionalId, emoji: field.optionalText }),
  image: field.optionalObject({ caption: field.optionalText }),
  video: field.optionalObject({ caption: field.optionalText }),
  document: field.optionalObject({ caption: field.optionalText }),
  context: field.optionalObject({ id: field.optionalId }),
};
const contentSchema = z.object(content);
const messageSchema = z.object({
  ...content,
  id: field.id,
  from: field.optionalId,
  from_user_id: field.optionalId,
  group_id: field.optionalId,
  timestamp: field.optionalNumber,
  type: field.optionalWord,
  // A changed number; `new_wa_id` is how the first versions named the new one.
  system: field.optionalObject({
    type: field.optionalWord,
    wa_id: field.optionalId,
    new_wa_id: field.optionalId,
    user_id: field.optionalId,
    previous_user_id: field.optionalId,
  }),
  edit: field.optionalObject({ message: contentSchema.nullish().catch(null) }),
});
type Message = z.infer<typeof messageSchema>;

const preferenceSchema = z.object({
  wa_id: field.optionalId,
  user_id: field.optionalId,
  category: z.literal("marketing_messages").optional(),
  value: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["stop", "resume"])),
  timestamp: field.optionalNumber,
});

/** No keyword is longer, with what stands around it. What people write at length does not even travel: nobody here reads it. */
const LONGEST_TEXT = 80;
const briefly = (text: string | null): string | null => (text !== null && text.length <= LONGEST_TEXT ? text : null);

/** Reported as messages although nobody wrote anything: an opened chat, a message taken back. */
const NOT_WRITTEN = new Set(["request_welcome", "revoke"]);
/** A person has taken another number, in the words of two generations of webhooks. */
const NUMBER_CHANGED = new Set(["user_changed_number", "customer_changed_number"]);

/** The `messages` field: statuses of ours, messages of theirs, errors of the line, all possible in one value. */
export function readMessages(value: unknown, entryAt: number, receivedAt: number): MetaEvent[] {
  const parsed = valueSchema.safeParse(value);
  const phoneNumberId = parsed.data?.metadata?.phone_number_id ?? null;
  if (!parsed.success || phoneNumberId === null) return [ignored("messages")];
  const { statuses, messages, errors } = parsed.data;
  const contacts = readAll(contactSchema, parsed.data.contacts);
  return [
    ...statuses.map((item) => readStatus(item, phoneNumberId, receivedAt) ?? ignored("messages.statuses")),
    ...messages.flatMap((item) => {
      const events = readMessage(item, phoneNumberId, contacts, receivedAt);
      return events.length > 0 ? events : [ignored("messages.messages")];
    }),
    ...errors.map((item): MetaEvent => {
      const error = readError(item);
      return error ? { kind: "line_error", phoneNumberId, ...error, at: entryAt } : ignored("messages.errors");
    }),
  ];
}

/** The `user_preferences` field: people who stop or resume a business's marketing in WhatsApp's own menu. */
export function readPreferences(value: unknown, receivedAt: number): MetaEvent[] {
  const parsed = valueSchema.safeParse(value);
  if (!parsed.success) return [ignored("user_preferences")];
  const contacts = readAll(contactSchema, parsed.data.contacts);
  return parsed.data.user_preferences.map((item): MetaEvent => {
    const preference = preferenceSchema.safeParse(item).data;
    if (!preference) return ignored("user_preferences");
    const card = contactOf(phoneOf(preference.wa_id), preference.user_id, contacts);
    const phone = phoneOf(preference.wa_id ?? card?.wa_id ?? null);
    const userId = preference.user_id ?? card?.user_id ?? null;
    if (phone === null && userId === null) return ignored("user_preferences");
    return {
      kind: "preference",
      phoneNumberId: parsed.data.metadata?.phone_number_id ?? null,
      phone,
      userId,
      value: preference.value,
      at: field.instantOf(preference.timestamp, receivedAt),
    };
  });
}

function readStatus(item: unknown, phoneNumberId: string, receivedAt: number): StatusEvent | null {
  const { data } = statusSchema.safeParse(item);
  if (!data) return null;
  return {
    kind: "status",
    phoneNumberId,
    status: data.status,
    messageId: data.id,
    recipientPhone: data.recipient_type === "group" ? null : phoneOf(data.recipient_id),
    callback: data.biz_opaque_callback_data,
    at: field.instantOf(data.timestamp, receivedAt),
    error: data.status === "failed" ? firstError(data.errors) : null,
    pricing: data.pricing && {
      category: data.pricing.category,
      // `billable` is deprecated and only decides where the older price model sends no type.
      charged: data.pricing.type === null ? data.pricing.billable : data.pricing.type === "regular",
    },
  };
}

/** What one person wrote to us alone, or that they have another number or id of Meta's now. */
function readMessage(item: unknown, phoneNumberId: string, contacts: Contact[], receivedAt: number): MetaEvent[] {
  const { data } = messageSchema.safeParse(item);
  // What is said in a group answers no message of ours, and nobody attends to it as to a person.
  if (!data || data.group_id !== null) return [];
  if (data.type === "system") return readSystemMessage(data, phoneNumberId, receivedAt);
  const inbound = NOT_WRITTEN.has(data.type ?? "") ? null : readInbound(data, phoneNumberId, contacts, receivedAt);
  return inbound ? [inbound] : [];
}

/** Meta gives a person another id with another number, and tells both in one message. */
function readSystemMessage({ from, system, timestamp }: Message, phoneNumberId: string, receivedAt: number) {
  const events: MetaEvent[] = [];
  const at = field.instantOf(timestamp, receivedAt);
  const phone = phoneOf(from);
  if (phone !== null && NUMBER_CHANGED.has(system?.type ?? "")) {
    const newPhone = phoneOf(system?.wa_id ?? system?.new_wa_id ?? null);
    events.push({ kind: "number_changed", phoneNumberId, phone, newPhone, at });
  }
  const { previous_user_id: previousUserId = null, user_id: userId = null } = system ?? {};
  if (previousUserId !== null && userId !== null && previousUserId !== userId)
    events.push({ kind: "user_id_changed", phoneNumberId, previousUserId, userId, at });
  return events;
}

function readInbound(
  data: Message,
  phoneNumberId: string,
  contacts: Contact[],
  receivedAt: number,
): InboundEvent | null {
  const body = data.edit?.message ?? data;
  // A reaction that is taken away comes as one without an emoji.
  if (data.type === "reaction" && !body.reaction?.emoji) return null;
  const contact = contactOf(phoneOf(data.from), data.from_user_id, contacts);
  const phone = phoneOf(data.from) ?? phoneOf(contact?.wa_id ?? null);
  return {
    kind: "inbound",
    phoneNumberId,
    phone,
    userId: data.from_user_id ?? contact?.user_id ?? (phone === null ? data.from : null),
    messageId: data.id,
    at: field.instantOf(data.timestamp, receivedAt),
    type: data.type ?? "unknown",
    text: briefly(textOf(body)),
    payload: body.button?.payload ?? body.interactive?.button_reply?.id ?? body.interactive?.list_reply?.id ?? null,
    contextId: body.context?.id ?? body.reaction?.message_id ?? data.context?.id ?? null,
  };
}

function textOf(body: z.infer<typeof contentSchema>): string | null {
  return (
    body.text?.body ??
    body.button?.text ??
    body.interactive?.button_reply?.title ??
    body.interactive?.list_reply?.title ??
    body.interactive?.nfm_reply?.body ??
    body.reaction?.emoji ??
    body.image?.caption ??
    body.video?.caption ??
    body.document?.caption ??
    null
  );
}

/** The contact card of a person: the one that shares an id with them, or the only one, if none differs. */
function contactOf(phone: string | null, userId: string | null, contacts: Contact[]): Contact | null {
  const pairs = (contact: Contact) => [
    [phone, phoneOf(contact.wa_id)],
    [userId, contact.user_id],
  ];
  const agrees = (contact: Contact) => pairs(contact).some(([a, b]) => a !== null && a === b);
  const differs = (contact: Contact) => pairs(contact).some(([a, b]) => a !== null && b !== null && a !== b);
  const only = contacts.length === 1 ? contacts[0] : undefined;
  return contacts.find(agrees) ?? (only && !differs(only) ? only : null);
}

function readError(item: unknown): { code: number; title: string; detail: string } | null {
  const { data } = errorSchema.safeParse(item);
  if (!data) return null;
  return {
    code: data.code,
    title: scrub(data.title ?? data.message ?? ""),
    detail: scrub(data.error_data?.details ?? data.message ?? data.title ?? ""),
  };
}

function firstError(errors: unknown[]): { code: number; title: string; detail: string } {
  for (const item of errors) {
    const error = readError(item);
    if (error) return error;
  }
  return { code: NO_CODE, title: "", detail: "" };
}

function readAll<T>(schema: z.ZodType<T>, items: unknown[]): T[] {
  return items.flatMap((item) => {
    const { data, success } = schema.safeParse(item);
    return success ? [data] : [];
  });
}

const phoneOf = (waId: string | null): string | null => (waId === null ? null : canonicalPhone(waId));

const ignored = (name: string): MetaEvent => ({ kind: "ignored", field: name });
