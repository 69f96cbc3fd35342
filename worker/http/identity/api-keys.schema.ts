import { z } from "@hono/zod-openapi";
import { id, instant, list, name } from "#http/kit/common.schema.ts";

export const apiKey = z
  .object({
    id: id("key"),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.string()),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .openapi("ApiKey");
export const apiKeyInput = z.object({ name, scopes: z.array(z.string().max(40)).max(20).optional() }).strict();
/** The key itself is shown once, here. */
export const apiKeyCreated = apiKey.extend({ key: z.string() }).openapi("ApiKeyCreated");
export const apiKeyList = list(apiKey);
