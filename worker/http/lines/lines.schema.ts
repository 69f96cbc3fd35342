import { z } from "@hono/zod-openapi";
import { id, instant, list, listQuery, metaId, name } from "#http/kit/common.schema.ts";

export const lineKind = z.enum(["prospect", "receptive"]);
export const line = z
  .object({
    id: id("lin"),
    segmentId: id("seg"),
    kind: lineKind,
    name: z.string(),
    wabaId: z.string(),
    phoneNumberId: z.string(),
    displayPhoneNumber: z.string().nullable(),
    verifiedName: z.string().nullable(),
    qualityRating: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]),
    portfolioId: z.string(),
    messagingLimitTier: z.string().nullable(),
    status: z.string(),
    throughputPerSecond: z.number().int(),
    syncedAt: instant.nullable(),
    createdAt: instant,
    health: z.object({ usable: z.boolean(), reason: z.string().optional(), since: instant.optional() }),
  })
  .openapi("Line");
export const lineInput = z
  .object({
    segmentId: id("seg"),
    kind: lineKind,
    wabaId: metaId,
    phoneNumberId: metaId,
    accessToken: z.string().min(1).max(2000),
    name: name.optional(),
  })
  .strict();
export const linePatch = z
  .object({ segmentId: id("seg"), kind: lineKind, accessToken: z.string().min(1).max(2000), name })
  .partial()
  .strict();
export const lineQuery = listQuery.extend({ segmentId: id("seg").optional(), kind: lineKind.optional() });
export const lineList = list(line);

export type Line = z.infer<typeof line>;
