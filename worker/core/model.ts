/** The vocabulary of the product: plain data that every layer shares. Instants are milliseconds since 1970, UTC. */
import type { SendingWindow, WaveGate } from "./policy.ts";

export type LineKind = "prospect" | "receptive";
export type QualityRating = "GREEN" | "YELLOW" | "RED" | "UNKNOWN";
export type ConsentStatus = "granted" | "revoked" | "unknown";
export type AttendanceChannel = "idr" | "operation";
export type JobStatus = "queued" | "running" | "completed" | "failed";
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

export type RecipientStatus =
  | "pending"
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "skipped"
  | "unknown";

/** Why a member of the audience gets nothing. The first eight are decided before launch, the rest later. */
export type SkipReason =
  | "noOptIn"
  | "optedOut"
  | "invalidPhone"
  | "unreachable"
  | "duplicate"
  | "inService"
  | "filtered"
  | "missingVariable"
  | "contactDeleted"
  | "cancelled";

/** Why somebody who was to get a campaign may not any more: consent has ended, or the contact was deleted. */
export type Withdrawal = Extract<SkipReason, "optedOut" | "contactDeleted">;

/** Buckets of people who are left out, as the preflight and the report name them. */
export const EXCLUSIONS = [
  "noOptIn",
  "optedOut",
  "invalidPhone",
  "unreachable",
  "duplicate",
  "inService",
  "filtered",
  "missingVariable",
] as const satisfies readonly SkipReason[];
export type Exclusion = (typeof EXCLUSIONS)[number];

export interface Contact {
  id: string;
  phone: string | null;
  name: string;
  document: string | null;
  customerCode: string | null;
  email: string | null;
  hashtags: string[];
  attributes: Record<string, string>;
  optInStatus: ConsentStatus;
}

export interface AttributeFilter {
  name: string;
  op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
  value?: string | undefined;
}

export interface AudienceFilter {
  hashtagsAny?: string[] | undefined;
  hashtagsAll?: string[] | undefined;
  hashtagsNone?: string[] | undefined;
  attributes?: AttributeFilter[] | undefined;
}

/** How one template variable gets its value: a field of the contact, a fixed text, or a media file. */
export type VariableSource =
  | { field: string; fallback?: string | undefined }
  | { value: string }
  | { link: string; filename?: string | undefined }
  | { mediaId: string; filename?: string | undefined };
export type VariableMap = Record<string, VariableSource>;

export type Sender = { mode: "prospect" } | { mode: "line"; lineId: string };
/** While a campaign is a draft its line may not have been chosen yet. */
export type DraftSender = Sender | { mode: "line"; lineId: null };
export interface Pacing {
  percent: number;
  intervalMinutes: number;
}
export interface InService {
  mode: "include" | "exclude";
  withinMinutes?: number | undefined;
}

/** `hold`: it pauses until a person agrees to the new price. */
export type CategoryChange = "hold" | "continue";

/** What a tenant may tune; every field has a default where it is read. */
export interface TenantSettings {
  /** Pause a campaign when more than this share of its recent sends failed; default 0.10. */
  failureRateThreshold?: number | undefined;
  /** Fewer recent sends than this say nothing about a share; default 50. */
  failureRateMinimum?: number | undefined;
  waveGate?: WaveGate | null | undefined;
  /** A campaign that could not begin within this time after its start waits for a person; default 60. */
  missedStartMinutes?: number | undefined;
  /** Whether a campaign that ran out of lines goes on by itself when one is back; default no. */
  resumeWhenLinesReturn?: boolean | undefined;
  /** When campaigns may send, unless they say otherwise; null or absent: at any time. */
  sendingWindow?: SendingWindow | null | undefined;
  /** What a campaign does before its next wave when Meta has made its template MARKETING; default "hold". */
  categoryChange?: CategoryChange | undefined;
  /** How long after a campaign's message a reply counts as its own; default 72 hours. */
  replyWindowMinutes?: number | undefined;
}

/** A template's component as Meta's API lists it; fields that we do not read are kept as they came. */
export interface TemplateComponent {
  type: string;
  format?: string | undefined;
  text?: string | undefined;
  buttons?: TemplateButton[] | undefined;
  example?: unknown;
  [field: string]: unknown;
}
export interface TemplateButton {
  type: string;
  text?: string | undefined;
  url?: string | undefined;
  phone_number?: string | undefined;
  example?: unknown;
  [field: string]: unknown;
}

export interface Template {
  name: string;
  language: string;
  category: string;
  parameterFormat: "POSITIONAL" | "NAMED";
  components: TemplateComponent[];
}

/** Cumulative: a read message also counts as delivered and sent. */
export interface CampaignCounts {
  total: number;
  pending: number;
  queued: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  skipped: number;
  unknown: number;
  replied: number;
}

/** Exclusive: the parts add up to the audience at every moment. */
export interface Accounting {
  audience: number;
  pending: number;
  queued: number;
  sending: number;
  sent: number;
  failed: number;
  unknown: number;
  skipped: number;
  balanced: boolean;
}

export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };
export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const err = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });
