import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:audiences");
  const filters = readFilters(url, { q: "", segmentId: "" });
  const audiences = locals.api.GET("/v1/audiences", {
    params: { query: { ...filters.values, cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  const segments = required(
    await locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    url,
  ).data;
  return { filters, segments, audiences: isDataRequest ? audiences : await audiences };
};
