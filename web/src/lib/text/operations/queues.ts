import type { QueueName } from "$core/shared/queues.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { DeadLetter, UnmatchedEvent } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

type Words = () => string;

/** What waits on each queue, for those who never heard of queues. */
export const queueWords: Record<QueueName, { label: Words; note: Words }> = {
  "meta-events": { label: m.dead_letters_queue_meta_events, note: m.dead_letters_queue_meta_events_note },
  jobs: { label: m.dead_letters_queue_jobs, note: m.dead_letters_queue_jobs_note },
};
export const queueLabel = (queue: string): string => lookUp(queueWords, queue)?.label() ?? queue;
export const queueNote = (queue: string): string => lookUp(queueWords, queue)?.note() ?? "";
export const queueOptions = () => Object.entries(queueWords).map(([value, { label }]) => ({ value, label: label() }));

export const letterStatusLabels: Record<DeadLetter["status"], Words> = {
  open: m.dead_letters_open,
  retried: m.dead_letters_retried,
  discarded: m.dead_letters_discarded,
};

export const unmatchedKindLabels: Record<UnmatchedEvent["kind"], Words> = {
  status: m.unmatched_status,
  inbound: m.unmatched_inbound,
};
