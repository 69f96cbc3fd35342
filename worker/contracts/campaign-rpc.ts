import type { LateExclusion, SkipReason } from "#core/audience/exclusion.ts";
import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { ReportRow } from "#core/reports/report-row.ts";
import type { Accounting, CampaignCounts } from "#core/sending/counts.ts";
import type { HistoryEvent } from "#core/sending/history.ts";
import type { RecipientRow, RecipientStatus } from "#core/sending/recipient.ts";
import type { Wait } from "#core/sending/waiting.ts";
import type { Result } from "#core/shared/result.ts";
import type { LineCredentials } from "./portfolio-rpc.ts";
import type { Settlement } from "./queue-messages.ts";

/** What the rest of the Worker may ask of a campaign's object. */
export interface CampaignRpc {
  /** Begins or goes on with what the campaign's row in D1 says; safe to repeat. */
  start(tenantId: string, campaignId: string): Promise<void>;
  pause(reason: string): Promise<Result<CampaignSnapshot, "not_pausable">>;
  resume(): Promise<Result<CampaignSnapshot, "not_resumable">>;
  cancel(): Promise<Result<CampaignSnapshot, "not_cancellable">>;
  /**
   * Another try for unconfirmed sends, all (null) or these, because a person said so. Those who may not be written to any
   * more are counted as withheld.
   */
  resend(contactIds: string[] | null): Promise<Result<ResendAnswer, "not_resendable">>;
  /** Ends the wait of people tied to a line (null: to any) that can't send; answers how many. Safe to repeat. */
  endPinnedWaits(lineId: string | null, how: "move" | "fail"): Promise<number>;
  /** Something that it waits for may be over: it looks now. */
  lookAgain(): Promise<void>;
  snapshot(): Promise<CampaignSnapshot | null>;
  /** The cron's question: re-arms a lost or overdue alarm. */
  ensureAlarm(tenantId: string, campaignId: string): Promise<void>;
  /** Recipients that must get nothing any more. A call that is under way is not stopped, and no other follows it. */
  exclude(contactIds: string[], reason: LateExclusion): Promise<void>;
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
  /**
   * Takes personal data out of the rows of these people, or of everybody once the campaign is over: what is left counts,
   * and says how far each message came. Whoever waits gets nothing first, and what is told of them later brings nothing
   * back. One call looks at some thousands of rows that come after `afterContactId`; safe to repeat.
   */
  forget(tenantId: string, whose: ForgottenPeople | "everybody", afterContactId: string): Promise<ForgetAnswer>;
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

export interface ResendAnswer {
  /** Given another try. */
  resent: number;
  /** Not given one: they may not be written to any more. */
  withheld: number;
}

export interface ClaimRequest {
  /** Made by the caller; settlements name it, and a claim whose answer was lost can be released by it. */
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
  /** Whether the batch stays open until then: many more wait on the queue, and would all ask at once. */
  manyWait: boolean;
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
export interface HistoryEntry {
  at: number;
  event: string;
  /** Short and stable words for programs. */
  detail: string;
  /** The same, typed. Not there for what no version knows, and when an object one release older tells it. */
  parameters?: HistoryEvent;
}

/** People by their ids, and by numbers (E.164) that a contact deleted long ago may have had. */
export interface ForgottenPeople {
  contactIds: string[];
  phones: string[];
}
export type ForgetAnswer =
  /** Rows of theirs among those looked at; `next` is where the next call goes on, null at the end. */
  | { outcome: "forgotten"; rows: number; next: string | null }
  /** Everybody is forgotten only when nobody can be written to any more. */
  | { outcome: "not_over" };

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
