import type { JobMessage } from "#contracts/queue-messages.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { runImportSlice } from "#services/imports/import-job.ts";
import { runExport } from "#services/reports/export-job.ts";

type Needs = Pick<Deps, "campaign" | "files" | "hash" | "newId" | "now" | "platform" | "queues" | "store">;

/** Imports and exports, a bounded step a message. Both can be repeated, so a step that fails is simply tried again. */
export async function consumeJobs(batch: MessageBatch<JobMessage>, deps: Needs): Promise<void> {
  for (const message of batch.messages) {
    try {
      if (message.body.kind === "import") await runImportSlice(deps, message.body);
      else await runExport(deps, message.body);
      message.ack();
    } catch (error) {
      logFailure("job_failed", error, { kind: message.body.kind });
      message.retry({ delaySeconds: Math.min(300, 2 ** message.attempts) });
    }
  }
}
