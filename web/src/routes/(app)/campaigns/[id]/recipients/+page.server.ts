import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest, depends }) => {
  depends("app:recipients");
  const filters = readFilters(url, { q: "", status: "", lineId: "" });
  const query = { ...filters.values, cursor: readCursor(url), limit: PAGE_SIZE };
  const recipients = locals.api.recipients(params.id, query);
  return { filters, recipients: isDataRequest ? recipients : await recipients };
};
