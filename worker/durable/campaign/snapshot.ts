import type { CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { accountingOf } from "#core/sending/tally.ts";
import type { CampaignRun } from "./run.ts";
import { NEVER } from "./state.ts";
import { waitsOf } from "./waiting.ts";

/** Where a campaign stands at this moment. */
export function snapshotOf(run: CampaignRun): CampaignSnapshot {
  const { status, statusReason, launchedAt, completedAt, audience, reopensAt } = run.state;
  return {
    status,
    statusReason,
    waitsUntil: status === "running" && reopensAt !== NEVER ? reopensAt : null,
    waiting: waitsOf(run),
    launchedAt,
    completedAt,
    counts: run.counts(),
    accounting: accountingOf(run.storage.tally, audience, run.pipeline.queued.size),
  };
}
