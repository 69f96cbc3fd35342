import { m } from "$lib/paraglide/messages.js";
import { lookUp } from "./key-of.ts";
import type { ProblemCode, ProblemDetails } from "./types.ts";

/** What went wrong, in words for the person. Codes of a newer API bring their own sentence. */
const texts: Record<ProblemCode | "unreachable", () => string> = {
  unreachable: m.problem_unreachable,
  unavailable: m.problem_unreachable,
  unauthenticated: m.problem_unauthenticated,
  forbidden: m.problem_forbidden,
  not_found: m.problem_not_found,
  invalid_request: m.problem_invalid_request,
  invalid_cursor: m.problem_invalid_cursor,
  conflict: m.problem_conflict,
  idempotency_conflict: m.problem_idempotency,
  idempotency_in_progress: m.problem_idempotency,
  rate_limited: m.problem_rate_limited,
  payload_too_large: m.problem_payload_too_large,
  too_many_waves: m.issue_too_many_waves,
  start_too_far: m.issue_start_too_far,
  campaign_not_editable: m.problem_campaign_not_editable,
  campaign_not_launchable: m.problem_campaign_not_launchable,
  campaign_not_pausable: m.problem_campaign_not_pausable,
  campaign_not_resumable: m.problem_campaign_not_resumable,
  campaign_not_cancellable: m.problem_campaign_not_cancellable,
  campaign_not_resendable: m.problem_campaign_not_resendable,
  line_still_blocked: m.line_still_blocked,
  preflight_failed: m.problem_preflight_failed,
  import_not_startable: m.problem_import_not_startable,
  import_not_cancellable: m.problem_import_not_cancellable,
  in_use: m.problem_in_use,
  audience_is_dynamic: m.problem_audience_is_dynamic,
  graph_error: m.problem_graph_error,
  graph_unreachable: m.problem_graph_unreachable,
  person_erased: m.problem_person_erased,
  invalid_phone: m.problem_invalid_request,
  invalid_document: m.problem_invalid_request,
  invalid_access_token: m.problem_invalid_request,
  not_ready: m.problem_not_ready,
  dead_letter_retried: m.problem_dead_letter_retried,
  dead_letter_discarded: m.problem_dead_letter_discarded,
  dead_letter_unreadable: m.problem_dead_letter_unreadable,
};

/** Says a problem in the language of the page. */
export function problemText(problem: ProblemDetails): string {
  const names = problem.usedBy?.map(({ id, name }) => name || id);
  if (problem.code === "in_use" && names?.length) return m.problem_in_use_by({ names: names.join(", ") });
  return lookUp(texts, problem.code)?.() ?? (problem.detail || problem.title || m.problem_unexpected());
}
