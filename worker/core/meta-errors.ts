import type { BackoffRule } from "./backoff.ts";
import { BEHAVIOURS, FAIL_ONE, UNKNOWN_BEHAVIOUR } from "./meta-error-behaviours.ts";
import { ERROR_TEXTS, GIVEN_UP_TEXT, UNKNOWN_ERROR_TEXT } from "./meta-error-texts.ts";
import type { AlertKind } from "./model.ts";

export { type GraphError, parseGraphError } from "./graph-error.ts";
export { scrub } from "./scrub.ts";

/**
 * What to do about an error. In an answer, Meta has refused and nothing left, so every kind but the failing ones puts
 * the recipient back to wait. In a failed status the row has failed whatever the kind says; the kind says what else to
 * do.
 */
export type SendAction =
  /** The same line again, later; after `maxTries` sends in all the recipient fails. Scope `line`: the line waits too. */
  | { kind: "retry"; scope: "recipient" | "line"; backoff: BackoffRule; maxTries: number; thenFail: true }
  /** Slow this line down and come back soon; other lines go on. The recipient is not at fault and never fails by it. */
  | { kind: "slow_line"; backoff: BackoffRule }
  /**
   * The line stops: for `restMs`, or when that is null until a person or a sync finds it well. Without `moveRecipient`
   * the recipient keeps this line, for a person to decide.
   */
  | { kind: "rest_line"; restMs: number | null; moveRecipient: boolean; reason: TroubleReason; alert: AlertKind | null }
  /** The recipient fails. `strike` counts toward "unreachable", which takes two. */
  | { kind: "fail_recipient"; strike: boolean }
  /** The recipient fails and the contact's opt-out is recorded. */
  | { kind: "opt_out" }
  /** One more try, no earlier than `waitMs` from now; then the recipient fails. */
  | { kind: "wait_recipient"; waitMs: number; maxTries: 1 }
  /** The campaign pauses with this reason, until a person resumes it. */
  | { kind: "hold_campaign"; reason: TroubleReason; alert: AlertKind }
  /** Every line of the account (WABA or portfolio) rests; a campaign with no line left pauses with this reason. */
  | { kind: "rest_account"; reason: TroubleReason; alert: AlertKind };

/** A message that Meta had accepted is never sent again by ourselves, but for the one later try of `wait_recipient`. */
export type StatusAction = Exclude<SendAction, { kind: "retry" }>;

/** Stable words for why a line rests or a campaign pauses; screens translate them. */
export type TroubleReason =
  | "account_locked"
  | "category_violation"
  | "content_refused"
  | "country_not_allowed"
  | "display_name_missing"
  | "endpoint_not_allowed"
  | "flow_blocked"
  | "marketing_disabled"
  | "marketing_not_set_up"
  | "media_unavailable"
  | "meta_unavailable"
  | "not_a_template"
  | "number_maintenance"
  | "number_not_found"
  | "number_not_registered"
  | "payment_problem"
  | "payment_terms"
  | "permission_missing"
  | "phone_needed"
  | "policy_violation"
  | "portfolio_blocked"
  | "registration_blocked"
  | "request_refused"
  | "spam_limited"
  | "template_disabled"
  | "template_missing"
  | "template_mismatch"
  | "template_not_allowed"
  | "template_paused"
  | "test_number"
  | "text_too_long"
  | "token_refused"
  | "unknown_error"
  | "variable_invalid"
  | "verification_needed";

/** Faults of Meta's own servers: under HTTP 5xx they do not say that nothing left. */
const SERVER_FAULTS: ReadonlySet<number | null> = new Set([1, 2, 131000, 131016, 133004]);

/** Whether a message that was refused so may have left all the same. */
export const isAmbiguous = (code: number | null, httpStatus: number): boolean =>
  httpStatus >= 500 && SERVER_FAULTS.has(code);

/**
 * Our judgement on a code. R: try again later. L: this line is the trouble. X: no line reaches this recipient. O: the
 * recipient does not want it or has had enough. T: the template. A: the account. C: our request or set-up.
 */
export type ErrorClass = "R" | "L" | "X" | "O" | "T" | "A" | "C";

export interface ErrorBehaviour {
  class: ErrorClass;
  /** When it answers a send. */
  onAnswer: SendAction;
  /** When it comes later, in a `failed` status of a message that had been accepted. */
  onWebhook: StatusAction;
  /** Replaces both once the same code has ended `REPEATS_THAT_ESCALATE` rows in a row; null when it never means more. */
  onRepeat: Extract<SendAction, { kind: "hold_campaign" | "rest_line" }> | null;
  /** Whether it speaks of the line's own health. */
  countsAgainstLine: boolean;
  /** Whether the same message could pass from another line of the same account. */
  changingLineHelps: boolean;
}

/** What people read in reports, in the product's two languages. */
export interface ErrorText {
  titlePt: string;
  titleEn: string;
  advicePt: string;
  adviceEn: string;
}

export interface MetaErrorRule extends ErrorBehaviour, ErrorText {
  code: number;
}

/** Stands in for a code where Meta, or something in front of it, gave none; no code of Meta's is negative. */
export const NO_CODE = -1;

/** Stands for no code of Meta's either: a person has ended the wait for a line. */
export const GIVEN_UP = -2;

/** Meta's permission errors are the whole range 200 to 299; the table has it under its first code. */
const PERMISSION_RANGE = { first: 200, last: 299 };

/** The rule of a code; one for all that is unknown, or that has no code. */
export function ruleFor(code: number | null): MetaErrorRule {
  const given = code ?? NO_CODE;
  if (given === GIVEN_UP) return { code: given, ...GIVEN_UP_TEXT, ...FAIL_ONE };
  const key = given >= PERMISSION_RANGE.first && given <= PERMISSION_RANGE.last ? PERMISSION_RANGE.first : given;
  return isKnown(key)
    ? { code: given, ...ERROR_TEXTS[key], ...BEHAVIOURS[key] }
    : { code: given, ...UNKNOWN_ERROR_TEXT, ...UNKNOWN_BEHAVIOUR };
}

const isKnown = (code: number): code is keyof typeof BEHAVIOURS => Object.hasOwn(BEHAVIOURS, code);

/**
 * A fault in one contact's data fails that contact; the same fault again and again is in what all of them share, and
 * the rest must not be burnt on it.
 */
export const REPEATS_THAT_ESCALATE = 5;

/**
 * What to do when a code comes again and again.
 * @param consecutiveSame how many rows of this campaign on this line the code has ended in a row, this one included,
 *   with no accepted send between. A row that still has tries left does not count.
 * @param via where the code came from; decides between `onAnswer` and `onWebhook` while it is not yet too often
 */
export function escalate(
  code: number | null,
  consecutiveSame: number,
  via: "answer" | "webhook" = "answer",
): SendAction {
  const rule = ruleFor(code);
  if (rule.onRepeat && consecutiveSame >= REPEATS_THAT_ESCALATE) return rule.onRepeat;
  return via === "answer" ? rule.onAnswer : rule.onWebhook;
}
