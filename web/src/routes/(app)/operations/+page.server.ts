import { readCursor, readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;
const STATUSES = ["open", "retried", "discarded", "all"];

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:dead-letters");
  // What waits for a decision, unless something else is asked for.
  const filters = readFilters(url, { status: "open", queue: "" }, { status: STATUSES });
  const { queue, status } = filters.values;
  const letters = locals.api.deadLetters({
    queue,
    status: status === "all" ? "" : status,
    cursor: readCursor(url),
    limit: PAGE_SIZE,
  });
  return { filters, letters: isDataRequest ? letters : await letters };
};
