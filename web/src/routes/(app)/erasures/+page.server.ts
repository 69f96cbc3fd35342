import { readCursor } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:erasures");
  const erasures = locals.api.GET("/v1/erasures", { params: { query: { cursor: readCursor(url), limit: PAGE_SIZE } } });
  return { erasures: isDataRequest ? erasures : await erasures };
};
