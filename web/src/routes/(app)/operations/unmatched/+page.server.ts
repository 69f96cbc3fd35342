import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;
const DAY_MS = 86_400_000;
const PERIODS = ["1", "7", "30", "all"];

export const load: PageServerLoad = async ({ locals, url, isDataRequest }) => {
  const filters = readFilters(url, { days: "7", lineId: "" }, { days: PERIODS });
  const { days, lineId } = filters.values;
  const from = days === "all" ? "" : new Date(Date.now() - Number(days) * DAY_MS).toISOString();
  const events = locals.api.GET("/v1/unmatched-events", {
    params: { query: { lineId, from, cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  const lines = required(await locals.api.GET("/v1/lines", { params: { query: { limit: LONGEST_PAGE } } }), url).data;
  return { filters, lines, events: isDataRequest ? events : await events };
};
