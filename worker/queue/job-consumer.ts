import type { Deps } from "../deps.ts";
import type { Env } from "../env.ts";
import type { JobMessage } from "./messages.ts";

/** Imports and exports, a bounded step a message. */
export async function consumeJobs(batch: MessageBatch<JobMessage>, _env: Env, _deps: Deps): Promise<void> {
  for (const message of batch.messages) message.ack();
}
