import { z } from "@hono/zod-openapi";
import { AUDIENCE_KINDS, asksForNothing, audienceFilter as coreFilter } from "#core/audience/audience-filter.ts";
import { count, id, instant, list, listQuery, name } from "#http/kit/common.schema.ts";

/** Of audiences and campaigns alike. */
export const audienceFilter = coreFilter.describe(
  "Whom it takes: all conditions hold, and one that is left out, or an empty list, asks for nothing. Texts compare without accents, capitals and outer blanks; days count back from the moment of reading.",
);
/** Of a dynamic audience: with no condition it would be everybody, which nobody means by leaving all out. */
const membership = audienceFilter.refine((filter) => !asksForNothing(filter), {
  message: "has no condition, so it would take everybody",
});
const kind = z.enum(AUDIENCE_KINDS);

export const audience = z
  .object({
    id: id("aud"),
    segmentId: id("seg"),
    name: z.string(),
    kind: kind.openapi({
      description: "`fixed`: its members are listed. `dynamic`: whoever matches its `filter` at the moment of reading.",
    }),
    filter: audienceFilter.nullable().openapi({ description: "Of a dynamic audience; null of others." }),
    contactCount: z.number().int().nullable().openapi({
      description: "Null of a dynamic audience, which is counted when asked: `POST /v1/audiences/count`.",
    }),
    createdAt: instant,
  })
  .openapi("Audience");
export const audienceInput = z
  .object({ segmentId: id("seg"), name, kind: kind.default("fixed"), filter: membership.optional() })
  .strict()
  .refine((input) => (input.kind === "dynamic") === (input.filter !== undefined), {
    path: ["filter"],
    message: "a dynamic audience needs one, and no other has one",
  });
export const audiencePatch = z.object({ name, filter: membership }).partial().strict();
export const audienceQuery = listQuery.extend({ segmentId: id("seg").optional(), q: z.string().max(120).optional() });
export const audienceList = list(audience);

export const countInput = z.object({ filter: audienceFilter }).strict();
export const audienceCount = z
  .object({
    matched: count.openapi({ description: "Contacts that match." }),
    looked: count.openapi({ description: "Contacts that were looked at." }),
    complete: z.boolean().openapi({
      description: "Whether all of the tenant's were. If not, time ran out: at least `matched` of more than `looked`.",
    }),
  })
  .openapi("AudienceCount");

export type Audience = z.infer<typeof audience>;
