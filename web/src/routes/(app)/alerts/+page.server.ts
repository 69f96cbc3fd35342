import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { ApiResult, Page } from "$lib/api/types.ts";
import { readCursor } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:alerts");
  const view = url.searchParams.get("view") === "all" ? ("all" as const) : ("open" as const);
  const { api } = locals;
  const status = view === "open" ? view : undefined;
  const list = api.GET("/v1/alerts", { params: { query: { status, cursor: readCursor(url), limit: PAGE_SIZE } } });
  const newest = { params: { query: { limit: LONGEST_PAGE } } };
  const names = namesOf([
    api.GET("/v1/campaigns", newest),
    api.GET("/v1/lines", newest),
    api.GET("/v1/templates", newest),
  ]);
  return isDataRequest ? { view, list, names } : { view, list: await list, names: await names };
};

/** What the subjects of alerts are called, by id. Of more than the newest few hundred the kind alone is told. */
async function namesOf(lists: Promise<ApiResult<Page<{ id: string; name: string }>>>[]): Promise<Map<string, string>> {
  const found = await Promise.all(lists);
  return new Map(found.flatMap((list) => (list.ok ? list.value.data : [])).map(({ id, name }) => [id, name]));
}
