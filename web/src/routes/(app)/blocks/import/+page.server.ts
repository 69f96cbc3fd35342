import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { mayWrite } from "$lib/features/audiences/may-write.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  mayWrite((await parent()).me);
  const segments = await locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } });
  return { segments: required(segments, url).data };
};
