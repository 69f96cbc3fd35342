import { keyOf } from "$lib/api/key-of.ts";
import type { Use } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { campaignStatusLabels } from "$lib/text/campaigns/statuses.ts";

/** What stands in the way of deleting something, by its kind and name. */
export function useText({ type, id, name, status }: Use): string {
  const called = name || id;
  if (type === "line") return m.used_by_line({ name: called });
  if (type === "audience") return m.used_by_audience({ name: called });
  if (type === "import") return m.used_by_import();
  const known = status && keyOf(campaignStatusLabels, status);
  return known
    ? m.used_by_campaign_in_status({ name: called, status: campaignStatusLabels[known]() })
    : m.used_by_campaign({ name: called });
}
