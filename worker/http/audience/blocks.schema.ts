import { z } from "@hono/zod-openapi";
import { FIELD_RULES } from "#core/audience/contact-fields.ts";
import { id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";
import { text } from "./contacts.schema.ts";

const LONGEST_CONTRACT = 80;

const phone = z.string().min(1).max(30);
const document = text(FIELD_RULES.document.maxLength).trim().min(1);
/** Country, a dot, letters and digits; of linked portfolios with `ENT.` between. */
const userId = z.string().regex(/^[A-Z]{2}\.[A-Za-z0-9.]{1,160}$/, "a user's id as Meta sends it, such as BR.1a2B3c4D");

export const block = z
  .object({
    id: id("blk"),
    phone: z.string().nullable().openapi({ example: "+5511987654321" }),
    document: z.string().nullable(),
    userId: z.string().nullable().openapi({ example: "BR.1a2B3c4D" }),
    segmentId: z.string().nullable(),
    reason: z.string(),
    contract: z.string().nullable(),
    until: instant.nullable(),
    createdAt: instant,
  })
  .openapi("Block");
export const blockInput = z
  .object({
    phone: phone.nullish(),
    document: document.nullish(),
    userId: userId.nullish(),
    segmentId: id("seg").nullish(),
    reason: text(200).trim().min(1),
    contract: text(LONGEST_CONTRACT).trim().min(1).nullish(),
    until: instantInput.nullish(),
  })
  .strict()
  .refine(({ phone, document, userId }) => (phone ?? document ?? userId ?? null) !== null, {
    message: "name a phone, a document or a userId",
    path: ["phone"],
  });
export const blockQuery = listQuery.extend({
  phone: z.string().max(30).optional(),
  document: z.string().max(30).optional(),
  userId: z.string().max(200).optional(),
  segmentId: id("seg").optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const blockList = list(block);

export type Block = z.infer<typeof block>;
