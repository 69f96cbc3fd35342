import type { Cooldown } from "#core/lines/cooldown.ts";
import type { MessagingLimit } from "#core/meta/messaging-limit.ts";
import type { QualityRating } from "#core/meta/quality.ts";

/** What the rest of the Worker may ask of a portfolio's object. Ids of lines are ours; instants in ms. */
export interface PortfolioRpc {
  /** Adds a line or brings its details up to date; called at registration, at each sync and by webhooks. */
  putLine(line: PortfolioLine): Promise<void>;
  removeLine(lineId: string): Promise<void>;
  /** Stops a line until the cooldown ends; null ends it now. */
  setCooldown(lineId: string, cooldown: Cooldown | null): Promise<void>;
  /** The portfolio's own limit, as Meta tells it. */
  putLimit(limit: MessagingLimit | null): Promise<void>;
  overview(): Promise<PortfolioOverview>;
  /**
   * A campaign's tick: slots of each line's time for the next seconds, its fair share of them, and which of the people
   * that it is about to put on the queue the 24-hour limit allows. Those count from now on.
   */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /** What came of it: takes back the count of users who got nothing, and acts on incidents of lines. */
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
  /** Forgets what these people were sent by these campaigns of theirs; how many were sent to in 24 hours stays. */
  forget(people: { contactIds: string[]; phones: string[] }, campaignIds: string[]): Promise<number>;
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
  cooldown: Cooldown | null;
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
  lines: (PortfolioLineState & LineCredentials & LeasedLine)[];
}
export interface LeasedLine {
  /** When each slot begins, ascending. */
  slots: number[];
  /** Messages a second that the campaign may expect of the line; 0 when it wanted none. */
  share: number;
  /** In how many ms the campaign is due more slots; asking before brings less. */
  againInMs: number;
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
  incidents: LineIncident[];
}
export type LineIncident =
  /** So many calls were refused for speed. */
  | { lineId: string; kind: "slow"; at: number; calls: number }
  | { lineId: string; kind: "cooldown"; at: number; untilMs: number | null; reason: string }
  | { lineId: string; kind: "suspend_account"; at: number; reason: string };
