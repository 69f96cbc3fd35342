import { z } from "zod";
import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";

/** The shape of `POST /{phone-id}/messages`; what the values mean is looked at in validate-send.ts. */
const CALLBACK_DATA_MAX_CHARS = 512;

const mediaSchema = z.strictObject({
  id: z.string().optional(),
  link: z.string().optional(),
  filename: z.string().optional(),
});

export const parameterSchema = z.strictObject({
  type: z.string(),
  parameter_name: z.string().optional(),
  text: z.string().optional(),
  payload: z.string().optional(),
  coupon_code: z.string().optional(),
  currency: z.looseObject({ fallback_value: z.string(), code: z.string(), amount_1000: z.number() }).optional(),
  date_time: z.looseObject({ fallback_value: z.string() }).optional(),
  image: mediaSchema.optional(),
  video: mediaSchema.optional(),
  document: mediaSchema.optional(),
  location: z.looseObject({ latitude: z.coerce.number(), longitude: z.coerce.number() }).optional(),
  action: z.looseObject({}).optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

export const sendComponentSchema = z.strictObject({
  type: z.string(),
  sub_type: z.string().optional(),
  index: z.union([z.string(), z.number()]).optional(),
  parameters: z.array(parameterSchema).optional(),
});
export type SendComponent = z.infer<typeof sendComponentSchema>;

const requestSchema = z.looseObject({
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.enum(["individual", "group"]).optional(),
  to: z.string().optional(),
  recipient: z.string().optional(),
  type: z.string().optional(),
  biz_opaque_callback_data: z.string().max(CALLBACK_DATA_MAX_CHARS).optional(),
  template: z
    .strictObject({
      name: z.string().min(1),
      namespace: z.string().optional(),
      language: z.strictObject({ code: z.string().min(1), policy: z.literal("deterministic").optional() }),
      components: z.array(sendComponentSchema).optional(),
    })
    .optional(),
  text: z.strictObject({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() }).optional(),
  context: z.looseObject({ message_id: z.string() }).optional(),
});
export type SendRequest = z.infer<typeof requestSchema>;

/** `template['components'][0]['type']`, the way Meta writes a place in a body. */
const placeOf = (path: PropertyKey[]): string =>
  path
    .map((key, at) => (at === 0 ? String(key) : typeof key === "number" ? `[${key}]` : `['${String(key)}']`))
    .join("");

function valueAt(body: unknown, path: PropertyKey[]): unknown {
  let value = body;
  for (const key of path) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return value;
}

function shapeFailure(body: unknown, issue: z.core.$ZodIssue): GraphFailure {
  const place = placeOf(issue.path);
  if (issue.code === "unrecognized_keys")
    return { code: 100, details: `Unexpected key "${issue.keys[0]}" on param "${place}".` };
  const missing = valueAt(body, issue.path) === undefined;
  if (missing && issue.path[0] === "messaging_product")
    return { code: 100, details: "The parameter messaging_product is required." };
  if (missing) return { code: 131008, details: `The parameter ${place} is required.` };
  if (issue.code === "invalid_type")
    return { code: 100, details: `Param ${place} must be of type ${String(issue.expected)}.` };
  if (issue.code === "too_small") return { code: 131008, details: `The parameter ${place} must not be empty.` };
  if (issue.code === "too_big")
    return { code: 100, details: `Param ${place} must be at most ${String(issue.maximum)} characters long.` };
  return { code: 100, details: `Param ${place} is not one of the values it may have.` };
}

/** The call's body in its right shape, or the error Meta answers for a wrong one. */
export function parseSendRequest(body: unknown): Result<SendRequest, GraphFailure> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return fail({ code: 100, details: "The body must be a JSON object." });
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return fail(issue ? shapeFailure(body, issue) : { code: 100, details: "The body is not valid." });
}
