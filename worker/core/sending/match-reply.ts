import type { RecipientStatus } from "./recipient.ts";
import type { RecipientState } from "./recipient-status.ts";

/**
 * What a recipient's row says to a reply that may answer its message. `waits`: the call is still open, so its answer
 * decides whether there is a message at all.
 */
export type ReplyMatch = "takes" | "waits" | "declines";

/** Only a message that has reached somebody, or may have, can be answered. */
const MATCHES: Record<RecipientStatus, ReplyMatch> = {
  pending: "declines",
  queued: "declines",
  sending: "waits",
  unknown: "takes",
  sent: "takes",
  delivered: "takes",
  read: "takes",
  failed: "declines",
  skipped: "declines",
};

/**
 * Whether a reply is one to this row's message. `contextId` is the message that the person quoted or whose button they
 * pressed, null when Meta names none.
 */
export function matchReply(
  { status, messageId }: Pick<RecipientState, "status" | "messageId">,
  contextId: string | null,
): ReplyMatch {
  if (contextId !== null && messageId !== null) return contextId === messageId ? "takes" : "declines";
  return MATCHES[status];
}
