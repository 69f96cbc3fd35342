import { z } from "zod";
import type { MetaEvent, TemplateRef } from "#core/meta/event.ts";
import { parseLimit } from "#core/meta/messaging-limit.ts";
import * as field from "./fields.ts";

/** What is known of the update from the envelope around it. */
export interface Source {
  wabaId: string;
  at: number;
}

/** Reads the value of one field; null when it is not in the form that Meta documents. */
type Reader = (value: unknown, source: Source) => MetaEvent | null;

const MAX_RESTRICTIONS = 20;

const template = {
  message_template_id: field.id,
  message_template_name: field.optionalWord,
  message_template_language: field.optionalWord,
};
type TemplateFields = z.infer<z.ZodObject<typeof template>>;

const templateRef = (data: TemplateFields, { wabaId }: Source): TemplateRef => ({
  wabaId,
  metaTemplateId: data.message_template_id,
  name: data.message_template_name ?? "",
  language: field.foldLanguage(data.message_template_language ?? ""),
});

const templateStatusSchema = z.object({
  ...template,
  event: field.word,
  reason: field.optionalNote,
  other_info: field.optionalObject({ title: field.optionalNote, description: field.optionalNote }),
  rejection_info: field.optionalObject({ reason: field.optionalNote }),
});
const templateStatus: Reader = (value, source) => {
  const { data } = templateStatusSchema.safeParse(value);
  if (!data) return null;
  // `NONE` is Meta's way to say that there is no reason.
  const reason = data.reason === "NONE" ? null : data.reason;
  return {
    kind: "template_status",
    ...templateRef(data, source),
    event: data.event.toUpperCase(),
    reason: reason ?? data.rejection_info?.reason ?? data.other_info?.title ?? data.other_info?.description ?? null,
    at: source.at,
  };
};

const templateQualitySchema = z.object({
  ...template,
  new_quality_score: field.word,
  previous_quality_score: field.optionalWord,
});
const templateQuality: Reader = (value, source) => {
  const { data } = templateQualitySchema.safeParse(value);
  if (!data) return null;
  return {
    kind: "template_quality",
    ...templateRef(data, source),
    quality: data.new_quality_score,
    previousQuality: data.previous_quality_score,
    at: source.at,
  };
};

const templateCategorySchema = z.object({
  ...template,
  // In an announcement this is the present category and `correct_category` the one to come.
  new_category: field.word,
  previous_category: field.optionalWord,
  correct_category: field.optionalWord,
  category_update_timestamp: field.optionalNumber,
});
const templateCategory: Reader = (value, source) => {
  const { data } = templateCategorySchema.safeParse(value);
  if (!data) return null;
  return {
    kind: "template_category",
    ...templateRef(data, source),
    category: data.new_category,
    previousCategory: data.previous_category,
    comingCategory: data.correct_category,
    comingAt: field.laterInstantOf(data.category_update_timestamp),
    at: source.at,
  };
};

/** These updates name the line by its number alone, so its digits are what there is to match. */
const lineDigits = z
  .string()
  .transform((number) => number.replace(/\D/g, ""))
  .pipe(z.string().min(1).max(20));

const phoneQualitySchema = z.object({
  display_phone_number: lineDigits,
  event: field.word,
  current_limit: field.optionalId,
  max_daily_conversations_per_business: field.optionalId,
});
const phoneQuality: Reader = (value, { wabaId, at }) => {
  const { data } = phoneQualitySchema.safeParse(value);
  if (!data) return null;
  return {
    kind: "phone_quality",
    wabaId,
    digits: data.display_phone_number,
    event: data.event,
    currentLimit: data.max_daily_conversations_per_business ?? data.current_limit,
    at,
  };
};

const phoneNameSchema = z.object({
  display_phone_number: lineDigits,
  decision: field.word,
  requested_verified_name: field.optionalWord,
  rejection_reason: field.optionalNote,
});
const phoneName: Reader = (value, { wabaId, at }) => {
  const { data } = phoneNameSchema.safeParse(value);
  if (!data) return null;
  return {
    kind: "phone_name",
    wabaId,
    digits: data.display_phone_number,
    decision: data.decision,
    name: data.requested_verified_name,
    reason: data.rejection_reason,
    at,
  };
};

const capabilitySchema = z.object({ max_daily_conversations_per_business: z.unknown() });
const capability: Reader = (value, { wabaId, at }) => {
  const { data } = capabilitySchema.safeParse(value);
  return data ? { kind: "capability", wabaId, limit: parseLimit(data.max_daily_conversations_per_business), at } : null;
};

const accountSchema = z.object({
  event: field.word,
  // Updates about partners come from the business's id and name the WABA here.
  waba_info: field.optionalObject({ waba_id: field.optionalId }),
  restriction_info: field.list,
  ban_info: field.optionalObject({ waba_ban_state: field.optionalWord, waba_ban_date: field.optionalWord }),
  violation_info: field.optionalObject({ violation_type: field.optionalWord }),
});
const restrictionSchema = z.object({ restriction_type: field.word, expiration: field.optionalNumber });
const account: Reader = (value, { wabaId, at }) => {
  const { data } = accountSchema.safeParse(value);
  if (!data) return null;
  return {
    kind: "account",
    wabaId: data.waba_info?.waba_id ?? wabaId,
    event: data.event,
    restrictions: data.restriction_info.slice(0, MAX_RESTRICTIONS).flatMap((item) => {
      const restriction = restrictionSchema.safeParse(item).data;
      if (!restriction) return [];
      return [{ type: restriction.restriction_type, expiresAt: field.laterInstantOf(restriction.expiration) }];
    }),
    banState: data.ban_info?.waba_ban_state ?? null,
    banDate: data.ban_info?.waba_ban_date ?? null,
    violation: data.violation_info?.violation_type ?? null,
    at,
  };
};

/** By Meta's field name; every other field is ignored. */
export const MANAGEMENT_READERS: ReadonlyMap<string, Reader> = new Map([
  ["message_template_status_update", templateStatus],
  ["message_template_quality_update", templateQuality],
  ["template_category_update", templateCategory],
  ["phone_number_quality_update", phoneQuality],
  ["phone_number_name_update", phoneName],
  ["business_capability_update", capability],
  ["account_update", account],
]);
