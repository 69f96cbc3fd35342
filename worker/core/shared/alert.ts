export type AlertSeverity = "info" | "warning" | "critical";

export type AlertKind =
  | "tier_limit"
  | "quality_drop"
  | "line_blocked"
  | "too_few_lines"
  | "template_paused"
  | "template_flagged"
  | "template_price"
  | "account_restricted"
  | "account_limited"
  | "account_violation"
  | "account_closing"
  | "opt_out_unmatched"
  | "number_changed"
  | "failure_rate"
  | "campaign_paused"
  | "campaign_waits"
  | "start_missed"
  | "in_doubt"
  | "import_failed"
  | "export_failed"
  | "dead_letters";

/** What an alert counted or was told, by name, for who wants to say it in other words than its message; instants in ms. */
export type AlertFacts = Record<string, number | string>;
