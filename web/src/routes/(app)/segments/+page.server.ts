import { readCursor } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, url, isDataRequest, depends }) => {
  depends("app:segments");
  const segments = locals.api.GET("/v1/segments", { params: { query: { cursor: readCursor(url), limit: PAGE_SIZE } } });
  return { segments: isDataRequest ? segments : await segments };
};
