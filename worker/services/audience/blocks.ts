import { groupsOf } from "#core/shared/groups.ts";
import type { Deps, TenantStore } from "#deps.ts";
import { excludeFromCampaigns } from "./consent.ts";

type Needs = Pick<Deps, "campaign" | "now" | "store">;
type BlockKeys = Parameters<TenantStore["blocks"]["coveredBy"]>[0][number];
/** A person as Meta names them: by number and by the id that stands for it (BSUID). */
export interface MetaUser {
  phone: string;
  userId: string;
}

/** Campaigns under way send nothing more to whom these blocks cover; those of other segments are not concerned. */
export async function excludeBlocked(deps: Needs, tenantId: string, made: BlockKeys[]): Promise<void> {
  const { blocks } = deps.store(tenantId);
  for (const some of groupsOf(made, ({ segmentId }) => segmentId ?? "")) {
    const contactIds = await blocks.coveredBy(some);
    if (contactIds.length > 0) await excludeFromCampaigns(deps, tenantId, contactIds, "blocked", some[0].segmentId);
  }
}

/** A contact has another phone or document: from now on it may be one that is blocked. */
export async function excludeIfBlocked(
  deps: Needs,
  tenantId: string,
  contact: { id: string; phone: string | null; document: string | null; userId: string | null },
): Promise<void> {
  const covering = await deps.store(tenantId).blocks.covering(contact, deps.now());
  for (const segmentId of new Set(covering.map((block) => block.segmentId)))
    await excludeFromCampaigns(deps, tenantId, [contact.id], "blocked", segmentId);
}

/** People have written to us with both their number and their id: whoever is blocked by the id is known by the number now. */
export async function noteUsers(deps: Needs, tenantId: string, users: MetaUser[]): Promise<void> {
  const { blocks, contacts } = deps.store(tenantId);
  await contacts.noteUserIds(users);
  await excludeBlocked(deps, tenantId, await blocks.noteUserIds(users, deps.now()));
}
