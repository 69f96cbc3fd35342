import { z } from "zod";
import { TEMPLATE_STATUSES } from "./accounts.ts";
import { messagingLimitSchema } from "./seeding.ts";

export const pageQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(100),
});
export const sinceQuerySchema = z.object({ since: z.coerce.number().optional() });

export const phonePatchSchema = z.strictObject({
  quality: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]).optional(),
  status: z.string().optional(),
  rate: z.number().int().positive().optional(),
  tokenRevoked: z.boolean().optional(),
  /** True refuses every send with 131048 (too many reports); a number is the code to refuse with. */
  blocked: z.union([z.boolean(), z.number().int()]).optional(),
});

export const wabaPatchSchema = z.strictObject({
  messagingLimit: messagingLimitSchema.optional(),
  subscribed: z.boolean().optional(),
  token: z.string().optional(),
});

export const templatePatchSchema = z.strictObject({
  status: z.enum(TEMPLATE_STATUSES).optional(),
  category: z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"]).optional(),
  reason: z.string().optional(),
});

/** A person writes to a number, or presses a button of a message they got. */
export const inboundSchema = z.strictObject({
  phoneId: z.string(),
  from: z.string(),
  name: z.string().default("Ana"),
  text: z.string().optional(),
  button: z.strictObject({ text: z.string(), payload: z.string().optional() }).optional(),
  /** The message that is answered or whose button is pressed. */
  contextWamid: z.string().optional(),
  /** Said in a group. */
  groupId: z.string().optional(),
  /** Nothing is written: the person has taken this number instead. */
  newNumber: z.string().optional(),
  /** Only the user id is told. */
  hidesNumber: z.boolean().optional(),
});

/** Any webhook field with a value of one's own: account_update, user_preferences, … */
export const fieldWebhookSchema = z.strictObject({ wabaId: z.string(), field: z.string(), value: z.looseObject({}) });

/** Tells once more what was answered 200 since then, as Meta may. */
export const replaySchema = z.strictObject({ sinceMs: z.number() });
export const scenarioNameSchema = z.object({ name: z.string() });
