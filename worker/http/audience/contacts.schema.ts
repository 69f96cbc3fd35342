import { z } from "@hono/zod-openapi";
import { CONSENT_CHANNELS, LONGEST_WORDING } from "#core/audience/consent.ts";
import { byField, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { LEGAL_BASES } from "#core/audience/legal-basis.ts";
import { TIMELINE_GROUP_NAMES, timelineEvent } from "#core/audience/timeline.ts";
import { EARLIEST_CONSENT } from "#core/imports/instants.ts";
import { visibleText } from "#core/shared/visible-text.ts";
import { id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";

/** What people read: nothing invisible comes in. */
export const text = (max: number) => z.string().overwrite(visibleText).max(max);

/** A contact's fields around its phone, which has always stood behind the first two. */
function fieldsAround<Phone, Field>(phone: Phone, fieldOf: (field: ContactField) => Field) {
  const { document, customerCode, ...others } = byField(fieldOf);
  return { document, customerCode, phone, ...others };
}

export const contact = z
  .object({
    id: id("con"),
    name: z.string(),
    ...fieldsAround(z.string().nullable().openapi({ example: "+5511987654321" }), () => z.string().nullable()),
    hashtags: z.array(z.string()),
    optIn: z.object({
      status: z.enum(["granted", "revoked", "unknown"]),
      source: z.string().nullable(),
      at: instant.nullable(),
    }),
    attributes: z.record(z.string(), z.string()),
    legalBasis: z
      .enum(LEGAL_BASES)
      .nullable()
      .openapi({ description: "Of the last import that brought the person and named one; null when none is known." }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Contact");
const source = z.string().overwrite(visibleText).min(1).max(120);
const wording = text(LONGEST_WORDING)
  .nullish()
  .openapi({ description: "What the person wrote or agreed to, word for word: kept as proof." });
/** As in an import: an earlier year has lost digits. */
const consentInstant = instantInput.refine((text) => Date.parse(text) >= EARLIEST_CONSENT, {
  message: "is before 1990: the year has lost digits",
});
export const attributes = z
  .record(z.string().overwrite(visibleText).min(1).max(80), text(1000))
  .refine((a) => Object.keys(a).length <= 100, {
    message: "at most 100 attributes",
  });
const hashtags = z.array(z.string().overwrite(visibleText).trim().min(1).max(60)).max(50);
const phoneInput = z.string().min(1).max(30);
export const contactInput = z
  .object({
    name: text(200).trim().default(""),
    ...fieldsAround(phoneInput, (field) => text(FIELD_RULES[field].maxLength).nullish()),
    hashtags: hashtags.default([]),
    attributes: attributes.default({}),
    optIn: z.object({ source, wording, at: consentInstant.optional() }).optional(),
    audienceId: id("aud").optional(),
  })
  .strict();
export const contactPatch = z
  .object({
    name: text(200).trim(),
    ...fieldsAround(phoneInput, (field) => text(FIELD_RULES[field].maxLength).nullable()),
    hashtags,
    attributes,
  })
  .partial()
  .strict();
export const contactQuery = listQuery.extend({
  audienceId: id("aud").optional(),
  phone: z.string().max(30).optional(),
  document: z.string().max(30).optional(),
  customerCode: z.string().max(80).optional(),
  q: z.string().max(120).optional(),
});
export const contactList = list(contact);
export const consentEvent = z
  .object({
    id: id("cns"),
    status: z.enum(["granted", "revoked", "unknown"]),
    source: z.string().nullable(),
    reason: z.string().nullable(),
    channel: z.enum(CONSENT_CHANNELS).nullable().openapi({
      description: "By which way we learned of it; null for what is older than this field. More may be added.",
    }),
    wording: z.string().nullable().openapi({ description: "What the person wrote or agreed to; null when not known." }),
    at: instant.nullable().openapi({ description: "When the person said so; null when nobody knows." }),
    recordedAt: instant.openapi({ description: "When we learned of it." }),
  })
  .openapi("ConsentEvent");
/** Without how many people are in it: whoever shows these shows one person. */
export const contactAudiences = z.object({
  data: z.array(z.object({ id: id("aud"), name: z.string(), segmentId: id("seg") })),
});
export const timelineQuery = listQuery.extend({
  group: z.enum(TIMELINE_GROUP_NAMES).optional(),
});
export const timelineItem = z
  .object({
    id: z.string(),
    at: instant,
    happened: timelineEvent,
  })
  .openapi("TimelineItem");
export const timeline = list(timelineItem);
export const mergeInput = z.object({ contactId: id("con") }).strict();
/** Contacts that may be the same person, and by what. */
export const lookalikes = z.object({
  data: z.array(contact.extend({ sharedBy: z.enum(["phone", "document", "userId"]) }).openapi("Lookalike")),
});
export const consentHistory = z.object({ data: z.array(consentEvent) });
export const optInInput = z.object({ source, wording, at: consentInstant.optional() }).strict();
export const optOutInput = z.object({ reason: text(200).optional(), wording }).strict();

export type Contact = z.infer<typeof contact>;
export type TimelineItem = z.infer<typeof timelineItem>;
export type ConsentEvent = z.infer<typeof consentEvent>;
