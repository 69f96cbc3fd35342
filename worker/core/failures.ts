/** What may go wrong that a caller can act on. `http/errors.ts` maps each code to an answer in one place. */
export type FailureCode =
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "invalid_request"
  | "conflict"
  | "idempotency_conflict"
  | "idempotency_in_progress"
  | "rate_limited"
  | "payload_too_large"
  | "campaign_not_editable"
  | "campaign_not_launchable"
  | "campaign_not_pausable"
  | "campaign_not_resumable"
  | "campaign_not_cancellable"
  | "campaign_not_resendable"
  | "line_still_blocked"
  | "preflight_failed"
  | "in_use"
  | "graph_error"
  | "graph_unreachable"
  | "invalid_phone"
  | "invalid_document"
  | "not_ready"
  | "dead_letter_retried"
  | "dead_letter_discarded"
  | "dead_letter_unreadable"
  | "unavailable";

export interface Failure {
  code: FailureCode;
  /** For a person: what is wrong and what to do. No personal data. */
  detail: string;
  errors?: { path: string; message: string }[];
  issues?: Record<string, unknown>[];
  retryAfterSeconds?: number;
}
