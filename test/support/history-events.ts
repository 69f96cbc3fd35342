import type { HistoryEvent } from "#core/sending/history.ts";

type Examples = { [Event in HistoryEvent["event"]]: [Extract<HistoryEvent, { event: Event }>, detail: string][] };

/** Every kind of entry of a recipient's history, with its words for programs: these have not changed since they exist. */
const EXAMPLES: Examples = {
  prepared: [
    [{ event: "prepared", wave: 0 }, "wave 1"],
    [{ event: "prepared", wave: null }, ""],
  ],
  skipped: [[{ event: "skipped", reason: "optedOut" }, "optedOut"]],
  queued: [[{ event: "queued", lineId: "lin_1", choice: "best_green" }, "line lin_1: best_green"]],
  requeued: [[{ event: "requeued", reason: "queue_late" }, "queue_late"]],
  held: [[{ event: "held", reason: "meta_pacing" }, "meta_pacing"]],
  refused: [
    [{ event: "refused", code: 130429, disposition: "waits" }, "130429 waits"],
    [{ event: "refused", code: 131042, disposition: "paused" }, "131042 paused"],
    [{ event: "refused", code: -1, disposition: "refused" }, "-1 refused"],
  ],
  moved: [[{ event: "moved", reason: "by_user" }, "by_user"]],
  in_doubt: [
    [{ event: "in_doubt", reason: "no_answer" }, "no_answer"],
    [{ event: "in_doubt", reason: "no_result" }, "no_result"],
  ],
  doubt_ended: [[{ event: "doubt_ended", reason: "day_passed" }, "day_passed"]],
  resend_withheld: [
    [{ event: "resend_withheld", reason: "no_consent" }, "no_consent"],
    [{ event: "resend_withheld", reason: "in_service" }, "in_service"],
    [{ event: "resend_withheld", reason: "blocked" }, "blocked"],
    [{ event: "resend_withheld", reason: "frequency_cap" }, "frequency_cap"],
  ],
  resent: [[{ event: "resent", reason: "by_user" }, "by_user"]],
  sent: [[{ event: "sent" }, ""]],
  delivered: [[{ event: "delivered" }, ""]],
  read: [[{ event: "read" }, ""]],
  failed: [
    [{ event: "failed", code: 131026, message: "Undeliverable" }, "131026 Undeliverable"],
    [{ event: "failed", code: null, message: "" }, ""],
  ],
  failed_after_delivery: [[{ event: "failed_after_delivery", code: 131026 }, "131026"]],
  replied: [
    [{ event: "replied", kind: "text", channel: "idr" }, "text, idr"],
    [{ event: "replied", kind: "button", channel: "operation" }, "button, operation"],
  ],
};

export const HISTORY: [happened: HistoryEvent, detail: string][] = Object.values(EXAMPLES).flat();

/** Not in rows of events, but in the columns of the recipient, its dispatch and its replies. */
const IN_COLUMNS = ["prepared", "queued", "sent", "delivered", "read", "failed", "replied"];
export const STORED_HISTORY = HISTORY.filter(([{ event }]) => !IN_COLUMNS.includes(event));
