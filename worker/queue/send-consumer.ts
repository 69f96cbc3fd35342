import { partSizes } from "../core/departures.ts";
import { CALLS_AT_A_TIME, limitConcurrency } from "../core/limit-concurrency.ts";
import type { Deps } from "../deps.ts";
import { logFailure } from "../log.ts";
import { deliver } from "./deliver.ts";
import { Durations } from "./durations.ts";
import type { SendMessage } from "./messages.ts";

/** What is taken at a time should leave within this, so that departure times are kept. */
const PART_SPAN_MS = 500;
const REDELIVER_SECONDS = 2;

/** What this isolate has learnt. */
const LEARNT = new Durations();

/**
 * Sends what the campaigns have put on the queue. A message is only a wake-up: the portfolio gives each its departure
 * time and the campaign decides who sends, so a redelivery does no harm. Never throws: one throw would bring back the
 * whole batch.
 */
export async function consumeSends(
  batch: MessageBatch<SendMessage>,
  deps: Deps,
  later: (work: Promise<void>) => void,
  durations: Durations = LEARNT,
): Promise<void> {
  const limit = limitConcurrency(CALLS_AT_A_TIME);
  const spacingMs = durations.spacingMs(CALLS_AT_A_TIME);
  const messages = [...batch.messages];
  for (const size of partSizes(messages.length, spacingMs, PART_SPAN_MS)) {
    const part = messages.splice(0, size);
    try {
      await deliver(
        part.map((message) => message.body),
        deps,
        { limit, durations, later },
      );
      for (const message of part) message.ack();
    } catch (error) {
      logFailure("sends_failed", error);
      for (const message of part) message.retry({ delaySeconds: REDELIVER_SECONDS });
    }
  }
}
