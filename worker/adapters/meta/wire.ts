import { z } from "zod";
import type { ListedTemplate, PhoneNumberSnapshot } from "#core/meta/graph.ts";
import { parseLimit } from "#core/meta/messaging-limit.ts";
import type { QualityRating } from "#core/meta/quality.ts";
import { scrub } from "#core/shared/scrub.ts";

/**
 * Meta's answers as far as we read them. What may be missing is optional, and what has another form than documented
 * counts as missing: an answer that is odd in one field is still good for the others.
 */
const text = z.string().nullish().catch(null);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/** Ids are strings in REST answers and integers elsewhere; compared as strings. */
const id = z.union([z.string().min(1), z.int().transform(String)]);
const tier = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .catch(null);

/** Messages a second that a number may send, by what Meta says of it. */
const RATE_PER_SECOND = { standard: 80, high: 1_000, coexistence: 20 } as const;
const QUALITIES = new Map<string, QualityRating>([
  ["GREEN", "GREEN"],
  ["YELLOW", "YELLOW"],
  ["RED", "RED"],
]);

const healthError = z.object({
  error_code: z.union([z.int(), z.string()]).nullish().catch(null),
  error_description: text,
});
const healthEntity = z.object({ errors: z.array(healthError).nullish().catch(null) });
const healthStatus = z.object({ can_send_message: text, entities: z.array(healthEntity).nullish().catch(null) });

/** Of a number, its account, its business and the app the worst counts; each names its own errors. */
function blockedBy(health: z.infer<typeof healthStatus> | null | undefined): string | null {
  if (health?.can_send_message?.toUpperCase() !== "BLOCKED") return null;
  const errors = (health.entities ?? []).flatMap(({ errors }) => errors ?? []);
  const reasons = errors.map(({ error_code, error_description }) =>
    [error_description ?? "no reason given", error_code == null ? "" : ` (code ${error_code})`].join(""),
  );
  return scrub([...new Set(reasons)].join(" ") || "no reason given");
}

export const phoneNumber = z
  .object({
    display_phone_number: text,
    verified_name: text,
    status: text,
    quality_rating: text,
    throughput: z.object({ level: text }).nullish().catch(null),
    is_on_biz_app: z.boolean().nullish().catch(null),
    whatsapp_business_manager_messaging_limit: tier,
    messaging_limit_tier: tier,
    health_status: healthStatus.nullish().catch(null),
  })
  .transform((number): PhoneNumberSnapshot => {
    // The portfolio's limit; since v24 the number's own field repeats it, before that it was the number's.
    const tiers = [number.whatsapp_business_manager_messaging_limit, number.messaging_limit_tier];
    const limitTier = tiers.find((one) => parseLimit(one) !== null) ?? tiers.find((one) => one != null) ?? null;
    return {
      displayPhoneNumber: number.display_phone_number ?? null,
      verifiedName: number.verified_name ?? null,
      quality: number.quality_rating == null ? null : (QUALITIES.get(number.quality_rating.toUpperCase()) ?? "UNKNOWN"),
      status: number.status?.toUpperCase() ?? null,
      ratePerSecond: ratePerSecond(number.throughput?.level ?? null, number.is_on_biz_app ?? false),
      limitTier,
      limit: parseLimit(limitTier),
      blocked: blockedBy(number.health_status),
    };
  });

function ratePerSecond(level: string | null, isOnBusinessApp: boolean): number | null {
  switch (isOnBusinessApp ? "NOT_APPLICABLE" : (level?.toUpperCase() ?? null)) {
    case null:
      return null;
    case "HIGH":
      return RATE_PER_SECOND.high;
    // The number is used in the WhatsApp Business app as well, where no level applies.
    case "NOT_APPLICABLE":
      return RATE_PER_SECOND.coexistence;
    default:
      return RATE_PER_SECOND.standard;
  }
}

/** The id of the portfolio that owns an account; null when the answer does not name it. */
export const portfolioId = z
  .object({ owner_business_info: z.object({ id }).nullish().catch(null) })
  .transform((account) => account.owner_business_info?.id ?? null);

const button = z.looseObject({ type: z.string(), text: optionalText, url: optionalText, phone_number: optionalText });
const component = z.looseObject({
  type: z.string(),
  format: optionalText,
  text: optionalText,
  buttons: z
    .array(button)
    .nullish()
    .transform((value) => value ?? undefined),
});

const template = z
  .object({
    id,
    name: z.string().min(1),
    language: z.string().min(1),
    status: z.string().min(1),
    category: text,
    components: z.array(component).nullish(),
    parameter_format: text,
    rejected_reason: text,
  })
  .transform(
    (item): ListedTemplate => ({
      metaId: item.id,
      name: item.name,
      language: item.language,
      status: item.status.toUpperCase(),
      category: item.category?.toUpperCase() ?? null,
      components: item.components ?? [],
      parameterFormat: formatOf(item.parameter_format ?? null),
      rejectedReason: item.rejected_reason && item.rejected_reason !== "NONE" ? item.rejected_reason : null,
    }),
  );

const formatOf = (format: string | null) =>
  format === null ? null : format.toUpperCase() === "NAMED" ? "NAMED" : "POSITIONAL";

/** One entry of a list, null when it is none that can be understood: it must not hide the others. */
export function readTemplate(item: unknown): ListedTemplate | null {
  return template.safeParse(item).data ?? null;
}

export const templatePage = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({ cursors: z.object({ after: text }).nullish().catch(null), next: text })
    .nullish()
    .catch(null),
});

export const templateCreated = z.object({ id, status: text, category: text }).transform((created) => ({
  metaId: created.id,
  status: created.status?.toUpperCase() ?? "PENDING",
  category: created.category?.toUpperCase() ?? null,
}));
