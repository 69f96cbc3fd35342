import { z } from "@hono/zod-openapi";
import { FAILURE_CODES } from "#core/sending/failures.ts";
import { visibleText } from "#core/shared/visible-text.ts";

/** An id of Meta's: a number, an account, a business. */
export const metaId = z.string().regex(/^\d{1,32}$/, "digits only, as Meta shows it");
export const count = z.number().int().min(0);

/** An instant in answers: ISO 8601, UTC. */
export const instant = z.string().openapi({ format: "date-time", example: "2026-12-01T15:00:00.000Z" });
/** An instant in requests: ISO 8601 with an offset or `Z`. */
export const instantInput = z.iso.datetime({
  offset: true,
  error: ({ input }) =>
    typeof input === "string" && z.iso.datetime({ local: true }).safeParse(input).success
      ? `has no offset, so it could be anywhere on Earth: write ${input}-03:00 for Brasília, or ${input}Z for UTC`
      : "must be an instant such as 2026-12-01T12:00:00-03:00 or 2026-12-01T15:00:00Z",
});
/** Ids are opaque, prefixed by type and sortable by creation. */
export const id = (prefix: string) =>
  z
    .string()
    .max(64)
    .openapi({ example: `${prefix}_01KAMZ3V5Q8T6R2N4W7X9Y1B3C` });
/** One line that people read: nothing invisible comes in. */
export const name = z
  .string()
  .overwrite((text) => visibleText(text).replace(/\s+/g, " "))
  .trim()
  .min(1)
  .max(120);
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export const list = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });
/** RFC 9457 problem details. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(FAILURE_CODES).openapi({ description: "More may be added.", example: "not_found" }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    usedBy: z
      .array(
        z.object({
          type: z.enum(["campaign", "audience", "line", "import"]),
          id: z.string(),
          name: z.string().optional(),
          status: z.string().optional(),
        }),
      )
      .optional()
      .openapi({
        description: "With `in_use`: what has to be moved, changed or deleted first; the first ten of each.",
      }),
    issues: z.array(z.record(z.string(), z.unknown())).optional(),
  })
  .openapi("Problem");
