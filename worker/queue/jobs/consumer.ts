import type { JobMessage } from "#contracts/queue-messages.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";
import { runErasure } from "#services/audience/erasure-job.ts";
import { runImportSlice } from "#services/imports/import-job.ts";
import { runExport } from "#services/reports/export-job.ts";

type Needs = Pick<
  Deps,
  | "campaign"
  | "files"
  | "hash"
  | "hashPerson"
  | "newId"
  | "now"
  | "platform"
  | "portfolio"
  | "queues"
  | "sealedTexts"
  | "sealer"
  | "store"
>;

/** Imports, exports and erasures, a bounded step a message. All can be repeated, so a step that fails is simply tried again. */
export async function consumeJobs(batch: MessageBatch<JobMessage>, deps: Needs): Promise<void> {
  for (const message of batch.messages) {
    try {
      await run(deps, message.body);
      message.ack();
    } catch (error) {
      logFailure("job_failed", error, { kind: message.body.kind });
      message.retry({ delaySeconds: Math.min(300, 2 ** message.attempts) });
    }
  }
}

function run(deps: Needs, job: JobMessage): Promise<void> {
  switch (job.kind) {
    case "import":
      return runImportSlice(deps, job);
    case "export":
      return runExport(deps, job);
    case "erasure":
      return runErasure(deps, job);
  }
}
