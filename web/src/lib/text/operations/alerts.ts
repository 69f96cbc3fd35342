import type { AlertKind } from "$core/operations/alert.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { Alert } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

/** What an alert is about, in a few words; its message says the rest, in the reader's language. */
const titles: Record<AlertKind, () => string> = {
  tier_limit: m.alert_tier_limit,
  quality_drop: m.alert_quality_drop,
  line_blocked: m.alert_line_blocked,
  too_few_lines: m.alert_too_few_lines,
  template_paused: m.alert_template_paused,
  template_flagged: m.alert_template_flagged,
  template_price: m.alert_template_price,
  account_restricted: m.alert_account_restricted,
  account_limited: m.alert_account_limited,
  account_violation: m.alert_account_violation,
  account_closing: m.alert_account_closing,
  opt_out_unmatched: m.alert_opt_out_unmatched,
  number_changed: m.alert_number_changed,
  failure_rate: m.alert_failure_rate,
  campaign_paused: m.alert_campaign_paused,
  campaign_waits: m.alert_campaign_waits,
  start_missed: m.alert_start_missed,
  in_doubt: m.alert_in_doubt,
  import_failed: m.alert_import_failed,
  export_failed: m.alert_export_failed,
  erasure_failed: m.alert_erasure_failed,
  dead_letters: m.alert_dead_letters,
};

export const alertTitle = ({ kind }: Pick<Alert, "kind">): string =>
  lookUp(titles, kind)?.() ?? kind.replaceAll("_", " ");

export const severityLabels: Record<Alert["severity"], () => string> = {
  info: m.alerts_info,
  warning: m.alerts_warning,
  critical: m.alerts_critical,
};
