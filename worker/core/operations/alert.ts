import { z } from "zod";
import { IMPORT_ERRORS } from "#core/imports/job.ts";
import { SILENT_WAITS, WAIT_KINDS } from "#core/sending/waiting.ts";
import { parseJson } from "#core/shared/json.ts";

export type AlertSeverity = "info" | "warning" | "critical";

/** A code of Meta's: the answer to a send, or told later of one that had been accepted. */
const byCode = z.object({ cause: z.literal("code"), code: z.number(), via: z.enum(["answer", "webhook"]) });

/** What the check before a wave saw of the campaign so far; `limit` is that of failures, 0…1. */
const byGate = z.object({
  cause: z.literal("wave_gate"),
  reason: z.string(),
  wave: z.number(),
  sent: z.number(),
  failed: z.number(),
  optedOut: z.number(),
  redLines: z.number(),
  limit: z.number(),
});

const of = <Kind extends string, Params extends z.ZodType>(kind: Kind, params: Params) =>
  z.object({ kind: z.literal(kind), params });

/**
 * What needs somebody's eye: a kind, and what was counted or told. It is stored so; its words are `alert-english.ts` and
 * `alert-portuguese.ts`. Instants are in ms. What is stored outlives a release: a field that is added is optional.
 */
const alert = z.discriminatedUnion("kind", [
  of("tier_limit", z.object({})),
  of("quality_drop", z.discriminatedUnion("cause", [z.object({ cause: z.literal("rated_red") }), byGate])),
  of(
    "line_blocked",
    z.discriminatedUnion("cause", [
      byCode,
      z.object({ cause: z.literal("no_line_left"), resumesByItself: z.boolean() }),
    ]),
  ),
  of("too_few_lines", z.object({ healthy: z.number(), all: z.number() })),
  of(
    "template_paused",
    z.discriminatedUnion("cause", [
      byCode,
      z.object({ cause: z.literal("news"), name: z.string(), event: z.string(), reason: z.string().nullable() }),
      z.object({ cause: z.enum(["template_not_approved", "template_deleted"]) }),
    ]),
  ),
  of("template_flagged", z.object({ name: z.string(), event: z.string(), reason: z.string().nullable() })),
  of(
    "template_price",
    z.discriminatedUnion("cause", [
      /** `times` as much, when that is known; `at` when it is only announced. */
      z.object({
        cause: z.literal("category"),
        name: z.string(),
        from: z.string(),
        times: z.number().nullable(),
        at: z.number().nullable(),
      }),
      z.object({ cause: z.literal("wave_held"), wave: z.number() }),
    ]),
  ),
  of(
    "account_restricted",
    z.discriminatedUnion("cause", [
      byCode,
      z.object({ cause: z.literal("news"), event: z.string(), until: z.number().nullable() }),
    ]),
  ),
  of(
    "account_limited",
    z.object({ restrictions: z.array(z.object({ type: z.string(), until: z.number().nullable() })) }),
  ),
  of("account_violation", z.object({ violation: z.string().nullable() })),
  of("account_closing", z.object({ day: z.string().nullable() })),
  of("opt_out_unmatched", z.object({})),
  /** `takenBy` is the contact that has the new number already. */
  of("number_changed", z.object({ newPhone: z.string().nullable(), takenBy: z.string().nullable() })),
  of(
    "failure_rate",
    z.discriminatedUnion("cause", [
      z.object({
        cause: z.literal("recent"),
        sent: z.number(),
        failed: z.number(),
        minutes: z.number(),
        limit: z.number(),
      }),
      byGate,
    ]),
  ),
  of("campaign_paused", byCode),
  of(
    "campaign_waits",
    z.object({
      waits: z.array(
        z.object({
          kind: z.enum(WAIT_KINDS).exclude([...SILENT_WAITS, "limit_spent"]),
          count: z.number(),
          reason: z.string().nullable(),
        }),
      ),
    }),
  ),
  of("start_missed", z.object({ minutes: z.number() })),
  of("in_doubt", z.object({ when: z.enum(["campaign_ended", "day_passed"]), count: z.number() })),
  of("import_failed", z.object({ error: z.enum(IMPORT_ERRORS) })),
  of("export_failed", z.object({ attempts: z.number() })),
  of("erasure_failed", z.object({ attempts: z.number() })),
  of("dead_letters", z.object({ queue: z.string() })),
]);

export type Alert = z.infer<typeof alert>;
export type AlertKind = Alert["kind"];
export type AlertParams = { [A in Alert as A["kind"]]: A["params"] };

/** An alert that is raised, about something with this id. */
export type NewAlert = Alert & { severity: AlertSeverity; subject: string };

/**
 * A stored alert. Null when it is not one of these: its row is of the release before, which stored words, or of a later
 * one, whose kinds are not known yet.
 */
export function readAlert({ kind, params }: { kind: string; params: string | null }): Alert | null {
  return params === null ? null : (alert.safeParse({ kind, params: parseJson(params) }).data ?? null);
}

/** What an alert counted or was told, by name, as the API gives it to programs. */
export type AlertFacts = Record<string, number | string>;

/** The facts of an alert; null where there is nothing to count. */
export function factsOf({ kind, params }: Alert): AlertFacts | null {
  switch (kind) {
    case "account_restricted":
      return params.cause === "news" && params.until !== null ? { until: params.until } : null;
    case "account_closing":
      return params.day === null ? null : { day: params.day };
    case "account_violation":
      return params.violation === null ? null : { violation: params.violation };
    case "account_limited":
      return { restrictions: params.restrictions.map(({ type }) => type).join(", ") };
    case "template_paused":
      return params.cause === "news" ? known({ event: params.event, reason: params.reason }) : null;
    case "template_flagged":
      return known({ event: params.event, reason: params.reason });
    case "template_price":
      return params.cause === "category" ? known({ from: params.from, times: params.times, at: params.at }) : null;
    case "number_changed":
      return known(params);
    case "quality_drop":
      return params.cause === "wave_gate" ? gateFacts(params) : null;
    case "failure_rate":
      if (params.cause === "wave_gate") return gateFacts(params);
      return { sent: params.sent, failed: params.failed, minutes: params.minutes };
    default:
      return null;
  }
}

const gateFacts = ({ wave, sent, failed, optedOut }: z.infer<typeof byGate>): AlertFacts => ({
  wave,
  sent,
  failed,
  optedOut,
});

const known = (facts: Record<string, number | string | null>): AlertFacts =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
