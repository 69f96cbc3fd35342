import { z } from "@hono/zod-openapi";
import { ERASURE_REASONS, FOUND_IN } from "#core/audience/erasure.ts";
import { count, id, instant, list } from "#http/kit/common.schema.ts";

export const erasureInput = z
  .object({
    reason: z.enum(ERASURE_REASONS).openapi({
      description: "A word, so that it names nobody. `requested`: by the person.",
    }),
  })
  .strict();

export const erasure = z
  .object({
    id: id("era"),
    contactId: id("con"),
    status: z.enum(["queued", "running", "completed", "failed"]),
    reason: z.enum(ERASURE_REASONS),
    found: z
      .object(
        Object.fromEntries(FOUND_IN.map((place) => [place, count])) as Record<(typeof FOUND_IN)[number], typeof count>,
      )
      .openapi({
        description:
          "How much of the person was found, so far. `contacts` may be several: those with the same CPF are the same person. `recipients` are rows of campaigns, which stay for the counts and no longer tell who it was. `auditEntries` keep their ids and lose their details. `files` are those rewritten without the person's `fileRows`; `filesRemoved` could not be searched and were deleted.",
      }),
    createdBy: z.string(),
    createdAt: instant,
    completedAt: instant.nullable(),
  })
  .openapi("Erasure");
export const erasureList = list(erasure);

export type Erasure = z.infer<typeof erasure>;
