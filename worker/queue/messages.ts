import type { MetaEvent } from "../core/webhook.ts";

/** One HSM to one person. `attempt` makes a redelivered message of an earlier try harmless. */
export interface SendMessage {
  tenantId: string;
  campaignId: string;
  contactId: string;
  /** Canonical E.164: the portfolio counts unique users by it. */
  phone: string;
  lineId: string;
  portfolioId: string;
  attempt: number;
}

/** Part of a webhook body, verified and read. `receivedAt` in ms. */
export type MetaEventsMessage =
  | { kind: "events"; receivedAt: number; events: MetaEvent[] }
  /** Results of sends whose campaign could not be told at once. */
  | { kind: "settlements"; campaignId: string; claimId: string; settlements: Settlement[] };

/** Slices of long work; each message runs one bounded step and sends the next. */
export type JobMessage =
  | { kind: "import"; tenantId: string; importId: string }
  | { kind: "export"; tenantId: string; exportId: string };

/** How one claimed send ended. */
export type Settlement =
  | { contactId: string; outcome: "accepted"; messageId: string; at: number; held: boolean }
  /** Surely never sent: the permission ran out or the rate gate said no. */
  | { contactId: string; outcome: "released"; retryAt: number; reason: string }
  | { contactId: string; outcome: "refused"; at: number; code: number | null; detail: string }
  /** The answer never came. */
  | { contactId: string; outcome: "lost"; at: number };
