import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { loadChoices } from "$lib/features/audiences/filter/filter-choices.ts";
import { mayWrite } from "$lib/features/audiences/may-write.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  mayWrite((await parent()).me);
  const [segments, choices] = await Promise.all([
    locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    loadChoices(locals.api),
  ]);
  return { segments: required(segments, url).data, choices };
};
