import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:contacts");
  const filters = readFilters(url, { q: "", audienceId: "" });
  const contacts = locals.api.GET("/v1/contacts", {
    params: { query: { ...filters.values, cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  const audiences = required(
    await locals.api.GET("/v1/audiences", { params: { query: { limit: LONGEST_PAGE } } }),
    url,
  ).data;
  return { filters, audiences, contacts: isDataRequest ? contacts : await contacts };
};
