import { mergeHarms } from "#core/sending/merge.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { excludeIfBlocked } from "./blocks.ts";
import { excludeFromCampaigns } from "./consent.ts";

type Needs = Pick<Deps, "campaign" | "newId" | "now" | "store">;
type Merged = Awaited<ReturnType<TenantStore["contacts"]["merge"]>>;

/** Contacts by id: the one that stays, and the one that turns out to be the same person. */
export interface Pair {
  keptId: string;
  mergedId: string;
}

/**
 * Campaigns under way that a merge would have write to somebody twice, or not at all; one that is reading its audience may
 * have read one of both.
 */
export async function campaignsInTheWay(deps: Needs, tenantId: string, { keptId, mergedId }: Pair): Promise<string[]> {
  const ids = await deps.store(tenantId).campaigns.activeIds();
  const found = await Promise.all(
    ids.map(async (id) => {
      const campaign = deps.campaign(id);
      const [snapshot, kept, merged] = await Promise.all([
        campaign.snapshot(),
        campaign.recipient(keptId),
        campaign.recipient(mergedId),
      ]);
      const isReading = snapshot?.status === "preparing";
      return isReading || mergeHarms(kept?.status ?? null, merged?.status ?? null) ? [id] : [];
    }),
  );
  return found.flat();
}

/** Makes one contact of two, and lets campaigns under way know who is no more, or may be written to no more. Safe to repeat. */
export async function mergeContacts(deps: Needs, tenantId: string, { keptId, mergedId }: Pair): Promise<Merged> {
  const { contacts } = deps.store(tenantId);
  const ids = { keptId, mergedId, blockId: deps.newId("blk"), mark: deps.newId("mrg") };
  const merged = await contacts.merge({ ...ids, now: deps.now() });
  if (merged.outcome === "not_found") return merged;
  const { row } = merged;
  await excludeFromCampaigns(deps, tenantId, [mergedId], "contactDeleted");
  if (row.optInStatus === "revoked") await excludeFromCampaigns(deps, tenantId, [keptId], "optedOut");
  // The document or the id of Meta's may be the other's.
  await excludeIfBlocked(deps, tenantId, row);
  return merged;
}
