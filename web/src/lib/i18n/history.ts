import type { Line, RecipientDetail } from "$lib/api/types.ts";
import { lineName } from "$lib/format/lines.ts";
import { m } from "$lib/paraglide/messages.js";
import { skipReasonTitle } from "./skip-reasons.ts";

type Entry = RecipientDetail["history"][number];

const labels: Record<string, () => string> = {
  prepared: m.history_prepared,
  skipped: m.history_skipped,
  queued: m.history_queued,
  requeued: m.history_requeued,
  held: m.history_held,
  in_doubt: m.history_in_doubt,
  refused: m.history_refused,
  sent: m.history_sent,
  delivered: m.history_delivered,
  read: m.history_read,
  failed: m.history_failed,
  replied: m.history_replied,
};

/** The API's words for why a line was chosen. */
const choices: Record<string, () => string> = {
  "only line with room": m.choice_only_line,
  "best available, green quality": m.choice_best_green,
  "best available, yellow quality": m.choice_best_yellow,
  "best available, not rated yet": m.choice_best_unrated,
  "better lines full, green quality": m.choice_full_green,
  "better lines full, yellow quality": m.choice_full_yellow,
  "better lines full, not rated yet": m.choice_full_unrated,
};

/** What follows from what: times that Meta gives are whole seconds, ours are finer, so within a second this decides. */
const SEQUENCE = [
  "prepared",
  "queued",
  "requeued",
  "held",
  "refused",
  "in_doubt",
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

/** What stands behind an entry, in the person's language where its form is known, else as the API wrote it. */
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
      return m.history_line({ line: lineName(lines, lineId), reason: choices[reason]?.() ?? reason });
    }
    case "failed":
      return recipient.error ? `${recipient.error.title} (${recipient.error.code})` : detail;
    case "held":
      return m.history_held_text();
    case "in_doubt":
      return m.history_in_doubt_text();
    case "requeued":
      return m.history_requeued_text();
    case "replied":
      if (detail.endsWith("idr")) return m.chart_idr();
      return detail.endsWith("operation") ? m.chart_operation() : detail;
    default:
      return detail;
  }
}
