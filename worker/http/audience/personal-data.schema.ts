import { z } from "@hono/zod-openapi";
import { LEGAL_BASES } from "#core/audience/legal-basis.ts";
import { attendance } from "#http/audience/attendances.schema.ts";
import { block } from "#http/audience/blocks.schema.ts";
import { consentEvent, contact } from "#http/audience/contacts.schema.ts";
import { recipientDetail } from "#http/campaigns/recipients.schema.ts";
import { id, instant } from "#http/kit/common.schema.ts";
import { auditEntry } from "#http/operations/audit.schema.ts";

export const personalData = z
  .object({
    preparedAt: instant,
    contact,
    userId: z.string().nullable().openapi({ description: "Meta's id of the person, once they have written to us." }),
    otherContactIds: z.array(id("con")).openapi({ description: "Contacts with the same CPF: the same person." }),
    consentEvents: z.array(consentEvent),
    audiences: z.array(z.object({ id: id("aud"), name: z.string() })),
    blocks: z.array(block),
    attendances: z.array(attendance.omit({ contact: true })),
    strikes: z
      .array(z.object({ campaignId: id("cmp"), at: instant }))
      .openapi({ description: "Campaigns whose message could not be delivered because the number has no WhatsApp." }),
    imports: z
      .array(
        z.object({
          id: id("imp"),
          createdAt: instant,
          legalBasis: z
            .enum(LEGAL_BASES)
            .nullable()
            .openapi({ description: "The legal basis that was given for the list." }),
        }),
      )
      .openapi({ description: "Lists that the person was in, as far as the contact and its consent tell." }),
    campaigns: z.array(z.object({ id: id("cmp"), name: z.string(), message: recipientDetail })),
    alerts: z.array(z.object({ id: id("alr"), kind: z.string(), message: z.string(), createdAt: instant })),
    auditEntries: z.array(auditEntry),
  })
  .openapi("PersonalData");

export type PersonalData = z.infer<typeof personalData>;
