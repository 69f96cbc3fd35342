import { z } from "@hono/zod-openapi";
import { CAMPAIGN_STATUSES } from "#core/campaigns/status.ts";
import { WAIT_ACTIONS, WAIT_KINDS } from "#core/sending/waiting.ts";
import { VARIABLE_FIELDS } from "#core/templates/variables.ts";
import { audienceFilter } from "#http/audience/audiences.schema.ts";
import { sendingWindowChoice } from "#http/campaigns/policy.schema.ts";
import { counts, rates } from "#http/campaigns/stats.schema.ts";
import { count, id, instant, instantInput, list, listQuery, name } from "#http/kit/common.schema.ts";

export const campaignStatus = z.enum(CAMPAIGN_STATUSES);
/** Fields of a contact that a variable may draw on. */
export const VARIABLE_FIELD = new RegExp(`^(${VARIABLE_FIELDS.join("|")}|attributes\\..{1,80})$`);
export const variableSource = z.union([
  z.object({ field: z.string().regex(VARIABLE_FIELD), fallback: z.string().max(1000).optional() }).strict(),
  z.object({ value: z.string().max(1000) }).strict(),
  z.object({ link: z.url({ protocol: /^https?$/ }).max(2000), filename: z.string().max(240).optional() }).strict(),
  z.object({ mediaId: z.string().regex(/^\d{1,32}$/), filename: z.string().max(240).optional() }).strict(),
]);
export const variableMap = z
  .record(z.string().regex(/^(header|body|button)\.[A-Za-z0-9_.]{1,80}$/), variableSource)
  // More than any template's 1,024 characters of body have room for.
  .refine((map) => Object.keys(map).length <= 200, { message: "at most 200 variables" });
export const sender = z.discriminatedUnion("mode", [
  z.object({ mode: z.literal("prospect") }).strict(),
  z.object({ mode: z.literal("line"), lineId: id("lin").nullable() }).strict(),
]);
export const pacing = z
  .object({
    percent: z.number().gt(0).max(100).openapi({
      description:
        "Of the people who are to get the message, a wave; at least 0.1, since there are at most 1,000 waves (`too_many_waves`).",
    }),
    intervalMinutes: z.number().int().min(1).max(10_080),
  })
  .strict();
export const inService = z
  .object({ mode: z.enum(["include", "exclude"]), withinMinutes: z.number().int().min(0).max(43_200).optional() })
  .strict();
export const campaignInput = z
  .object({
    name,
    segmentId: id("seg").nullable().default(null),
    audienceId: id("aud").nullable().default(null),
    filter: audienceFilter.nullish(),
    templateId: id("tpl").nullable().default(null),
    variables: variableMap.default({}),
    sender: sender.default({ mode: "prospect" }),
    startAt: instantInput.nullish().openapi({ description: "At most two years ahead (`start_too_far`)." }),
    pacing: pacing.nullish(),
    sendingWindow: sendingWindowChoice.default({ mode: "tenant" }),
    inService: inService.default({ mode: "exclude", withinMinutes: 120 }),
  })
  .strict();
export const campaignPatch = z
  .object({
    name,
    segmentId: id("seg").nullable(),
    audienceId: id("aud").nullable(),
    filter: audienceFilter.nullable(),
    templateId: id("tpl").nullable(),
    variables: variableMap,
    sender,
    startAt: instantInput.nullable(),
    pacing: pacing.nullable(),
    sendingWindow: sendingWindowChoice,
    inService,
  })
  .partial()
  .strict();
const chosen = (what: z.ZodString) => what.nullable().openapi({ description: "Null at most while it is a draft." });
const waitEnd = instant.optional().openapi({ description: "When it ends by itself; left out when it takes a person." });
export const wait = z
  .object({
    kind: z.enum(WAIT_KINDS).openapi({ description: "More may be added." }),
    count: count.openapi({ description: "People who wait for it." }),
    since: instant,
    until: waitEnd,
    reason: z.string().optional().openapi({
      description: "A stable word that says more, such as `spam_limited`, `account_locked` or why it was paused.",
    }),
    lineId: id("lin").optional().openapi({ description: "With `pinned_line_blocked`: the line they are tied to." }),
    lines: z
      .array(z.object({ lineId: id("lin"), reason: z.string(), until: waitEnd }))
      .optional()
      .openapi({ description: "The lines that stand in the way." }),
    actions: z.array(z.enum(WAIT_ACTIONS)).openapi({
      description:
        "What a person may do: `move` and `fail` are `POST /v1/campaigns/{id}/waiting/pinned_line_blocked/…`, `resume_line` is `POST /v1/lines/{id}/resume` for one of `lines`, `resume` is `POST /v1/campaigns/{id}/resume`.",
    }),
  })
  .openapi("Wait");
export const campaign = z
  .object({
    id: id("cmp"),
    name: z.string(),
    segmentId: chosen(id("seg")),
    audienceId: chosen(id("aud")),
    filter: audienceFilter.nullable(),
    templateId: chosen(id("tpl")),
    variables: variableMap,
    sender,
    startAt: instant.nullable(),
    pacing: pacing.nullable(),
    sendingWindow: sendingWindowChoice,
    inService,
    status: campaignStatus,
    statusReason: z.string().nullable(),
    waitsUntil: instant.nullable().openapi({
      description:
        "When a running campaign goes on that is outside its sending window (`statusReason` is `outside_window`); told of one campaign, not in lists.",
    }),
    waiting: z.array(wait).openapi({
      description:
        "What its people wait for: a person, or a time. Empty while they are being sent to. Some seconds old in lists.",
    }),
    createdAt: instant,
    updatedAt: instant,
    launchedAt: instant.nullable(),
    completedAt: instant.nullable(),
    personalDataRemovedAt: instant
      .nullable()
      .openapi({ description: "When its people lost name, phone and texts: see `personalDataDays` of the tenant." }),
    counts,
    rates,
  })
  .openapi("Campaign");
export const campaignQuery = listQuery.extend({
  status: campaignStatus.optional(),
  segmentId: id("seg").optional(),
  q: z.string().max(120).optional(),
});
export const campaignList = list(campaign);
export const pinnedInput = z
  .object({
    lineId: id("lin")
      .optional()
      .openapi({ description: "Whose people; left out: those of every line that can't send." }),
  })
  .strict();
export const pinnedOutcome = z
  .object({
    people: count.openapi({ description: "How many it was done for; 0 when nobody waits for such a line (any more)." }),
    campaign,
  })
  .openapi("PinnedOutcome");

export type Campaign = z.infer<typeof campaign>;
/** What may be left out of it too. */
export type CampaignInput = z.input<typeof campaignInput>;
export type Wait = z.infer<typeof wait>;
export type PinnedOutcome = z.infer<typeof pinnedOutcome>;
