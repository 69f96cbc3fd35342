import type { RecipientStatus } from "./recipient.ts";
import type { RecipientState } from "./recipient-status.ts";

/** What a campaign tells of one person's message. Instants in ms, null while not known. */
export interface ContactSend
  extends Pick<RecipientState, "sentAt" | "deliveredAt" | "readAt" | "repliedAt" | "failedAt"> {
  /** From when it counts as a message to the person; null when none left. */
  countedAt: number | null;
}

/** It has not left, and may at any time. */
export const STILL_OPEN = Number.MAX_SAFE_INTEGER;

type Row = RecipientState & { requestedAt: number | null };

/** From when a message counts: what nobody knows the end of counts as sent when it was asked for. */
const COUNTED_AT: Record<RecipientStatus, (row: Row) => number | null> = {
  pending: () => STILL_OPEN,
  queued: () => STILL_OPEN,
  sending: () => STILL_OPEN,
  unknown: (row) => row.requestedAt,
  sent: (row) => row.sentAt,
  delivered: (row) => row.sentAt,
  read: (row) => row.sentAt,
  // Null when Meta never took it.
  failed: (row) => row.sentAt,
  skipped: () => null,
};

export function contactSendOf(row: Row): ContactSend {
  const { sentAt, deliveredAt, readAt, repliedAt, failedAt } = row;
  return { sentAt, deliveredAt, readAt, repliedAt, failedAt, countedAt: COUNTED_AT[row.status](row) };
}

/** Whether the same is told of both rows. */
export function toldAlike(a: Row, b: Row): boolean {
  const [one, other] = [contactSendOf(a), contactSendOf(b)];
  return (Object.keys(one) as (keyof ContactSend)[]).every((fact) => one[fact] === other[fact]);
}

/** Of somebody who gets nothing, and never did, nothing is kept. */
export const isNothing = (send: ContactSend): boolean => Object.values(send).every((fact) => fact === null);
