import { keyOf } from "$lib/api/key-of.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import { recipientStatusLabels } from "$lib/text/campaigns/statuses.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest, depends }) => {
  depends("app:recipients");
  const filters = readFilters(url, { q: "", status: "", lineId: "" });
  const status = keyOf(recipientStatusLabels, filters.values.status);
  const recipients = locals.api.GET("/v1/campaigns/{id}/recipients", {
    params: {
      path: { id: params.id },
      query: { ...filters.values, status, cursor: readCursor(url), limit: PAGE_SIZE },
    },
  });
  return { filters, recipients: isDataRequest ? recipients : await recipients };
};
