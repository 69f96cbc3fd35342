import { z } from "@hono/zod-openapi";
import { QUEUES } from "#core/shared/queues.ts";
import { id, instant, list, listQuery } from "#http/kit/common.schema.ts";

const deadLetterStatus = z.enum(["open", "retried", "discarded"]);
export const deadLetter = z
  .object({
    id: id("dlt"),
    queue: z.string().openapi({ example: "jobs" }),
    /** How often it was tried before it was put aside. */
    attempts: z.number().int(),
    at: instant,
    status: deadLetterStatus,
    retriedAt: instant.nullable(),
    discardedAt: instant.nullable(),
  })
  .openapi("DeadLetter");
export const deadLetterQuery = listQuery.extend({
  queue: z.enum(QUEUES).optional(),
  status: deadLetterStatus.optional(),
});
export const deadLetterList = list(deadLetter);
export const deadLettersRetried = z.object({
  /** Put back on their queues by this call. */
  retried: z.number().int(),
  /** Can't be opened or understood any more; they stay open until somebody discards them. */
  unreadable: z.number().int(),
  /** Still open after this call, the unreadable ones included. */
  left: z.number().int(),
});

export type DeadLetter = z.infer<typeof deadLetter>;
export type DeadLettersRetried = z.infer<typeof deadLettersRetried>;
