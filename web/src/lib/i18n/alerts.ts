import type { AlertKind } from "$core/model.ts";
import { m } from "$lib/paraglide/messages.js";

/** What an alert is about, in a few words. */
export const alertTitles: Record<AlertKind, () => string> = {
  tier_limit: m.alert_tier_limit,
  quality_drop: m.alert_quality_drop,
  line_blocked: m.alert_line_blocked,
  too_few_lines: m.alert_too_few_lines,
  template_paused: m.alert_template_paused,
  account_restricted: m.alert_account_restricted,
  failure_rate: m.alert_failure_rate,
  campaign_paused: m.alert_campaign_paused,
  start_missed: m.alert_start_missed,
  in_doubt: m.alert_in_doubt,
  import_failed: m.alert_import_failed,
  export_failed: m.alert_export_failed,
  dead_letters: m.alert_dead_letters,
};
