import { keyOf } from "$lib/api/key-of.ts";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import { campaignStatusLabels } from "$lib/text/campaigns/statuses.ts";
import type { PageServerLoad } from "./$types";
import { loadFirstSteps } from "./first-steps.server.ts";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async (event) => {
  const { locals, url, isDataRequest, depends } = event;
  depends("app:campaigns");
  const filters = readFilters(url, { q: "", status: "", segmentId: "" });

  const status = keyOf(campaignStatusLabels, filters.values.status);
  const campaigns = locals.api.GET("/v1/campaigns", {
    params: { query: { ...filters.values, status, cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  const [found, firstSteps] = await Promise.all([
    locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    loadFirstSteps(event),
  ]);
  const segments = required(found, url).data;
  // Inside the application the page opens at once and the list follows; the first page arrives whole.
  return { filters, segments, firstSteps, campaigns: isDataRequest ? campaigns : await campaigns };
};
