import type { IssueCode } from "$core/campaigns/preflight-snapshot.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { PreflightIssue, Template } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

/** What stands in the way of a launch, by code. Codes of a newer API bring their own sentence from the API. */
const texts: Record<IssueCode, (inputs: { name: string; at: string }) => string> = {
  segment_missing: m.issue_segment_missing,
  audience_missing: m.issue_audience_missing,
  template_missing: m.issue_template_missing,
  line_missing: m.issue_line_missing,
  too_few_prospect_lines: m.issue_too_few_prospect_lines,
  receptive_line: m.issue_receptive_line,
  template_not_approved: m.issue_template_not_approved,
  template_not_linked: m.issue_template_not_linked,
  template_unsupported: m.issue_template_unsupported,
  variable_missing: m.issue_variable_missing,
  media_missing: m.issue_media_missing,
  audience_empty: m.issue_audience_empty,
  limit_exceeded: m.issue_limit_exceeded,
  too_many_waves: m.issue_too_many_waves,
  start_too_far: m.issue_start_too_far,
  start_in_past: m.issue_start_in_past,
  start_outside_window: m.issue_start_outside_window,
  window_never_opens: m.issue_window_never_opens,
  line_not_usable: m.issue_line_not_usable,
  quality_low: m.issue_quality_low,
  text_too_long: m.issue_text_too_long,
  button_suffix_is_address: m.issue_button_suffix_is_address,
};

/** @param at when the first wave leaves, as the screen writes it */
export function issueText(issue: PreflightIssue, at: string): string {
  const name = variableName(issue.path?.replace(/^variables\./, "") ?? "");
  return lookUp(texts, issue.code)?.({ name, at }) ?? issue.message;
}

const components: Record<Template["variables"][number]["component"], () => string> = {
  header: m.component_header,
  body: m.component_body,
  button: m.component_button,
};

/** What people see of a variable: `body.1` is "Text {{1}}". */
function variableName(key: string): string {
  const [component = "", ...rest] = key.split(".");
  return `${lookUp(components, component)?.() ?? component} {{${rest.at(-1) ?? ""}}}`;
}
