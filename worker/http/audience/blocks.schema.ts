import { z } from "@hono/zod-openapi";
import { LONGEST_BLOCK_CONTRACT, LONGEST_BLOCK_REASON, USER_ID } from "#core/audience/block.ts";
import { FIELD_RULES } from "#core/audience/contact-fields.ts";
import {
  BLOCK_NOTICE_WORDS,
  BLOCK_REJECTION_WORDS,
  type BlockNotice,
  type BlockRejection,
} from "#core/imports/block-list.ts";
import { count, id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";
import { text } from "./contacts.schema.ts";

const phone = z.string().min(1).max(30);
const document = text(FIELD_RULES.document.maxLength).trim().min(1);
const userId = z.string().regex(USER_ID, "a user's id as Meta sends it, such as BR.1a2B3c4D");
const reason = text(LONGEST_BLOCK_REASON).trim().min(1);
const contract = text(LONGEST_BLOCK_CONTRACT).trim().min(1).nullish();

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
    reason,
    contract,
    until: instantInput.nullish(),
  })
  .strict()
  .refine(({ phone, document, userId }) => (phone ?? document ?? userId ?? null) !== null, {
    message: "name a phone, a document or a userId",
    path: ["phone"],
  });
export const blockPatch = z.object({ reason: reason.optional(), contract, until: instantInput.nullish() }).strict();
export const blocksEndInput = z.object({ ids: z.array(id("blk")).min(1).max(200) }).strict();
export const blocksEnded = z.object({ ended: count });
export const blockQuery = listQuery.extend({
  q: z.string().max(200).optional(),
  phone: z.string().max(30).optional(),
  document: z.string().max(30).optional(),
  userId: z.string().max(200).optional(),
  segmentId: id("seg").optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const blockList = list(block);

const reasonsOf = <Code extends string>(words: Record<Code, string>) =>
  z.array(
    z.object({
      code: z.enum(Object.keys(words) as [Code, ...Code[]]).openapi({ description: "More may be added." }),
      message: z.string().openapi({ description: "For people, in Portuguese." }),
      count,
      lines: z.array(count).openapi({ description: "The first of them in the file." }),
    }),
  );
export const blockImportQuery = z.object({
  segmentId: id("seg").optional().openapi({ description: "Of rows that name no segment; without it, all segments." }),
});
export const blockImport = z
  .object({
    rows: count.openapi({ description: "Rows of the list, without blank ones: the sum of the next four." }),
    created: count,
    extended: count.openapi({ description: "There was such a block, and it ends later now." }),
    unchanged: count.openapi({ description: "There was such a block already, or the list says it twice." }),
    rejected: count,
    rejections: reasonsOf<BlockRejection>(BLOCK_REJECTION_WORDS),
    notices: reasonsOf<BlockNotice>(BLOCK_NOTICE_WORDS).openapi({
      description: "Rows that were taken, but otherwise than they stand there: they hold back more people, not fewer.",
    }),
    rejects: z.string().nullable().openapi({
      description:
        "The rejected rows as a CSV file: the list's own columns and delimiter, and `Linha` and `Motivo da rejeição`. Null when there are none.",
    }),
  })
  .openapi("BlockImport");

export type BlockImport = z.infer<typeof blockImport>;
export type Block = z.infer<typeof block>;
