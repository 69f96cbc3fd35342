import { z } from "@hono/zod-openapi";
import { historyEvent } from "#core/sending/history.ts";
import { id, instant, list, listQuery } from "#http/kit/common.schema.ts";

export const recipientStatus = z.enum([
  "pending",
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "failed",
  "skipped",
  "unknown",
]);
export const resendInput = z
  .object({
    contactIds: z.array(id("con")).min(1).max(1_000).optional().openapi({
      description: "Whose sends; those that are not in doubt are left alone. Left out: all that are in doubt.",
    }),
    acknowledgeDuplicates: z.literal(true).openapi({
      description: "That somebody may get the message twice is known and accepted.",
    }),
  })
  .strict();
export const resend = z
  .object({
    resent: z.number().int().openapi({ description: "Recipients that get another try." }),
    withheld: z.number().int().openapi({ description: "In doubt, but without consent or in service by now." }),
  })
  .openapi("Resend");
/** An error of Meta's in the reader's language: what it means, and what was done about it. */
export const errorWords = { code: z.number().int(), title: z.string(), action: z.string() };
export const recipient = z
  .object({
    contactId: id("con"),
    name: z.string(),
    phone: z.string().nullable(),
    status: recipientStatus,
    skipReason: z.string().optional(),
    wave: z.number().int().nullable(),
    lineId: id("lin").nullable(),
    requestedAt: instant.nullable(),
    sentAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    readAt: instant.nullable(),
    failedAt: instant.nullable(),
    repliedAt: instant.nullable(),
    error: z.object({ ...errorWords, detail: z.string() }).optional(),
    messageId: z.string().nullable(),
    text: z.string().nullable(),
  })
  .openapi("Recipient");
export const recipientQuery = listQuery.extend({
  status: recipientStatus.optional(),
  lineId: id("lin").optional(),
  q: z.string().max(120).optional(),
});
export const recipientList = list(recipient);
export const recipientDetail = recipient
  .extend({
    history: z.array(
      z.object({
        at: instant,
        event: z.string(),
        detail: z.string().openapi({ description: "Stable words for programs, such as `no_answer` or `wave 1`." }),
        parameters: historyEvent.optional().openapi({
          description: "What `detail` says, typed by `event`. Not there for what has no parameters that are known.",
        }),
        error: z.object(errorWords).optional().openapi({ description: "What a refusal was about." }),
      }),
    ),
  })
  .openapi("RecipientDetail");

export type Resend = z.infer<typeof resend>;
export type Recipient = z.infer<typeof recipient>;
export type RecipientDetail = z.infer<typeof recipientDetail>;
