import type { SkipReason } from "#core/audience/exclusion.ts";
import { DAY_MS } from "#core/shared/time.ts";

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

/** A send in doubt is given up as such after this long: Meta's webhooks are not later. */
export const UNCONFIRMED_MS = DAY_MS;

/** One member of a campaign's audience with all that became of the message; instants in ms. */
export interface RecipientRow {
  contactId: string;
  name: string;
  phone: string | null;
  status: RecipientStatus;
  skipReason: SkipReason | null;
  /** Counts from 0. */
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
