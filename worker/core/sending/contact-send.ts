import { type RecipientStatus, UNCONFIRMED_MS } from "./recipient.ts";
import type { RecipientState } from "./recipient-status.ts";

/** What a campaign tells of one person's message. Instants in ms, null while not known. */
export interface ContactSend
  extends Pick<RecipientState, "sentAt" | "deliveredAt" | "readAt" | "repliedAt" | "failedAt"> {
  /** From when it counts as a message to the person; null when none left. */
  countedAt: number | null;
}

/** It has not left, and may at any time. */
export const STILL_OPEN = Number.MAX_SAFE_INTEGER;

type Row = RecipientState & { requestedAt: number | null; unconfirmedUntil: number | null };

/** From when a message counts: of an unconfirmed one from when it became that, while that is known. */
const COUNTED_AT: Record<RecipientStatus, (row: Row) => number | null> = {
  pending: () => STILL_OPEN,
  queued: () => STILL_OPEN,
  sending: () => STILL_OPEN,
  unknown: ({ unconfirmedUntil, requestedAt }) =>
    unconfirmedUntil === null ? requestedAt : unconfirmedUntil - UNCONFIRMED_MS,
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

/** Whether nothing has to be told of a row that was the one and is the other. That the doubt about it has ended is no news. */
export function toldAlike(before: Row, after: Row): boolean {
  const [told, now] = [contactSendOf(before), contactSendOf(after)];
  if (before.status === "unknown" && after.status === "unknown") now.countedAt = told.countedAt;
  return (Object.keys(told) as (keyof ContactSend)[]).every((fact) => told[fact] === now[fact]);
}

/** Of somebody who gets nothing, and never did, nothing is kept. */
export const isNothing = (send: ContactSend): boolean => Object.values(send).every((fact) => fact === null);
