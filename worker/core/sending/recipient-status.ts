import type { RecipientStatus } from "./recipient.ts";

/** What is known of one recipient's message. Instants in ms, null while it has not happened. */
export interface RecipientState {
  status: RecipientStatus;
  sentAt: number | null;
  deliveredAt: number | null;
  readAt: number | null;
  failedAt: number | null;
  repliedAt: number | null;
  messageId: string | null;
  errorCode: number | null;
  errorDetail: string | null;
}

export type RecipientEvent =
  /** The Graph API took the message. */
  | { type: "accepted"; at: number; messageId: string }
  /** The send ended without a message: the Graph API refused it for good, or we did. */
  | { type: "refused"; at: number; code: number; detail: string }
  /** The answer never came, so nobody knows whether the message left. */
  | { type: "lost"; at: number }
  | { type: "sent" | "delivered" | "read"; at: number; messageId: string }
  | { type: "failed"; at: number; messageId: string; code: number; detail: string }
  | { type: "replied"; at: number };

/** How far a message has come. A row never goes to a lower rank; equal rank changes nothing. */
const RANK: Record<RecipientStatus, number> = {
  skipped: 0,
  pending: 0,
  queued: 1,
  sending: 2,
  unknown: 3,
  sent: 4,
  failed: 5,
  delivered: 6,
  read: 7,
};

const earliest = (a: number | null, b: number) => (a === null ? b : Math.min(a, b));

/**
 * The status machine. Applying events in any order, any number of times, gives the same row; returns the same object
 * when nothing changes. A delivered or read message ignores a later failure (Meta's webhooks are not ordered), and a
 * failure that is overtaken by a delivery is taken back.
 */
export function applyEvent(state: RecipientState, event: RecipientEvent): RecipientState {
  if (event.type === "replied") {
    const repliedAt = earliest(state.repliedAt, event.at);
    return repliedAt === state.repliedAt ? state : { ...state, repliedAt };
  }
  const next = { ...state };
  switch (event.type) {
    case "accepted":
    case "sent":
      next.sentAt = earliest(state.sentAt, event.at);
      advanceTo(next, "sent");
      break;
    case "delivered":
      next.deliveredAt = earliest(state.deliveredAt, event.at);
      next.sentAt = earliest(state.sentAt, event.at);
      advanceTo(next, "delivered");
      break;
    case "read":
      next.readAt = earliest(state.readAt, event.at);
      // Meta may leave `delivered` out when the message is read at once.
      next.deliveredAt = earliest(state.deliveredAt, event.at);
      next.sentAt = earliest(state.sentAt, event.at);
      advanceTo(next, "read");
      break;
    case "failed":
    case "refused":
      if (RANK[state.status] <= RANK.failed) {
        if (isPlainer(event, state)) {
          next.errorCode = event.code;
          next.errorDetail = event.detail;
        }
        next.failedAt = earliest(state.failedAt, event.at);
        advanceTo(next, "failed");
      }
      break;
    case "lost":
      advanceTo(next, "unknown");
      break;
  }
  if ("messageId" in event) next.messageId = state.messageId ?? event.messageId;
  if (RANK[next.status] > RANK.failed) {
    next.failedAt = null;
    next.errorCode = null;
    next.errorDetail = null;
  }
  return same(state, next) ? state : next;
}

/**
 * Of several failures one stays, whatever their order: a code of Meta's before none (-1), then the lower code, then the
 * text that sorts first.
 */
function isPlainer(event: { code: number; detail: string }, state: RecipientState): boolean {
  if (state.errorCode === null) return true;
  const rank = (code: number) => (code < 0 ? Number.POSITIVE_INFINITY : code);
  if (rank(event.code) !== rank(state.errorCode)) return rank(event.code) < rank(state.errorCode);
  return event.detail < (state.errorDetail ?? "");
}

function advanceTo(state: RecipientState, status: RecipientStatus): void {
  if (RANK[status] > RANK[state.status]) state.status = status;
}

function same(a: RecipientState, b: RecipientState): boolean {
  return (Object.keys(a) as (keyof RecipientState)[]).every((key) => a[key] === b[key]);
}
