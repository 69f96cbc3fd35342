import type { Choice } from "$core/lines/rotation.ts";
import type { Line, RecipientDetail } from "$lib/api/types.ts";
import { lineName } from "$lib/format/lines.ts";
import { m } from "$lib/paraglide/messages.js";
import { errorTitle } from "./send-errors.ts";
import { skipReasonTitle } from "./skip-reasons.ts";

type Entry = RecipientDetail["history"][number];

const labels: Record<string, () => string> = {
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

/** What stands behind an event that has details of its own kind, by its detail. */
const details: Record<string, Record<string, () => string>> = {
  requeued: { queue_late: m.history_requeued_text },
  held: { meta_pacing: m.history_held_text },
  in_doubt: { no_answer: m.history_in_doubt_text, no_result: m.history_no_result_text },
  doubt_ended: { day_passed: m.history_doubt_ended_text },
  moved: { by_user: m.history_moved_text },
  resent: { by_user: m.history_resent_text },
  resend_withheld: { no_consent: m.history_no_consent_text, in_service: m.history_in_service_text },
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

export const historyLabel = (event: string): string => labels[event]?.() ?? event.replaceAll("_", " ");

/** What stands behind an entry, in the person's language; a detail that is not known here is shown as it came. */
export function historyDetail(entry: Entry, recipient: RecipientDetail, lines: readonly Line[]): string {
  const { event, detail } = entry;
  switch (event) {
    case "prepared": {
      const wave = /^wave (\d+)$/.exec(detail)?.[1];
      return wave ? m.history_wave({ wave }) : skipReasonTitle(detail);
    }
    case "skipped":
      return skipReasonTitle(detail);
    case "queued": {
      const [, lineId, reason] = /^line (\S+): (.+)$/.exec(detail) ?? [];
      if (!lineId || !reason) return detail;
      const choice = Object.entries(choices).find(([known]) => known === reason)?.[1];
      return m.history_line({ line: lineName(lines, lineId), reason: choice?.() ?? reason });
    }
    case "failed":
      return recipient.error ? errorTitle(recipient.error) : detail;
    case "refused":
    case "failed_after_delivery":
      return entry.error ? m.history_error({ title: errorTitle(entry.error), action: entry.error.action }) : detail;
    case "replied":
      if (detail.endsWith("idr")) return m.chart_idr();
      return detail.endsWith("operation") ? m.chart_operation() : detail;
    default:
      return details[event]?.[detail]?.() ?? detail;
  }
}
