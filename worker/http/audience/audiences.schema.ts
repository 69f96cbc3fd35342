import { z } from "@hono/zod-openapi";
import { id, instant, list, listQuery, name } from "#http/kit/common.schema.ts";

export const audience = z
  .object({ id: id("aud"), segmentId: id("seg"), name: z.string(), contactCount: z.number().int(), createdAt: instant })
  .openapi("Audience");
export const audienceInput = z.object({ segmentId: id("seg"), name }).strict();
export const audiencePatch = z.object({ name }).partial().strict();
export const audienceQuery = listQuery.extend({ segmentId: id("seg").optional(), q: z.string().max(120).optional() });
export const audienceList = list(audience);

export type Audience = z.infer<typeof audience>;
