import { keyOf } from "$lib/api/key-of.ts";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;
const STATES = { true: "true", false: "false" } as const;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:blocks");
  const filters = readFilters(url, { q: "", segmentId: "", active: "" }, { active: Object.keys(STATES) });
  const { q, segmentId, active } = filters.values;
  const query = { q, segmentId, active: keyOf(STATES, active), cursor: readCursor(url), limit: PAGE_SIZE };
  const blocks = locals.api.GET("/v1/blocks", { params: { query } });
  const segments = required(
    await locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    url,
  ).data;
  return { filters, segments, blocks: isDataRequest ? blocks : await blocks };
};
