import type { AlertKind } from "$core/model.ts";
import type { Alert } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

interface Words {
  title: () => string;
  text: () => string;
  /** Where the same kind means something else when it is about a campaign. */
  ofCampaign?: () => string;
}

/** What an alert is about, in a few words, and what it means. */
const words: Record<AlertKind, Words> = {
  tier_limit: { title: m.alert_tier_limit, text: m.alert_tier_limit_text },
  quality_drop: {
    title: m.alert_quality_drop,
    text: m.alert_quality_drop_text,
    ofCampaign: m.alert_quality_gate_text,
  },
  line_blocked: { title: m.alert_line_blocked, text: m.alert_line_blocked_text, ofCampaign: m.alert_no_line_text },
  too_few_lines: { title: m.alert_too_few_lines, text: m.alert_too_few_lines_text },
  template_paused: { title: m.alert_template_paused, text: m.alert_template_paused_text },
  account_restricted: { title: m.alert_account_restricted, text: m.alert_account_restricted_text },
  failure_rate: { title: m.alert_failure_rate, text: m.alert_failure_rate_text },
  campaign_paused: { title: m.alert_campaign_paused, text: m.alert_campaign_paused_text },
  campaign_waits: { title: m.alert_campaign_waits, text: m.alert_campaign_waits_text },
  start_missed: { title: m.alert_start_missed, text: m.alert_start_missed_text },
  in_doubt: { title: m.alert_in_doubt, text: m.alert_in_doubt_text },
  import_failed: { title: m.alert_import_failed, text: m.alert_import_failed_text },
  export_failed: { title: m.alert_export_failed, text: m.alert_export_failed_text },
  dead_letters: { title: m.alert_dead_letters, text: m.alert_dead_letters_text },
};

const wordsOf = (kind: string): Words | undefined => Object.entries(words).find(([known]) => known === kind)?.[1];

export const alertTitle = ({ kind }: Alert): string => wordsOf(kind)?.title() ?? kind.replaceAll("_", " ");

/** What it means; the API's own sentence for a kind that is not here yet. */
export function alertText({ kind, subject, message }: Alert): string {
  const known = wordsOf(kind);
  if (!known) return message;
  return subject.startsWith("cmp_") ? (known.ofCampaign ?? known.text)() : known.text();
}

export const severityLabels: Record<Alert["severity"], () => string> = {
  info: m.alerts_info,
  warning: m.alerts_warning,
  critical: m.alerts_critical,
};
