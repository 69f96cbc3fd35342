import { z } from "@hono/zod-openapi";
import { id, instant, list, listQuery, metaId } from "#http/kit/common.schema.ts";

export const templateComponent = z.looseObject({ type: z.string() });
export const templateVariable = z.object({
  key: z.string().openapi({ example: "body.1" }),
  component: z.enum(["header", "body", "button"]),
  example: z.string().nullable(),
  kind: z.enum(["text", "media", "suffix", "payload", "coupon"]),
  required: z.boolean(),
});
export const template = z
  .object({
    id: id("tpl"),
    wabaId: z.string(),
    name: z.string(),
    language: z.string(),
    category: z.string(),
    status: z.string(),
    components: z.array(templateComponent),
    parameterFormat: z.enum(["POSITIONAL", "NAMED"]),
    variables: z.array(templateVariable),
    lineIds: z.array(id("lin")),
    rejectedReason: z.string().nullable(),
    /** Why this product can't send it yet; null when it can. */
    unsupported: z.string().nullable(),
    syncedAt: instant,
  })
  .openapi("Template");
export const templateInput = z
  .object({
    wabaId: metaId,
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, "lowercase letters, digits and _"),
    language: z.string().min(2).max(15),
    category: z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"]),
    parameterFormat: z.enum(["POSITIONAL", "NAMED"]).default("POSITIONAL"),
    components: z.array(templateComponent).min(1).max(10),
  })
  .strict();
export const templateQuery = listQuery.extend({
  status: z.string().max(40).optional(),
  wabaId: metaId.optional(),
  segmentId: id("seg").optional(),
  lineId: id("lin").optional(),
  q: z.string().max(120).optional(),
});
export const templateList = list(template);
export const templateSyncInput = z.object({ wabaId: metaId.optional() }).strict();
export const templateSyncResult = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  removed: z.number().int(),
});

export type Template = z.infer<typeof template>;
