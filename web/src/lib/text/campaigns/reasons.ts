import type { IncidentReason } from "$core/meta/error-types.ts";
import type { GateReason } from "$core/sending/circuit-breaker.ts";
import { lookUp } from "$lib/api/key-of.ts";
import { m } from "$lib/paraglide/messages.js";

interface Words {
  text: () => string;
  /** What a person can do when a campaign stands still for it. */
  todo?: () => string;
}

/** Why a campaign was paused that Meta has nothing to do with. */
type OwnPause =
  | GateReason
  | "by_user"
  | "category_changed"
  | "failure_rate"
  | "line_back"
  | "no_line_left"
  | "start_missed"
  | "template_deleted"
  | "template_not_approved";
/** Why a line takes nothing at the moment. */
type LineReason =
  | "account_restricted"
  | "limit_spent"
  | "no_usable_line"
  | "not_connected"
  | "quality_red"
  | "resting"
  | "template_not_linked";

/** Why a line rests or a campaign stands still: the API's stable words, in sentences. */
const words: Record<IncidentReason | OwnPause | LineReason, Words> = {
  account_locked: { text: m.reason_account_locked, todo: m.todo_account },
  account_restricted: { text: m.reason_account_locked, todo: m.todo_account },
  by_user: { text: m.reason_by_user, todo: m.todo_resume },
  category_changed: { text: m.reason_category_changed, todo: m.todo_price },
  category_violation: { text: m.reason_policy_violation, todo: m.todo_account },
  content_refused: { text: m.reason_content_refused, todo: m.todo_content },
  country_not_allowed: { text: m.reason_country_not_allowed, todo: m.todo_number },
  display_name_missing: { text: m.reason_display_name_missing, todo: m.todo_number },
  endpoint_not_allowed: { text: m.reason_endpoint_not_allowed, todo: m.todo_content },
  failure_rate: { text: m.reason_failure_rate, todo: m.todo_failures },
  flow_blocked: { text: m.reason_flow_blocked, todo: m.todo_account },
  limit_spent: { text: m.reason_limit_spent },
  line_back: { text: m.reason_line_back },
  marketing_disabled: { text: m.reason_marketing_disabled, todo: m.todo_account },
  marketing_not_set_up: { text: m.reason_marketing_disabled, todo: m.todo_account },
  media_unavailable: { text: m.reason_media_unavailable, todo: m.todo_content },
  meta_unavailable: { text: m.reason_meta_unavailable, todo: m.todo_wait },
  no_line_left: { text: m.reason_no_line_left, todo: m.todo_lines },
  no_usable_line: { text: m.reason_no_usable_line },
  not_a_template: { text: m.reason_not_a_template, todo: m.todo_support },
  not_connected: { text: m.reason_not_connected },
  number_maintenance: { text: m.reason_number_maintenance, todo: m.todo_wait },
  number_not_found: { text: m.reason_number_not_found, todo: m.todo_number },
  number_not_registered: { text: m.reason_number_not_registered, todo: m.todo_number },
  payment_problem: { text: m.reason_payment_problem, todo: m.todo_account },
  payment_terms: { text: m.reason_payment_problem, todo: m.todo_account },
  permission_missing: { text: m.reason_permission_missing, todo: m.todo_token },
  phone_needed: { text: m.reason_phone_needed, todo: m.todo_content },
  policy_violation: { text: m.reason_policy_violation, todo: m.todo_account },
  portfolio_blocked: { text: m.reason_account_locked, todo: m.todo_account },
  quality_red: { text: m.reason_quality_red },
  registration_blocked: { text: m.reason_number_not_registered, todo: m.todo_number },
  request_refused: { text: m.reason_request_refused, todo: m.todo_content },
  resting: { text: m.reason_resting },
  spam_limited: { text: m.reason_spam_limited, todo: m.todo_opt_outs },
  start_missed: { text: m.reason_start_missed, todo: m.todo_start },
  template_deleted: { text: m.reason_template_deleted, todo: m.todo_template },
  template_disabled: { text: m.reason_template_disabled, todo: m.todo_template },
  template_mismatch: { text: m.reason_template_mismatch, todo: m.todo_content },
  template_missing: { text: m.reason_template_missing, todo: m.todo_template },
  template_not_allowed: { text: m.reason_template_missing, todo: m.todo_template },
  template_not_approved: { text: m.reason_template_not_approved, todo: m.todo_template },
  template_not_linked: { text: m.reason_template_not_linked },
  template_paused: { text: m.reason_template_paused, todo: m.todo_template },
  test_number: { text: m.reason_test_number, todo: m.todo_content },
  text_too_long: { text: m.reason_text_too_long, todo: m.todo_content },
  token_refused: { text: m.reason_token_refused, todo: m.todo_token },
  unknown_error: { text: m.reason_unknown_error, todo: m.todo_support },
  variable_invalid: { text: m.reason_variable_invalid, todo: m.todo_content },
  verification_needed: { text: m.reason_verification_needed, todo: m.todo_number },
  wave_gate_failures: { text: m.reason_wave_gate_failures, todo: m.todo_failures },
  wave_gate_opt_outs: { text: m.reason_wave_gate_opt_outs, todo: m.todo_opt_outs },
  wave_gate_quality: { text: m.reason_wave_gate_quality, todo: m.todo_quality },
};

/** A word that is not here yet is shown as it came: better than hiding why something stopped. */
export const reasonText = (reason: string): string => lookUp(words, reason)?.text() ?? reason.replaceAll("_", " ");

/** What to do about a campaign that stands still for this; "" when there is nothing to say. */
export const reasonTodo = (reason: string): string => lookUp(words, reason)?.todo?.() ?? "";
