import type { Choice } from "$core/lines/rotation.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { Line, RecipientDetail } from "$lib/api/types.ts";
import { lineName } from "$lib/format/lines.ts";
import { m } from "$lib/paraglide/messages.js";
import { errorTitle } from "./send-errors.ts";
import { skipReasonTitle } from "./skip-reasons.ts";

type Entry = RecipientDetail["history"][number];
type Happened = NonNullable<Entry["parameters"]>;
type ReasonOf<Event extends Happened["event"]> = Extract<Happened, { event: Event; reason: string }>["reason"];

const labels: Record<Happened["event"], () => string> = {
  prepared: m.history_prepared,
  skipped: m.history_skipped,
  queued: m.history_queued,
  requeued: m.history_requeued,
  held: m.history_held,
  in_doubt: m.history_in_doubt,
  doubt_ended: m.history_doubt_ended,
  resent: m.history_resent,
  moved: m.history_moved,
  resend_withheld: m.history_resend_withheld,
  refused: m.history_refused,
  sent: m.history_sent,
  delivered: m.history_delivered,
  read: m.history_read,
  failed: m.history_failed,
  failed_after_delivery: m.history_failed_after_delivery,
  replied: m.history_replied,
};

/** Why a line was chosen. */
const choices: Record<Choice, () => string> = {
  only_line: m.choice_only_line,
  best_green: m.choice_best_green,
  best_yellow: m.choice_best_yellow,
  best_unrated: m.choice_best_unrated,
  full_green: m.choice_full_green,
  full_yellow: m.choice_full_yellow,
  full_unrated: m.choice_full_unrated,
};

/** Why nobody knows whether a message left. */
const doubts: Record<ReasonOf<"in_doubt">, () => string> = {
  no_answer: m.history_in_doubt_text,
  no_result: m.history_no_result_text,
};

/** Why there was no other try although a person asked for it. */
const withheld: Record<ReasonOf<"resend_withheld">, () => string> = {
  no_consent: m.history_no_consent_text,
  in_service: m.history_in_service_text,
  blocked: m.history_blocked_text,
  frequency_cap: m.history_frequency_cap_text,
};

/** Where an answer came in. */
const channels: Record<Extract<Happened, { event: "replied" }>["channel"], () => string> = {
  idr: m.chart_idr,
  operation: m.chart_operation,
};

/** What follows from what: times that Meta gives are whole seconds, ours are finer, so within a second this decides. */
const SEQUENCE = [
  "prepared",
  "queued",
  "requeued",
  "held",
  "refused",
  "moved",
  "in_doubt",
  "doubt_ended",
  "resend_withheld",
  "resent",
  "sent",
  "delivered",
  "read",
  "replied",
];

/** The entries as they happened. */
export function inSequence(history: readonly Entry[]): Entry[] {
  const second = (entry: Entry) => Math.floor(Date.parse(entry.at) / 1000);
  const rank = ({ event }: Entry) => (SEQUENCE.includes(event) ? SEQUENCE.indexOf(event) : SEQUENCE.length);
  return history.toSorted((a, b) => second(a) - second(b) || rank(a) - rank(b));
}

export const historyLabel = (event: string): string => lookUp(labels, event)?.() ?? event.replaceAll("_", " ");

/** What stands behind an entry, in the person's language; what is not known here is shown as it came. */
export function historyDetail(entry: Entry, recipient: RecipientDetail, lines: readonly Line[]): string {
  const { parameters: happened, error, detail } = entry;
  if (!happened) return detail;
  switch (happened.event) {
    case "prepared":
      return happened.wave === null ? "" : m.history_wave({ wave: String(happened.wave + 1) });
    case "skipped":
      return skipReasonTitle(happened.reason);
    case "queued": {
      const reason = lookUp(choices, happened.choice)?.() ?? happened.choice;
      return m.history_line({ line: lineName(lines, happened.lineId), reason });
    }
    case "requeued":
      return m.history_requeued_text();
    case "held":
      return m.history_held_text();
    case "in_doubt":
      return lookUp(doubts, happened.reason)?.() ?? detail;
    case "doubt_ended":
      return m.history_doubt_ended_text();
    case "moved":
      return m.history_moved_text();
    case "resent":
      return m.history_resent_text();
    case "resend_withheld":
      return lookUp(withheld, happened.reason)?.() ?? detail;
    case "failed":
      return recipient.error ? errorTitle(recipient.error) : detail;
    case "refused":
    case "failed_after_delivery":
      return error ? m.history_error({ title: errorTitle(error), action: error.action }) : detail;
    case "replied":
      return lookUp(channels, happened.channel)?.() ?? detail;
    case "sent":
    case "delivered":
    case "read":
      return "";
    default:
      // A newer API may tell of more than the document does.
      happened satisfies never;
      return detail;
  }
}
