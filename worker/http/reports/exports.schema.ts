import { z } from "@hono/zod-openapi";
import { count, id, instant } from "#http/kit/common.schema.ts";

export const exportInput = z.object({ delimiter: z.enum([";", ","]).optional() }).strict();
export const exportJob = z
  .object({
    id: id("exp"),
    campaignId: id("cmp"),
    status: z.enum(["queued", "running", "completed", "failed"]),
    rows: count,
    bytes: count,
    downloadUrl: z.string().nullable(),
    error: z.string().nullable(),
    createdAt: instant,
    completedAt: instant.nullable(),
    filesRemovedAt: instant
      .nullable()
      .openapi({ description: "When its files were deleted: see `fileDays` of the tenant." }),
  })
  .openapi("Export");

export type ExportJob = z.infer<typeof exportJob>;
