import { z } from "@hono/zod-openapi";
import { id, instant, list } from "#http/kit/common.schema.ts";

export const auditEntry = z
  .object({
    id: id("log"),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    requestId: z.string().nullable(),
    at: instant,
  })
  .openapi("AuditEntry");
export const auditList = list(auditEntry);
