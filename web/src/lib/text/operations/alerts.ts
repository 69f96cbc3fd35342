import type { AlertKind } from "$core/shared/alert.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { Alert } from "$lib/api/types.ts";
import type { Format } from "$lib/format/format.ts";
import { formatPhone } from "$lib/format/phone.ts";
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
  template_paused: {
    title: m.alert_template_paused,
    text: m.alert_template_paused_text,
    ofCampaign: m.alert_template_stopped_text,
  },
  template_flagged: { title: m.alert_template_flagged, text: m.alert_template_flagged_text },
  template_price: {
    title: m.alert_template_price,
    text: m.alert_template_price_text,
    ofCampaign: m.alert_price_held_text,
  },
  account_restricted: { title: m.alert_account_restricted, text: m.alert_account_restricted_text },
  account_limited: { title: m.alert_account_limited, text: m.alert_account_limited_text },
  account_violation: { title: m.alert_account_violation, text: m.alert_account_violation_text },
  account_closing: { title: m.alert_account_closing, text: m.alert_account_closing_text },
  opt_out_unmatched: { title: m.alert_opt_out_unmatched, text: m.alert_opt_out_unmatched_text },
  number_changed: { title: m.alert_number_changed, text: m.alert_number_changed_text },
  failure_rate: { title: m.alert_failure_rate, text: m.alert_failure_rate_text },
  campaign_paused: { title: m.alert_campaign_paused, text: m.alert_campaign_paused_text },
  campaign_waits: { title: m.alert_campaign_waits, text: m.alert_campaign_waits_text },
  start_missed: { title: m.alert_start_missed, text: m.alert_start_missed_text },
  in_doubt: { title: m.alert_in_doubt, text: m.alert_in_doubt_text },
  import_failed: { title: m.alert_import_failed, text: m.alert_import_failed_text },
  export_failed: { title: m.alert_export_failed, text: m.alert_export_failed_text },
  dead_letters: { title: m.alert_dead_letters, text: m.alert_dead_letters_text },
};

export const alertTitle = ({ kind }: Alert): string => lookUp(words, kind)?.title() ?? kind.replaceAll("_", " ");

/** What it means, with what was counted; the API's own sentence for a kind that is not here yet. */
export function alertText({ kind, subject, message, facts }: Alert, format: Format): string {
  const known = lookUp(words, kind);
  if (!known) return message;
  if (kind === "failure_rate" && facts) return failureText(facts, format);
  const told = facts && !subject.startsWith("cmp_") ? toldText(kind, facts, format) : null;
  if (told !== null) return told;
  return subject.startsWith("cmp_") ? (known.ofCampaign ?? known.text)() : known.text();
}

type Facts = NonNullable<Alert["facts"]>;

/** With what Meta told of it; null when it told no more than its kind says. */
function toldText(kind: string, facts: Facts, format: Format): string | null {
  const moment = (at: number | string) => format.dateTime(new Date(at).toISOString());
  const { until, day, violation, restrictions, event, times, at, newPhone, takenBy } = facts;
  switch (kind) {
    case "account_restricted":
      return until === undefined ? null : m.alert_account_restricted_until({ until: moment(until) });
    case "account_closing":
      return day === undefined ? null : m.alert_account_closing_day({ day: String(day) });
    case "account_violation":
      return violation === undefined ? null : m.alert_account_violation_named({ violation: String(violation) });
    case "account_limited":
      return restrictions === undefined ? null : m.alert_account_limited_to({ restrictions: String(restrictions) });
    case "template_flagged":
      return event === undefined ? null : m.alert_template_flagged_as({ event: String(event) });
    case "template_price":
      if (times === undefined) return null;
      return at === undefined
        ? m.alert_template_price_times({ times: String(times) })
        : m.alert_template_price_coming({ times: String(times), at: moment(at) });
    case "number_changed": {
      if (newPhone === undefined) return null;
      const phone = formatPhone(String(newPhone));
      return takenBy === undefined ? m.alert_number_changed_to({ phone }) : m.alert_number_changed_taken({ phone });
    }
    default:
      return null;
  }
}

function failureText(facts: Facts, format: Format): string {
  const { minutes } = facts;
  const count = (name: string) => Number(facts[name] ?? 0);
  const [sent, failed, wave, optedOut] = [count("sent"), count("failed"), count("wave"), count("optedOut")];
  const counted = {
    sent: format.number(sent),
    failed: format.number(failed),
    share: format.percent(sent > 0 ? failed / sent : null, 1),
  };
  return minutes === undefined
    ? m.alert_wave_gate_counted({ ...counted, wave: format.number(wave), optedOut: format.number(optedOut) })
    : m.alert_failure_rate_counted({ ...counted, minutes: format.number(Number(minutes)) });
}

export const severityLabels: Record<Alert["severity"], () => string> = {
  info: m.alerts_info,
  warning: m.alerts_warning,
  critical: m.alerts_critical,
};
