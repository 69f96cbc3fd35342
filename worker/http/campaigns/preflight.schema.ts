import { z } from "@hono/zod-openapi";
import { count, id, instant } from "#http/kit/common.schema.ts";

export const preflightIssue = z.object({
  code: z.string().openapi({ example: "too_few_prospect_lines" }),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  path: z.string().optional(),
});
export const preflight = z
  .object({
    ok: z.boolean(),
    issues: z.array(preflightIssue),
    audience: z.object({
      total: count,
      eligible: count,
      excluded: z.object({
        noOptIn: count,
        optedOut: count,
        blocked: count,
        invalidPhone: count,
        unreachable: count,
        inService: count,
        duplicate: count,
        missingVariable: count,
        filtered: count,
        frequencyCap: count,
      }),
    }),
    lines: z.array(
      z.object({
        lineId: id("lin"),
        usable: z.boolean(),
        reason: z.string().optional(),
        remaining24h: z.number().int().nullable(),
      }),
    ),
    waves: z.array(z.object({ index: count, at: instant, count })),
    estimatedCompletionAt: instant.nullable(),
    estimatedCost: z.object({ amount: z.number(), currency: z.string(), category: z.string() }).nullable(),
    nextCursor: z.string().nullable().openapi({
      description: "Not null while only a part of the audience has been counted: the `cursor` that counts on.",
    }),
  })
  .openapi("Preflight");
export const preflightQuery = z.object({ cursor: z.string().max(500).optional() });

export type Preflight = z.infer<typeof preflight>;
export type PreflightIssue = z.infer<typeof preflightIssue>;
