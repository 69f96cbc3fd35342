import { DAY_MS } from "#core/shared/time.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";

type Needs = Pick<Deps, "campaign" | "files" | "now" | "platform" | "store">;

/** What a minute's cron does at most, of all tenants together; the next one goes on. */
const RUN_MS = 20_000;
const MOST_CAMPAIGNS = 20;
const MOST_JOBS = 50;
/** R2 deletes 1,000 keys a call. */
const KEYS_A_CALL = 500;

/**
 * Takes away what tenants keep no longer: personal data of campaigns that are over, files of imports and reports. Each
 * step can be repeated, and how far it has come is written down. One that fails keeps no other from its turn.
 */
export async function keepRetention(deps: Needs, runMs = RUN_MS): Promise<void> {
  const until = deps.now() + runMs;
  for (const { tenantId, personalDataDays, fileDays } of await deps.platform.retentions()) {
    const before = (days: number) => deps.now() - days * DAY_MS;
    if (personalDataDays !== null) await forgetCampaigns(deps, tenantId, before(personalDataDays), until);
    if (fileDays !== null) await removeFiles(deps, tenantId, before(fileDays), until);
    if (deps.now() >= until) return;
  }
}

async function forgetCampaigns(deps: Needs, tenantId: string, overBy: number, until: number): Promise<void> {
  const { retention } = deps.store(tenantId);
  for (const { id, cursor } of await retention.campaignsOverBy(overBy, MOST_CAMPAIGNS)) {
    let after = cursor ?? "";
    try {
      for (let isDone = false; !isDone; ) {
        if (deps.now() >= until) return;
        const answer = await deps.campaign(id).forget(tenantId, "everybody", after);
        // It goes on meanwhile: an unconfirmed send is tried again. Its end will be told anew.
        if (answer.outcome === "not_over") break;
        await retention.moved(id, answer.next, deps.now());
        isDone = answer.next === null;
        after = answer.next ?? "";
      }
    } catch (error) {
      logFailure("retention_failed", error, { campaignId: id });
    }
  }
}

async function removeFiles(deps: Needs, tenantId: string, doneBy: number, until: number): Promise<void> {
  const { retention } = deps.store(tenantId);
  const imports = (await retention.importsDoneBy(doneBy, MOST_JOBS)).map(({ id, fileKey, rejectsKey }) => ({
    id,
    // The file, the text of a workbook, and the parts of what was left out.
    prefixes: [`${tenantId}/imports/${id}`],
    keys: [fileKey, rejectsKey],
    note: () => retention.importFilesRemoved(id, deps.now()),
  }));
  const exports = (await retention.exportsDoneBy(doneBy, MOST_JOBS)).map(({ id, fileKey }) => ({
    id,
    prefixes: [fileKey],
    keys: [],
    note: () => retention.exportFilesRemoved(id, deps.now()),
  }));
  for (const job of [...imports, ...exports]) {
    if (deps.now() >= until) return;
    try {
      let keys = job.keys.filter((key) => key !== null && !key.endsWith("/"));
      for (const prefix of job.prefixes)
        for await (const key of deps.files.keys(prefix)) {
          keys.push(key);
          if (keys.length < KEYS_A_CALL) continue;
          await deps.files.delete(keys.filter((some) => some !== null));
          keys = [];
        }
      if (keys.length > 0) await deps.files.delete(keys.filter((some) => some !== null));
      await job.note();
    } catch (error) {
      logFailure("retention_failed", error, { jobId: job.id });
    }
  }
}
