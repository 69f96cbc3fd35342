import type { GraphNode } from "./fields.ts";
import type { Media, Phone, Template, Waba } from "./model.ts";
import { headerSchema } from "./template-components.ts";

/** A number is Meta's HIGH from a thousand messages a second on. */
const HIGH_THROUGHPUT = 1000;

type CanSend = "AVAILABLE" | "LIMITED" | "BLOCKED";
const worst = (...values: CanSend[]): CanSend =>
  values.includes("BLOCKED") ? "BLOCKED" : values.includes("LIMITED") ? "LIMITED" : "AVAILABLE";

function phoneHealth(phone: Phone): CanSend {
  if (phone.blockedCode !== null) return "BLOCKED";
  if (phone.status === "FLAGGED") return "LIMITED";
  return phone.status === "CONNECTED" ? "AVAILABLE" : "BLOCKED";
}

function healthStatus(
  waba: Waba,
  own: { type: string; id: string; canSend: CanSend; errorCode: number | null } | null,
) {
  const errors = own?.errorCode
    ? [{ error_code: own.errorCode, error_description: "The object cannot send.", possible_solution: "Wait." }]
    : undefined;
  const ownEntity = own && {
    entity_type: own.type,
    id: own.id,
    can_send_message: own.canSend,
    ...(errors ? { errors } : {}),
  };
  return {
    can_send_message: worst(own?.canSend ?? "AVAILABLE"),
    entities: [
      ...(ownEntity ? [ownEntity] : []),
      { entity_type: "WABA", id: waba.id, can_send_message: "AVAILABLE" },
      { entity_type: "BUSINESS", id: waba.portfolioId, can_send_message: "AVAILABLE" },
      { entity_type: "APP", id: "1000000000000001", can_send_message: "AVAILABLE" },
    ],
  };
}

const countryOf = (phone: Phone) =>
  phone.display.startsWith("+55")
    ? { country_code: "BR", country_dial_code: "55" }
    : { country_code: undefined, country_dial_code: undefined };

export const phoneNode = (phone: Phone, waba: Waba): GraphNode => ({
  type: "WhatsAppBusinessPhoneNumber",
  defaults: [
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
  ],
  fields: {
    id: phone.id,
    display_phone_number: phone.display,
    verified_name: phone.name,
    status: phone.status,
    quality_rating: phone.quality,
    quality_score: { score: phone.quality },
    ...countryOf(phone),
    code_verification_status: "VERIFIED",
    unified_cert_status: "APPROVED",
    name_status: "APPROVED",
    new_name_status: "NONE",
    account_mode: "LIVE",
    host_platform: "CLOUD_API",
    platform_type: "CLOUD_API",
    throughput: { level: phone.rate >= HIGH_THROUGHPUT ? "HIGH" : "STANDARD" },
    health_status: healthStatus(waba, {
      type: "PHONE_NUMBER",
      id: phone.id,
      canSend: phoneHealth(phone),
      errorCode: phone.blockedCode,
    }),
    // Deprecated on the number: since v24 it repeats the portfolio's.
    messaging_limit_tier: waba.messagingLimit,
    whatsapp_business_manager_messaging_limit: waba.messagingLimit,
    is_official_business_account: false,
    is_pin_enabled: true,
    is_on_biz_app: false,
    webhook_configuration: undefined,
    last_onboarded_time: undefined,
    username: undefined,
  },
});

export const wabaNode = (waba: Waba): GraphNode => ({
  type: "WhatsAppBusinessAccount",
  defaults: ["name", "timezone_id", "message_template_namespace"],
  fields: {
    id: waba.id,
    name: waba.name,
    currency: "BRL",
    country: "BR",
    timezone_id: "25",
    message_template_namespace: `namespace_${waba.id}`,
    owner_business_info: { id: waba.portfolioId, name: waba.portfolioName },
    on_behalf_of_business_info: undefined,
    ownership_type: "SELF",
    account_review_status: "APPROVED",
    business_verification_status: "verified",
    primary_business_location: "BR",
    status: "ACTIVE",
    health_status: healthStatus(waba, null),
    whatsapp_business_manager_messaging_limit: waba.messagingLimit,
  },
});

export const portfolioNode = (waba: Waba): GraphNode => ({
  type: "Business",
  defaults: ["name"],
  fields: {
    id: waba.portfolioId,
    name: waba.portfolioName,
    verification_status: "verified",
    whatsapp_business_manager_messaging_limit: waba.messagingLimit,
  },
});

/** A media header's example is shown as an address, not as the handle it was made with. */
const shown = (components: Template["components"]) =>
  components.map((component) => {
    const header = headerSchema.safeParse(component);
    if (!header.success || !header.data.example?.header_handle) return component;
    const header_handle = header.data.example.header_handle.map((handle) =>
      handle.startsWith("http") ? handle : `https://scontent.whatsapp.net/v/${encodeURIComponent(handle)}`,
    );
    return { ...header.data, example: { ...header.data.example, header_handle } };
  });

export const templateNode = (template: Template, waba: Waba): GraphNode => ({
  type: "WhatsAppMessageTemplate",
  defaults: ["name", "parameter_format", "components", "language", "status", "category"],
  fields: {
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    components: shown(template.components),
    parameter_format: template.parameterFormat,
    rejected_reason: template.rejectedReason,
    quality_score: { score: "UNKNOWN", date: Math.floor(template.updatedAtMs / 1000) },
    previous_category: undefined,
    sub_category: undefined,
    correct_category: undefined,
    message_send_ttl_seconds: undefined,
    last_updated_time: new Date(template.updatedAtMs).toISOString().replace(/\.\d+Z$/, "+0000"),
    health_status: healthStatus(waba, {
      type: "MESSAGE_TEMPLATE",
      id: template.id,
      canSend: template.status === "APPROVED" ? "AVAILABLE" : "BLOCKED",
      errorCode: null,
    }),
  },
});

export const mediaNode = (media: Media, origin: string): GraphNode => ({
  type: "WhatsAppBusinessMedia",
  defaults: ["url", "mime_type", "sha256", "file_size", "messaging_product"],
  fields: {
    id: media.id,
    messaging_product: "whatsapp",
    url: `${origin}/media-content/${media.id}`,
    mime_type: media.mimeType,
    sha256: media.sha256,
    file_size: media.fileSize,
  },
});
