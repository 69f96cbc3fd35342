import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { campaignStatusLabels } from "$lib/text/campaigns/statuses.ts";
import { keyOf } from "$lib/text/common/key-of.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:campaigns");
  const read = (name: string) => url.searchParams.get(name) ?? "";
  const status = keyOf(campaignStatusLabels, read("status"));
  const filters = { q: read("q"), status: status ?? "", segmentId: read("segmentId") };

  const campaigns = locals.api.GET("/v1/campaigns", {
    params: { query: { ...filters, status, cursor: read("cursor"), limit: PAGE_SIZE } },
  });
  const segments = required(
    await locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    url,
  ).data;
  // Inside the application the page opens at once and the list follows; the first page arrives whole.
  return { filters, segments, campaigns: isDataRequest ? campaigns : await campaigns };
};
