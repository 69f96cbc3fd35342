import type { MessagingLimit } from "../core/messaging-limit.ts";
import type {
  Accounting,
  CampaignCounts,
  CampaignStatus,
  QualityRating,
  RecipientStatus,
  Result,
  SkipReason,
  Withdrawal,
} from "../core/model.ts";
import type { Wait } from "../core/waiting.ts";
import type { Settlement } from "../queue/messages.ts";

/** What the rest of the Worker may ask of a portfolio's object. Ids of lines are ours; instants in ms. */
export interface PortfolioRpc {
  /** Adds a line or brings its facts up to date; called at registration, at each sync and by webhooks. */
  putLine(line: PortfolioLine): Promise<void>;
  removeLine(lineId: string): Promise<void>;
  /** Rests a line until an instant, or until somebody says it is well (`until` null); null ends the rest. */
  setRest(lineId: string, rest: { reason: string; since: number; until: number | null } | null): Promise<void>;
  /** Facts learned from Meta about the portfolio's own limit. */
  putLimit(limit: MessagingLimit | null): Promise<void>;
  overview(): Promise<PortfolioOverview>;
  /** How much a campaign may put on the queue now, per line: its fair share of rate and of the 24 h budget. */
  grant(request: GrantRequest): Promise<GrantAnswer>;
  /** The gate right before Meta: a departure time per message, counted against rate and unique users. */
  reserve(request: ReserveRequest): Promise<ReserveAnswer>;
  /** What came of reserved sends: takes back the count of users who got nothing, and acts on line trouble. */
  report(report: SendReport): Promise<void>;
  /**
   * Which of our messages a person's inbound message or status of that instant (ms) most likely belongs to; `notOf` is a
   * campaign whose message it is not.
   */
  lastMessageTo(
    phone: string,
    by: number,
    notOf?: string,
  ): Promise<{ campaignId: string; contactId: string; at: number } | null>;
}

export interface PortfolioLine {
  lineId: string;
  tenantId: string;
  phoneNumberId: string;
  sealedToken: string;
  status: string;
  quality: QualityRating;
  ratePerSecond: number;
}

export interface PortfolioOverview {
  messagingLimit: MessagingLimit | null;
  used24h: number;
  reserved24h: number;
  lines: PortfolioLineState[];
}
export interface PortfolioLineState {
  lineId: string;
  status: string;
  quality: QualityRating;
  ratePerSecond: number;
  resting: { reason: string; since: number; until: number | null } | null;
}

export interface GrantRequest {
  campaignId: string;
  /** Per line: how many recipients wait, and how many of the campaign's are on the queue or being sent already. */
  wanted: { lineId: string; count: number; underWay: number }[];
  /** How much of the line's time may be on the queue. */
  periodMs: number;
}
export interface GrantAnswer {
  /** Unique users left in the moving 24 h; null when Meta sets no limit. */
  remaining24h: number | null;
  /** When the oldest counted user leaves the window, so that there is room again. */
  roomAt: number | null;
  lines: (PortfolioLineState & { granted: number })[];
}

export interface ReserveRequest {
  campaignId: string;
  /**
   * `missed`: the departure it had and could not keep, which is given back. `by`: a departure after it is of no use, and
   * would only keep the line from others.
   */
  messages: { contactId: string; phone: string; lineId: string; missed?: number; by?: number }[];
  /** The caller can't make calls that are nearer to each other than this, */
  spacingMs: number;
  /** nor to these, which it has planned already. */
  apartFrom?: number[];
  /** The answer's way and what the caller has to do before its first call: departures are no sooner than that, ms. */
  leadMs?: number;
}
export interface ReserveAnswer {
  /** By the portfolio's clock, which departures are given in. */
  decidedAt: number;
  /** In the order asked. `at`: not before this instant. */
  slots: (
    | { ok: true; at: number }
    | { ok: false; reason: "line_resting" | "limit_spent" | "too_far" | "unknown_line"; retryAt: number }
  )[];
  lines: Record<string, { phoneNumberId: string; sealedToken: string }>;
}

export interface SendReport {
  campaignId: string;
  /** Phones of reserved sends that surely reached nobody: they do not count toward the limit. */
  unused: string[];
  trouble: LineTrouble[];
}
export type LineTrouble =
  /** So many calls were refused for speed. */
  | { lineId: string; kind: "slow"; at: number; calls: number }
  | { lineId: string; kind: "rest"; at: number; untilMs: number | null; reason: string }
  | { lineId: string; kind: "rest_account"; at: number; reason: string };

/** What the rest of the Worker may ask of a campaign's object. */
export interface CampaignRpc {
  /** Begins or goes on with what the campaign's row in D1 says; safe to repeat. */
  start(tenantId: string, campaignId: string): Promise<void>;
  pause(reason: string): Promise<Result<CampaignSnapshot, "not_pausable">>;
  resume(): Promise<Result<CampaignSnapshot, "not_resumable">>;
  cancel(): Promise<Result<CampaignSnapshot, "not_cancellable">>;
  /**
   * Another try for sends in doubt, all (null) or these, because a person said so. Those who may not be written to any
   * more are withheld.
   */
  resend(contactIds: string[] | null): Promise<Result<{ resent: number; withheld: number }, "not_resendable">>;
  /** Ends the wait of people tied to a line (null: to any) that can't send; answers how many. Safe to repeat. */
  endPinnedWaits(lineId: string | null, how: "move" | "fail"): Promise<number>;
  /** Something that it waits for may be over: it looks now. */
  lookAgain(): Promise<void>;
  snapshot(): Promise<CampaignSnapshot | null>;
  /** The cron's question: re-arms a lost or overdue alarm. */
  ensureAlarm(tenantId: string, campaignId: string): Promise<void>;
  /** Recipients that must get nothing any more. A call that is under way is not stopped, and no other follows it. */
  withdraw(contactIds: string[], reason: Withdrawal): Promise<void>;
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /** Messages that were on the queue and may not leave now: their recipients wait until `retryAt`. */
  giveBack(messages: { contactId: string; attempt: number; retryAt: number }[]): Promise<void>;
  settle(claimId: string, settlements: Settlement[]): Promise<void>;
  /**
   * Statuses and replies that webhooks told of this tenant's lines. Answers which fit no recipient: all of them when the
   * campaign is another tenant's, since what names it comes from outside.
   */
  applyEvents(tenantId: string, events: RecipientUpdate[]): Promise<UpdateAnswer>;
  recipients(query: RecipientQuery): Promise<{ data: RecipientRow[]; nextCursor: string | null }>;
  recipient(contactId: string): Promise<(RecipientRow & { history: HistoryEntry[] }) | null>;
  stats(): Promise<CampaignFigures | null>;
  /** A page of recipients for the report, in the order of their ids. */
  reportPage(afterContactId: string, limit: number): Promise<ReportRow[]>;
}

export interface CampaignSnapshot {
  status: CampaignStatus;
  statusReason: string | null;
  /** When the sending window opens that a running campaign waits for; null when it waits for none. */
  waitsUntil: number | null;
  /** What its people wait for: a person, or a time. */
  waiting: Wait[];
  counts: CampaignCounts;
  accounting: Accounting;
  launchedAt: number | null;
  completedAt: number | null;
}

export interface ClaimRequest {
  /** Made by the caller; settlements name it, and a claim whose answer was lost can be given back by it. */
  claimId: string;
  messages: { contactId: string; attempt: number }[];
}
export interface ClaimAnswer {
  /** Only those that are this caller's to send, with the request body for Meta. */
  claimed: { contactId: string; attempt: number; body: string }[];
}

export interface RecipientUpdate {
  contactId: string;
  update:
    | { type: "sent" | "delivered" | "read"; at: number; messageId: string; charged: boolean | null }
    | { type: "failed"; at: number; messageId: string; code: number; detail: string }
    | {
        type: "replied";
        at: number;
        messageId: string;
        /** The message that the reply names as the one it answers. */
        contextId: string | null;
        kind: string;
        channel: "idr" | "operation";
      };
}
/** Updates that no row took, by their place in the list. */
export interface UpdateAnswer {
  declined: number[];
  /** Replies that must be told again: whether there is a message to answer is not known before its call has ended. */
  early: number[];
}

export interface RecipientQuery {
  limit: number;
  cursor?: string | undefined;
  status?: RecipientStatus | undefined;
  lineId?: string | undefined;
  q?: string | undefined;
}
export interface RecipientRow {
  contactId: string;
  name: string;
  phone: string | null;
  status: RecipientStatus;
  skipReason: SkipReason | null;
  wave: number | null;
  lineId: string | null;
  requestedAt: number | null;
  sentAt: number | null;
  deliveredAt: number | null;
  readAt: number | null;
  failedAt: number | null;
  repliedAt: number | null;
  errorCode: number | null;
  errorDetail: string | null;
  messageId: string | null;
  text: string | null;
}
export interface ReportRow extends RecipientRow {
  document: string | null;
  customerCode: string | null;
  email: string | null;
}
export interface HistoryEntry {
  at: number;
  event: string;
  /** Short and stable words; screens translate them. */
  detail: string;
}

export interface Flow {
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  replied: number;
}
export interface CampaignFigures {
  snapshot: CampaignSnapshot;
  byHour: ({ hour: number; idr: number; operation: number } & Flow)[];
  byLine: ({ lineId: string } & Flow)[];
  byWave: ({ wave: number; at: number; total: number; pending: number; skipped: number } & Flow)[];
  byError: { code: number; count: number }[];
  bySkip: { reason: SkipReason; count: number }[];
}
