import type { CampaignStatus } from "../core/campaign-status.ts";
import type { MessagingLimit } from "../core/messaging-limit.ts";
import type {
  Accounting,
  CampaignCounts,
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
  /**
   * A campaign's tick: slots of each line's time for the next seconds, its fair share of them, and which of the people
   * that it is about to put on the queue the 24-hour limit allows. Those count from now on.
   */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /** What came of it: takes back the count of users who got nothing, and acts on line trouble. */
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

export interface LeaseRequest {
  campaignId: string;
  /** How many people it has yet to send to, in all. */
  waiting: number;
  /** How many messages it could send by each line now; with 0 it leaves its share of the line to others. */
  lines: { lineId: string; wanted: number }[];
  /** People about to be put on the queue, and not told of before. */
  candidates: { contactId: string; phone: string }[];
}
export interface LeaseAnswer {
  /** By the portfolio's clock, in which slots are told, ms. */
  decidedAt: number;
  /** Unique users left in the moving 24 h; null when Meta sets no limit. */
  remaining24h: number | null;
  /** When the oldest counted user leaves the window, so that there is room again. */
  roomAt: number | null;
  /** Candidates whom the 24-hour limit does not allow now. */
  refused: string[];
  lines: (PortfolioLineState & LineCredentials & { slots: number[] })[];
}
/** What a line sends with. */
export interface LineCredentials {
  phoneNumberId: string;
  sealedToken: string;
}

export interface SendReport {
  campaignId: string;
  /** Phones of people who were counted and surely got nothing: they do not count toward the limit. */
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
  /** A contact has another number now (E.164): whoever waits gets the message there. */
  changePhone(contactId: string, phone: string): Promise<void>;
  /** People who are being served from now on: those of open waves get nothing, unless the campaign includes such people. */
  leaveOutServed(contactIds: string[]): Promise<void>;
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  settle(claimId: string, settlements: Settlement[]): Promise<void>;
  /**
   * Statuses and replies that webhooks told of this tenant's lines. Answers which fit no recipient: all of them when the
   * campaign is another tenant's, since what names it comes from outside.
   */
  applyEvents(tenantId: string, events: RecipientUpdate[]): Promise<UpdateAnswer>;
  /** Who got these messages, as far as they are this tenant's and this campaign's; found without a look at each row. */
  findMessages(tenantId: string, messageIds: string[]): Promise<SentMessage[]>;
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
  /**
   * Only those that are this caller's to send, with the request body for Meta and the wait before its call, ms; below zero
   * when its slot began that long ago.
   */
  claimed: { contactId: string; attempt: number; lineId: string; waitMs: number; body: string }[];
  /** What the lines of these send with, and how many messages a second Meta allows each. */
  lines: Record<string, LineCredentials & { ratePerSecond: number }>;
  /** Those whose time is not yet near: to be asked for again after so many ms. */
  again: { contactId: string; attempt: number }[];
  againInMs: number;
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

export interface SentMessage {
  messageId: string;
  contactId: string;
  phone: string | null;
  sentAt: number | null;
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
