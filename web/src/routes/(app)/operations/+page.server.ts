import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;
const STATUSES = ["open", "retried", "discarded", "all"];

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:dead-letters");
  const read = (name: string) => url.searchParams.get(name) ?? "";
  // What waits for a decision, unless something else is asked for.
  const filters = { queue: read("queue"), status: STATUSES.find((known) => known === read("status")) ?? "open" };
  const status = filters.status === "all" ? "" : filters.status;
  const letters = locals.api.deadLetters({ queue: filters.queue, status, cursor: read("cursor"), limit: PAGE_SIZE });
  return { filters, letters: isDataRequest ? letters : await letters };
};
