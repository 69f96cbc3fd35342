import { z } from "zod";
import type { MetaEvent } from "./event.ts";

const text = z.string();
const maybeText = text.nullable();
/** Milliseconds. */
const instant = z.number();
const maybeInstant = instant.nullable();

const template = { wabaId: text, metaTemplateId: text, name: text, language: text };
const number = { wabaId: text, digits: text };

/**
 * `MetaEvent` as a check: events wait on queues and in dead letters, so one may be older than the code that reads it.
 * What no longer fits is not guessed at.
 */
export const metaEvent = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("status"),
    phoneNumberId: text,
    status: z.enum(["sent", "delivered", "read", "failed"]),
    messageId: text,
    recipientPhone: maybeText,
    callback: maybeText,
    at: instant,
    error: z.object({ code: z.number(), title: text, detail: text }).nullable(),
    pricing: z.object({ category: maybeText, charged: z.boolean().nullable() }).nullable(),
  }),
  z.object({
    kind: z.literal("inbound"),
    phoneNumberId: text,
    phone: maybeText,
    userId: maybeText,
    messageId: text,
    at: instant,
    type: text,
    text: maybeText,
    payload: maybeText,
    contextId: maybeText,
  }),
  z.object({
    kind: z.literal("number_changed"),
    phoneNumberId: text,
    phone: text,
    newPhone: maybeText,
    at: instant,
  }),
  z.object({
    kind: z.literal("user_id_changed"),
    phoneNumberId: text,
    previousUserId: text,
    userId: text,
    at: instant,
  }),
  z.object({
    kind: z.literal("preference"),
    phoneNumberId: maybeText,
    phone: maybeText,
    userId: maybeText,
    value: z.enum(["stop", "resume"]),
    at: instant,
  }),
  z.object({ kind: z.literal("template_status"), event: text, reason: maybeText, at: instant, ...template }),
  z.object({
    kind: z.literal("template_category"),
    category: text,
    previousCategory: maybeText,
    comingCategory: maybeText,
    comingAt: maybeInstant,
    at: instant,
    ...template,
  }),
  z.object({
    kind: z.literal("template_quality"),
    quality: text,
    previousQuality: maybeText,
    at: instant,
    ...template,
  }),
  z.object({ kind: z.literal("phone_quality"), event: text, currentLimit: maybeText, at: instant, ...number }),
  z.object({
    kind: z.literal("phone_name"),
    decision: text,
    name: maybeText,
    reason: maybeText,
    at: instant,
    ...number,
  }),
  z.object({
    kind: z.literal("capability"),
    wabaId: text,
    limit: z.union([z.number(), z.literal("unlimited")]).nullable(),
    at: instant,
  }),
  z.object({
    kind: z.literal("account"),
    wabaId: text,
    event: text,
    restrictions: z.array(z.object({ type: text, expiresAt: maybeInstant })),
    banState: maybeText,
    // Events from before this field was read have none.
    banDate: maybeText.default(null),
    violation: maybeText,
    at: instant,
  }),
  z.object({
    kind: z.literal("line_error"),
    phoneNumberId: text,
    code: z.number(),
    title: text,
    detail: text,
    at: instant,
  }),
  z.object({ kind: z.literal("ignored"), field: text }),
]) satisfies z.ZodType<MetaEvent>;
