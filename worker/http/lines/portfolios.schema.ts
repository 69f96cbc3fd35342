import { z } from "@hono/zod-openapi";
import { id, list } from "#http/kit/common.schema.ts";

export const portfolio = z
  .object({
    id: z.string(),
    messagingLimit: z.number().int().nullable(),
    used24h: z.number().int(),
    reserved24h: z.number().int(),
    lineIds: z.array(id("lin")),
  })
  .openapi("Portfolio");
export const portfolioList = list(portfolio);

export type Portfolio = z.infer<typeof portfolio>;
