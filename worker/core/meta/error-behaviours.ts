import type { BackoffRule } from "#core/shared/backoff.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#core/shared/time.ts";
import type { ErrorBehaviour, ErrorClass, IncidentReason, PauseAlert } from "./error-types.ts";

const BACKOFF = {
  /** Meta's own servers: a dozen tries reach over an hour. */
  outage: { baseMs: 5 * SECOND_MS, factor: 2, maxMs: 15 * MINUTE_MS, jitter: 0.3 },
  /** One message that went wrong for no reason given. */
  hiccup: { baseMs: 10 * SECOND_MS, factor: 4, maxMs: 15 * MINUTE_MS, jitter: 0.3 },
  /** Quotas that are counted by the hour. */
  quota: { baseMs: MINUTE_MS, factor: 2, maxMs: HOUR_MS, jitter: 0.3 },
  /** The bucket of messages per second: it fills again at once. */
  throughput: { baseMs: SECOND_MS, factor: 2, maxMs: MINUTE_MS, jitter: 0.5 },
  /** Meta asks for 4^n seconds between tries to the same person; the jitter takes at most a fifth off 5 × 4^(n-1). */
  pair: { baseMs: 5 * SECOND_MS, factor: 4, maxMs: HOUR_MS, jitter: 0.2 },
  /** A Flow starts ten times an hour while it is throttled. */
  flow: { baseMs: 10 * MINUTE_MS, factor: 2, maxMs: HOUR_MS, jitter: 0.5 },
  /** A new template takes up to ten minutes to reach the marketing endpoint. */
  templateSync: { baseMs: 10 * MINUTE_MS, factor: 1, maxMs: 10 * MINUTE_MS, jitter: 0.1 },
} satisfies Record<string, BackoffRule>;

const FAIL = { kind: "fail_recipient", strike: false } as const;

/** Whoever is asked again later may say yes; rows that run out of tries one after the other pause the campaign. */
const retry = (
  scope: "recipient" | "line",
  backoff: BackoffRule,
  maxTries: number,
  onRepeat: IncidentReason | null = "meta_unavailable",
): ErrorBehaviour => ({
  class: "R",
  onAnswer: { kind: "retry", scope, backoff, maxTries, thenFail: true },
  onWebhook: FAIL,
  onRepeat: onRepeat && pauseCampaign(onRepeat),
  countsAgainstLine: false,
  changingLineHelps: false,
});

/** The cause is the line itself: it cools down, and its recipients go to the others. */
const coolDownLine = (
  errorClass: ErrorClass,
  reason: IncidentReason,
  { cooldownMs = null, alert = "line_blocked", moveRecipient = true }: CooldownOptions = {},
): ErrorBehaviour => ({
  class: errorClass,
  onAnswer: { kind: "cool_down_line", cooldownMs, moveRecipient, reason, alert },
  onWebhook: { kind: "cool_down_line", cooldownMs, moveRecipient: false, reason, alert },
  onRepeat: null,
  countsAgainstLine: true,
  changingLineHelps: true,
});
interface CooldownOptions {
  cooldownMs?: number | null;
  alert?: "line_blocked" | null;
  moveRecipient?: boolean;
}

/** Only this recipient fails, however often it happens. */
const failOne = (errorClass: ErrorClass, strike = false): ErrorBehaviour => ({
  class: errorClass,
  onAnswer: { kind: "fail_recipient", strike },
  onWebhook: { kind: "fail_recipient", strike },
  onRepeat: null,
  countsAgainstLine: false,
  changingLineHelps: false,
});

/** A request of ours that Meta won't take: this row's data, or when it repeats something that all rows share. */
const failThenPause = (errorClass: ErrorClass, reason: IncidentReason): ErrorBehaviour => ({
  ...failOne(errorClass),
  onRepeat: pauseCampaign(reason),
});

/** What all rows share is surely wrong: not one more is tried. */
const pauseAtOnce = (
  errorClass: ErrorClass,
  reason: IncidentReason,
  alert: PauseAlert = "campaign_paused",
): ErrorBehaviour => ({
  ...failOne(errorClass),
  onAnswer: pauseCampaign(reason, alert),
  onWebhook: pauseCampaign(reason, alert),
});

const suspendAccount = (reason: IncidentReason): ErrorBehaviour => ({
  ...failOne("A"),
  onAnswer: { kind: "suspend_account", reason, alert: "account_restricted" },
  onWebhook: { kind: "suspend_account", reason, alert: "account_restricted" },
});

function pauseCampaign(reason: IncidentReason, alert: PauseAlert = "campaign_paused") {
  return { kind: "pause_campaign", reason, alert } as const;
}

/** Every code that sending or template calls may meet; the texts for people are in `meta-error-texts.ts`. */
export const BEHAVIOURS = {
  // Access. Each line has its own token, so each is suspended when its own is refused and the others go on.
  0: coolDownLine("C", "token_refused"),
  3: coolDownLine("C", "permission_missing"),
  10: coolDownLine("C", "permission_missing"),
  190: coolDownLine("C", "token_refused"),
  200: coolDownLine("C", "permission_missing"),
  131005: coolDownLine("C", "permission_missing"),

  // Meta's servers and quotas
  1: retry("recipient", BACKOFF.hiccup, 4),
  2: retry("line", BACKOFF.outage, 12),
  4: retry("line", BACKOFF.quota, 8),
  613: retry("line", BACKOFF.quota, 8),
  80007: retry("line", BACKOFF.quota, 8),
  131000: retry("recipient", BACKOFF.hiccup, 5),
  131016: retry("line", BACKOFF.outage, 12),
  133004: retry("line", BACKOFF.outage, 12),
  130429: {
    class: "L",
    onAnswer: { kind: "slow_line", backoff: BACKOFF.throughput },
    onWebhook: { kind: "slow_line", backoff: BACKOFF.throughput },
    onRepeat: null,
    countsAgainstLine: false,
    changingLineHelps: true,
  },
  // Too many messages from this line to this person: it is that person who waits.
  131056: { ...retry("recipient", BACKOFF.pair, 5, null), changingLineHelps: true },

  // The line
  33: coolDownLine("L", "number_not_found"),
  131037: coolDownLine("L", "display_name_missing"),
  131045: coolDownLine("L", "number_not_registered"),
  // Moving on would carry the bad feedback to the next line and can look like evasion: a person decides.
  131048: coolDownLine("L", "spam_limited", { moveRecipient: false }),
  // Meta is raising the line's throughput, which takes a minute and is good news.
  131057: {
    ...coolDownLine("L", "number_maintenance", { cooldownMs: MINUTE_MS, alert: null }),
    countsAgainstLine: false,
  },
  133006: coolDownLine("L", "verification_needed"),
  133010: coolDownLine("L", "number_not_registered"),
  133016: coolDownLine("L", "registration_blocked", { cooldownMs: 72 * HOUR_MS }),
  // One foreign contact in a list must not stop a good line, but a line that may not write to the country at all must.
  130497: {
    class: "L",
    onAnswer: FAIL,
    onWebhook: FAIL,
    onRepeat: {
      kind: "cool_down_line",
      cooldownMs: null,
      moveRecipient: true,
      reason: "country_not_allowed",
      alert: "line_blocked",
    },
    countsAgainstLine: true,
    changingLineHelps: true,
  },

  // The recipient
  130403: failOne("O"),
  130472: failOne("O"),
  131021: failOne("X"),
  131026: failOne("X", true),
  131049: {
    ...failOne("O"),
    onAnswer: { kind: "wait_recipient", waitMs: 24 * HOUR_MS, maxTries: 1 },
    onWebhook: { kind: "wait_recipient", waitMs: 24 * HOUR_MS, maxTries: 1 },
  },
  131050: { ...failOne("O"), onAnswer: { kind: "opt_out" }, onWebhook: { kind: "opt_out" } },
  131052: failOne("X"),
  137000: failOne("X"),

  // The account
  368: suspendAccount("policy_violation"),
  131031: suspendAccount("account_locked"),
  131042: suspendAccount("payment_problem"),
  131064: suspendAccount("category_violation"),
  // As an answer only "bad parameters"; as a status it means that pacing has dropped the message and blocked the portfolio.
  135000: { ...failThenPause("C", "request_refused"), onWebhook: suspendAccount("portfolio_blocked").onWebhook },

  // The template and its media
  131014: failThenPause("T", "media_unavailable"),
  131053: { ...retry("recipient", BACKOFF.hiccup, 2, "media_unavailable"), class: "T" },
  132000: failThenPause("T", "template_mismatch"),
  132001: pauseAtOnce("T", "template_missing"),
  132005: failThenPause("T", "text_too_long"),
  132007: failThenPause("T", "content_refused"),
  132008: failThenPause("T", "variable_invalid"),
  132012: failThenPause("T", "variable_invalid"),
  132015: pauseAtOnce("T", "template_paused", "template_paused"),
  132016: pauseAtOnce("T", "template_disabled", "template_paused"),
  132018: failThenPause("T", "variable_invalid"),
  132068: pauseAtOnce("T", "flow_blocked"),
  132069: retry("recipient", BACKOFF.flow, 4, "flow_blocked"),
  134100: pauseAtOnce("T", "template_not_allowed"),
  134101: retry("recipient", BACKOFF.templateSync, 3, "template_missing"),
  134102: pauseAtOnce("T", "template_missing"),
  // Answers to creating a template, never to a send.
  2388019: failThenPause("T", "request_refused"),
  2388023: failThenPause("T", "request_refused"),
  2388024: failThenPause("T", "request_refused"),
  2388039: failThenPause("T", "request_refused"),
  2388040: failThenPause("T", "request_refused"),
  2388047: failThenPause("T", "request_refused"),
  2388072: failThenPause("T", "request_refused"),
  2388073: failThenPause("T", "request_refused"),
  2388293: failThenPause("T", "request_refused"),
  2388299: failThenPause("T", "request_refused"),

  // Our request and set-up
  100: failThenPause("C", "request_refused"),
  131008: failThenPause("C", "request_refused"),
  131009: failThenPause("C", "request_refused"),
  131030: failThenPause("C", "test_number"),
  131047: failThenPause("C", "not_a_template"),
  131051: failThenPause("C", "request_refused"),
  131055: pauseAtOnce("C", "endpoint_not_allowed"),
  131058: pauseAtOnce("C", "template_not_allowed"),
  // The answer to listing templates, never to a send.
  131059: failThenPause("C", "request_refused"),
  131062: failThenPause("C", "phone_needed"),
  131063: pauseAtOnce("C", "marketing_disabled"),
  134011: pauseAtOnce("C", "payment_terms"),
  1752041: pauseAtOnce("C", "marketing_not_set_up"),
} satisfies Record<number, ErrorBehaviour>;

/** A refusal that nobody has written down yet: a few tries, then the row; then, when it goes on, the campaign. */
export const UNKNOWN_BEHAVIOUR: ErrorBehaviour = retry("recipient", BACKOFF.hiccup, 3, "unknown_error");

/** Not Meta's doing: only this recipient fails. */
export const FAIL_ONE: ErrorBehaviour = failOne("C");
