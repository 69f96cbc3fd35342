import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = "7";
const PERIODS = ["1", "7", "30"];

export const load: PageServerLoad = async ({ locals, url, isDataRequest }) => {
  const read = (name: string) => url.searchParams.get(name) ?? "";
  const filters = { lineId: read("lineId"), days: read("days") || DEFAULT_DAYS };
  const from = PERIODS.includes(filters.days) ? new Date(Date.now() - Number(filters.days) * DAY_MS).toISOString() : "";
  const events = locals.api.GET("/v1/unmatched-events", {
    params: { query: { lineId: filters.lineId, from, cursor: read("cursor"), limit: PAGE_SIZE } },
  });
  const lines = required(await locals.api.GET("/v1/lines", { params: { query: { limit: LONGEST_PAGE } } }), url).data;
  return { filters, defaultDays: DEFAULT_DAYS, lines, events: isDataRequest ? events : await events };
};
