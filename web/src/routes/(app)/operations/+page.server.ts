import { keyOf } from "$lib/api/key-of.ts";
import { readCursor, readFilters } from "$lib/page/address.ts";
import { letterStatusLabels, queueWords } from "$lib/text/operations/queues.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:dead-letters");
  // What waits for a decision, unless something else is asked for.
  const filters = readFilters(
    url,
    { status: "open", queue: "" },
    { status: [...Object.keys(letterStatusLabels), "all"] },
  );
  const queue = keyOf(queueWords, filters.values.queue);
  const status = keyOf(letterStatusLabels, filters.values.status);
  const letters = locals.api.GET("/v1/dead-letters", {
    params: { query: { queue, status, cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  return { filters, letters: isDataRequest ? letters : await letters };
};
