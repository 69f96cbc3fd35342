import { z } from "@hono/zod-openapi";
import { CAMPAIGN_STATUSES } from "#core/campaigns/status.ts";
import { RATES } from "#core/sending/rates.ts";
import { WAIT_ACTIONS, WAIT_KINDS } from "#core/sending/waiting.ts";
import { id, instant, instantInput, list, listQuery, name } from "./common.ts";
import { sendingWindowChoice } from "./policy.ts";

export const campaignStatus = z.enum(CAMPAIGN_STATUSES);
export const recipientStatus = z.enum([
  "pending",
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "failed",
  "skipped",
  "unknown",
]);

const tags = z.array(z.string().trim().min(1).max(60)).max(50);
export const audienceFilter = z
  .object({
    hashtagsAny: tags.optional(),
    hashtagsAll: tags.optional(),
    hashtagsNone: tags.optional(),
    attributes: z
      .array(
        z
          .object({
            name: z.string().min(1).max(80),
            op: z.enum(["eq", "neq", "contains", "gt", "gte", "lt", "lte", "empty", "notEmpty"]),
            value: z.string().max(200).optional(),
          })
          .strict(),
      )
      .max(20)
      .optional(),
  })
  .strict();

/** Fields of a contact that a variable may draw on. */
export const VARIABLE_FIELD = /^(name|firstName|document|customerCode|email|phone|attributes\..{1,80})$/;
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

const count = z.number().int().min(0);
export const counts = z
  .object({
    total: count,
    pending: count,
    queued: count,
    sent: count,
    delivered: count,
    read: count,
    failed: count,
    skipped: count,
    unknown: count,
    replied: count,
  })
  .openapi("CampaignCounts");

const rate = (name: keyof typeof RATES) => z.number().min(0).nullable().openapi({ description: RATES[name] });
export const rates = z
  .object({
    sent: rate("sent"),
    delivery: rate("delivery"),
    read: rate("read"),
    reply: rate("reply"),
    failure: rate("failure"),
    doubt: rate("doubt"),
    skipped: rate("skipped"),
  } satisfies Record<keyof typeof RATES, z.ZodType>)
  .openapi("CampaignRates", { description: "Shares from 0; null where nothing can be said yet." });

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

export const preflightIssue = z.object({
  code: z.string().openapi({ example: "too_few_prospect_lines" }),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  path: z.string().optional(),
});
export const resendInput = z
  .object({
    contactIds: z.array(id("con")).min(1).max(1_000).optional().openapi({
      description: "Whose sends; those that are not in doubt are left alone. Left out: all that are in doubt.",
    }),
    acknowledgeDuplicates: z.literal(true).openapi({
      description: "That somebody may get the message twice is known and accepted.",
    }),
  })
  .strict();
export const resend = z
  .object({
    resent: z.number().int().openapi({ description: "Recipients that get another try." }),
    withheld: z.number().int().openapi({ description: "In doubt, but without consent or in service by now." }),
  })
  .openapi("Resend");

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
        invalidPhone: count,
        unreachable: count,
        inService: count,
        duplicate: count,
        missingVariable: count,
        filtered: count,
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

/** An error of Meta's in the reader's language: what it means, and what was done about it. */
const errorWords = { code: z.number().int(), title: z.string(), action: z.string() };
export const recipient = z
  .object({
    contactId: id("con"),
    name: z.string(),
    phone: z.string().nullable(),
    status: recipientStatus,
    skipReason: z.string().optional(),
    wave: z.number().int().nullable(),
    lineId: id("lin").nullable(),
    requestedAt: instant.nullable(),
    sentAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    readAt: instant.nullable(),
    failedAt: instant.nullable(),
    repliedAt: instant.nullable(),
    error: z.object({ ...errorWords, detail: z.string() }).optional(),
    messageId: z.string().nullable(),
    text: z.string().nullable(),
  })
  .openapi("Recipient");
export const recipientQuery = listQuery.extend({
  status: recipientStatus.optional(),
  lineId: id("lin").optional(),
  q: z.string().max(120).optional(),
});
export const recipientList = list(recipient);
export const recipientDetail = recipient
  .extend({
    history: z.array(
      z.object({
        at: instant,
        event: z.string(),
        detail: z.string().openapi({ description: "Stable words for programs, such as `no_answer` or `wave 1`." }),
        error: z.object(errorWords).optional().openapi({ description: "What a refusal was about." }),
      }),
    ),
  })
  .openapi("RecipientDetail");

const flow = { sent: count, delivered: count, read: count, failed: count, replied: count };
export const accounting = z.object({
  audience: count,
  pending: count,
  queued: count,
  sending: count,
  sent: count,
  failed: count,
  unknown: count,
  skipped: count,
  balanced: z.boolean(),
});
export const stats = z
  .object({
    counts,
    rates,
    byHour: z.array(z.object({ hour: instant, ...flow, idr: count, operation: count })),
    byLine: z.array(z.object({ lineId: id("lin"), ...flow })),
    byWave: z.array(z.object({ wave: count, at: instant, total: count, pending: count, skipped: count, ...flow })),
    byError: z.array(z.object({ ...errorWords, advice: z.string(), count })),
    bySkip: z.array(z.object({ reason: z.string(), count })),
    accounting,
  })
  .openapi("CampaignStats");

/** What the live connection pushes, at most twice a second. */
export const liveMessage = z
  .object({
    type: z.literal("counts"),
    status: campaignStatus,
    statusReason: z.string().nullable(),
    waitsUntil: instant.nullable(),
    waiting: z.array(wait),
    counts,
    rates,
    accounting,
    at: instant,
  })
  .openapi("LiveMessage", { description: "One message of a campaign's live connection." });
export const liveTicket = z.object({ ticket: z.string(), url: z.string(), expiresAt: instant }).openapi("LiveTicket");

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
  })
  .openapi("Export");

export type Campaign = z.infer<typeof campaign>;
/** What may be left out of it too. */
export type CampaignInput = z.input<typeof campaignInput>;
export type Wait = z.infer<typeof wait>;
export type PinnedOutcome = z.infer<typeof pinnedOutcome>;
export type Preflight = z.infer<typeof preflight>;
export type PreflightIssue = z.infer<typeof preflightIssue>;
export type Resend = z.infer<typeof resend>;
export type Recipient = z.infer<typeof recipient>;
export type RecipientDetail = z.infer<typeof recipientDetail>;
export type CampaignStats = z.infer<typeof stats>;
export type LiveMessage = z.infer<typeof liveMessage>;
export type ExportJob = z.infer<typeof exportJob>;
