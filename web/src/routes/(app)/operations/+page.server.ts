import { keyOf } from "$lib/text/common/key-of.ts";
import { letterStatusLabels, queueWords } from "$lib/text/operations.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:dead-letters");
  const read = (name: string) => url.searchParams.get(name) ?? "";
  const queue = keyOf(queueWords, read("queue"));
  // What waits for a decision, unless something else is asked for.
  const status = read("status") === "all" ? undefined : (keyOf(letterStatusLabels, read("status")) ?? "open");
  const letters = locals.api.GET("/v1/dead-letters", {
    params: { query: { queue, status, cursor: read("cursor"), limit: PAGE_SIZE } },
  });
  const filters = { queue: queue ?? "", status: status ?? "all" };
  return { filters, letters: isDataRequest ? letters : await letters };
};
