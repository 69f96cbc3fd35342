import type { BackoffRule } from "#core/shared/backoff.ts";

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
   * The line stops: for `cooldownMs`, or when that is null until a person or a sync finds it well. Without `moveRecipient`
   * the recipient keeps this line, for a person to decide.
   */
  | {
      kind: "cool_down_line";
      cooldownMs: number | null;
      moveRecipient: boolean;
      reason: IncidentReason;
      alert: "line_blocked" | null;
    }
  /** The recipient fails. `strike` counts toward "unreachable", which takes two. */
  | { kind: "fail_recipient"; strike: boolean }
  /** The recipient fails and the contact's opt-out is recorded. */
  | { kind: "opt_out" }
  /** One more try, no earlier than `waitMs` from now; then the recipient fails. */
  | { kind: "wait_recipient"; waitMs: number; maxTries: 1 }
  /** The campaign pauses with this reason, until a person resumes it. */
  | { kind: "pause_campaign"; reason: IncidentReason; alert: PauseAlert }
  /** Every line of the account (WABA or portfolio) is suspended; a campaign with no line left pauses with this reason. */
  | { kind: "suspend_account"; reason: IncidentReason; alert: "account_restricted" };

/** Which alert a pause raises. */
export type PauseAlert = "campaign_paused" | "template_paused";

/** A message that Meta had accepted is never sent again by ourselves, but for the one later try of `wait_recipient`. */
export type StatusAction = Exclude<SendAction, { kind: "retry" }>;

/** Stable words for why a line stops or a campaign pauses; screens translate them. */
export type IncidentReason =
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

/**
 * Our judgement on a code. R: try again later. L: the cause is this line. X: no line reaches this recipient. O: the
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
  onRepeat: Extract<SendAction, { kind: "pause_campaign" | "cool_down_line" }> | null;
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
