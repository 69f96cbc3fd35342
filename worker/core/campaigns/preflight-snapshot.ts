import type { AudienceTally } from "#core/audience/eligibility.ts";
import type { Cooldown } from "#core/lines/cooldown.ts";
import type { LineSnapshot } from "#core/lines/rotation.ts";
import type { DraftSender } from "#core/lines/sender.ts";
import type { Template } from "#core/meta/template.ts";
import type { VariableMap } from "#core/templates/variable-source.ts";
import type { Pacing } from "./campaign.ts";
import type { PlanFault } from "./plan.ts";
import type { SendingWindow } from "./policy.ts";

export type IssueCode =
  | "segment_missing"
  | "audience_missing"
  | "template_missing"
  | "line_missing"
  | "too_few_prospect_lines"
  | "receptive_line"
  | "line_not_usable"
  | "quality_low"
  | "template_not_approved"
  | "template_not_linked"
  | "template_unsupported"
  | "variable_missing"
  | "media_missing"
  | "text_too_long"
  | "button_suffix_is_address"
  | "audience_empty"
  | "limit_exceeded"
  | PlanFault["code"]
  | "start_in_past"
  | "start_outside_window"
  | "window_never_opens";

/** `path` names the field of the campaign that would have to change. Screens translate by `code`. */
export type PreflightIssue = { code: IssueCode; severity: "error" | "warning"; message: string; path?: string };

export interface PreflightLine extends LineSnapshot {
  /** Lines of one portfolio share what is left of its 24 hours. */
  portfolioId: string;
  cooldown: Cooldown | null;
}

export interface PreflightSnapshot {
  now: number;
  /** Whether these have been chosen; a draft may lack them. */
  chosen: { segment: boolean; audience: boolean };
  sender: DraftSender;
  startAt: number | null;
  pacing: Pacing | null;
  /** The one that holds for the campaign, its own or its tenant's; null: any time. */
  window: SendingWindow | null;
  variables: VariableMap;
  /** Null while none is chosen. */
  template: (Template & { status: string }) | null;
  lines: PreflightLine[];
  audience: AudienceTally;
  /** Only a part of the audience has been counted: that nobody in it is eligible says nothing yet. */
  partial?: boolean;
  /** How many messages are longer than WhatsApp allows. */
  tooLong: number;
  /** By key of a URL button's variable: how many people would get a whole address in the place of its end. */
  addressesAsSuffix: Record<string, number>;
}
