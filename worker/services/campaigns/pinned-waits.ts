import { isEditable } from "#core/campaigns/status.ts";
import type { Caller } from "#core/identity/principal.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import type { CampaignRow } from "./preflight.ts";

type Needs = Pick<Deps, "audit" | "campaign" | "store">;

/**
 * Ends the wait of people whom Meta's answer has tied to a line that can't send: others send to them, or they fail. Safe
 * to repeat.
 *
 * @param lineId null for all such lines
 */
export async function endPinnedWaits(
  deps: Needs,
  by: Caller,
  campaignId: string,
  { lineId, how }: { lineId: string | null; how: "move" | "fail" },
): Promise<Result<{ row: CampaignRow; people: number }, "no_campaign" | "no_line">> {
  const store = deps.store(by.principal.tenantId);
  const row = await store.campaigns.get(campaignId);
  if (!row) return err("no_campaign");
  // People may be tied to a line that has been deleted since: then only the campaign knows it.
  const isWaitedFor = (row.waiting ?? []).some(({ lines }) => lines.some((line) => line.lineId === lineId));
  if (lineId !== null && !isWaitedFor && !(await store.lines.get(lineId))) return err("no_line");
  const people = isEditable(row.status) ? 0 : await deps.campaign(campaignId).endPinnedWaits(lineId, how);
  await deps.audit(by, `campaign.waiting.${how}`, campaignId, { lineId: lineId ?? "all", people });
  return ok({ row, people });
}
