/** What may go wrong that a caller can act on. `http/kit/errors.ts` maps each code to an answer in one place. */
export const FAILURE_CODES = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "invalid_request",
  "invalid_cursor",
  "conflict",
  "idempotency_conflict",
  "idempotency_in_progress",
  "rate_limited",
  "payload_too_large",
  "too_many_waves",
  "start_too_far",
  "campaign_not_editable",
  "campaign_not_launchable",
  "campaign_not_pausable",
  "campaign_not_resumable",
  "campaign_not_cancellable",
  "campaign_not_resendable",
  "line_still_blocked",
  "preflight_failed",
  "import_not_startable",
  "import_not_cancellable",
  "in_use",
  "audience_is_dynamic",
  "graph_error",
  "graph_unreachable",
  "person_erased",
  "invalid_phone",
  "invalid_document",
  "invalid_access_token",
  "not_ready",
  "dead_letter_retried",
  "dead_letter_discarded",
  "dead_letter_unreadable",
  "unavailable",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** What keeps a thing from being deleted: another thing of the tenant's own. */
export interface Use {
  type: "campaign" | "audience" | "line" | "import";
  id: string;
  name?: string;
  status?: string;
}

export interface Failure {
  code: FailureCode;
  /** For a person: what is wrong and what to do. No personal data. */
  detail: string;
  errors?: { path: string; message: string }[];
  usedBy?: Use[];
  issues?: Record<string, unknown>[];
  retryAfterSeconds?: number;
}
