import { z } from "@hono/zod-openapi";
import { id, instant, list, name } from "#http/kit/common.schema.ts";

export const segment = z.object({ id: id("seg"), name: z.string(), createdAt: instant }).openapi("Segment");
export const segmentInput = z.object({ name }).strict();
export const segmentList = list(segment);

export type Segment = z.infer<typeof segment>;
