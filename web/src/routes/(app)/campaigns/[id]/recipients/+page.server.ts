import { recipientStatusLabels } from "$lib/text/campaigns/statuses.ts";
import { keyOf } from "$lib/text/common/key-of.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest, depends }) => {
  depends("app:recipients");
  const read = (name: string) => url.searchParams.get(name) ?? "";
  const status = keyOf(recipientStatusLabels, read("status"));
  const filters = { q: read("q"), status: status ?? "", lineId: read("lineId") };
  const recipients = locals.api.GET("/v1/campaigns/{id}/recipients", {
    params: { path: { id: params.id }, query: { ...filters, status, cursor: read("cursor"), limit: PAGE_SIZE } },
  });
  return { filters, recipients: isDataRequest ? recipients : await recipients };
};
