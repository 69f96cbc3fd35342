import { z } from "@hono/zod-openapi";
import { id, instant, instantInput, list, listQuery } from "#http/kit/common.schema.ts";

export const unmatchedEvent = z
  .object({
    lineId: id("lin"),
    lineName: z.string().nullable(),
    hour: instant,
    kind: z.enum(["status", "inbound"]),
    count: z.number().int(),
    lastAt: instant,
  })
  .openapi("UnmatchedEvent");
export const unmatchedEventQuery = listQuery.extend({
  from: instantInput.optional(),
  to: instantInput.optional(),
  lineId: id("lin").optional(),
});
export const unmatchedEventList = list(unmatchedEvent);

export type UnmatchedEvent = z.infer<typeof unmatchedEvent>;
