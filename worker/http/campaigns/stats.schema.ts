import { z } from "@hono/zod-openapi";
import { RATES } from "#core/sending/rates.ts";
import { count, id, instant } from "#http/kit/common.schema.ts";
import { errorWords } from "./recipients.schema.ts";

export const counts = z
  .object({
    total: count,
    pending: count,
    queued: count,
    sent: count,
    delivered: count,
    read: count,
    failed: count,
    skipped: count,
    unknown: count,
    replied: count,
  })
  .openapi("CampaignCounts");
const rate = (name: keyof typeof RATES) => z.number().min(0).nullable().openapi({ description: RATES[name] });
export const rates = z
  .object({
    sent: rate("sent"),
    delivery: rate("delivery"),
    read: rate("read"),
    reply: rate("reply"),
    failure: rate("failure"),
    doubt: rate("doubt"),
    skipped: rate("skipped"),
  } satisfies Record<keyof typeof RATES, z.ZodType>)
  .openapi("CampaignRates", { description: "Shares from 0; null where nothing can be said yet." });
const flow = { sent: count, delivered: count, read: count, failed: count, replied: count };
export const accounting = z.object({
  audience: count,
  pending: count,
  queued: count,
  sending: count,
  sent: count,
  failed: count,
  unknown: count,
  skipped: count,
  balanced: z.boolean(),
});
export const stats = z
  .object({
    counts,
    rates,
    byHour: z.array(z.object({ hour: instant, ...flow, idr: count, operation: count })),
    byLine: z.array(z.object({ lineId: id("lin"), ...flow })),
    byWave: z.array(z.object({ wave: count, at: instant, total: count, pending: count, skipped: count, ...flow })),
    byError: z.array(z.object({ ...errorWords, advice: z.string(), count })),
    bySkip: z.array(z.object({ reason: z.string(), count })),
    accounting,
  })
  .openapi("CampaignStats");

export type CampaignStats = z.infer<typeof stats>;
