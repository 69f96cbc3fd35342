import { z } from "@hono/zod-openapi";
import { campaignStatus, wait } from "#http/campaigns/campaigns.schema.ts";
import { accounting, counts, rates } from "#http/campaigns/stats.schema.ts";
import { instant } from "#http/kit/common.schema.ts";

/** What the live connection pushes, at most twice a second. */
export const liveMessage = z
  .object({
    type: z.literal("counts"),
    status: campaignStatus,
    statusReason: z.string().nullable(),
    waitsUntil: instant.nullable(),
    waiting: z.array(wait),
    counts,
    rates,
    accounting,
    at: instant,
  })
  .openapi("LiveMessage", { description: "One message of a campaign's live connection." });
export const liveTicket = z.object({ ticket: z.string(), url: z.string(), expiresAt: instant }).openapi("LiveTicket");

export type LiveMessage = z.infer<typeof liveMessage>;
