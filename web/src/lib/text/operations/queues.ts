import type { DeadLetter, UnmatchedEvent } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

type Words = () => string;

/** What waits on each queue, for those who never heard of queues. */
const queues: Record<string, { label: Words; note: Words }> = {
  "meta-events": { label: m.letters_queue_meta_events, note: m.letters_queue_meta_events_note },
  jobs: { label: m.letters_queue_jobs, note: m.letters_queue_jobs_note },
};
export const queueLabel = (queue: string): string => queues[queue]?.label() ?? queue;
export const queueNote = (queue: string): string => queues[queue]?.note() ?? "";
export const queueOptions = () => Object.entries(queues).map(([value, { label }]) => ({ value, label: label() }));

export const letterStatusLabels: Record<DeadLetter["status"], Words> = {
  open: m.letters_open,
  retried: m.letters_retried,
  discarded: m.letters_discarded,
};

export const unmatchedKindLabels: Record<UnmatchedEvent["kind"], Words> = {
  status: m.unmatched_status,
  inbound: m.unmatched_inbound,
};
