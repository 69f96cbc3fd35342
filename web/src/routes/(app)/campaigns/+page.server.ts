import { required } from "$lib/api/load.server.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:campaigns");
  const filters = readFilters(url, { q: "", status: "", segmentId: "" });

  const campaigns = locals.api.campaigns({ ...filters.values, cursor: readCursor(url), limit: PAGE_SIZE });
  const segments = required(await locals.api.segments(), url).data;
  // Inside the application the page opens at once and the list follows; the first page arrives whole.
  return { filters, segments, campaigns: isDataRequest ? campaigns : await campaigns };
};
