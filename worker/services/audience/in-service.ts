import type { InService } from "#core/campaigns/campaign.ts";
import type { Deps } from "#deps.ts";

/** People who are being served: by phone, and by contact where the tenant has one with it. */
export interface Served {
  phones: ReadonlySet<string>;
  contactIds: string[];
}

/**
 * Whom a campaign leaves out because they are being served now, or were recently enough; nobody when it includes such people.
 *
 * @param openedSince only those of whom we were told since then
 */
export async function whoIsServed(
  deps: Pick<Deps, "store" | "now">,
  tenantId: string,
  { mode, withinMinutes = 0 }: InService,
  openedSince?: number,
): Promise<Served> {
  if (mode === "include") return { phones: new Set(), contactIds: [] };
  const rows = await deps.store(tenantId).attendances.inService({ now: deps.now(), withinMinutes, openedSince });
  return { phones: new Set(rows.map((row) => row.phone)), contactIds: rows.flatMap((row) => row.contactId ?? []) };
}
