import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url }) => {
  const id = url.searchParams.get("id");
  const [segments, campaign] = await Promise.all([
    locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    id ? locals.api.GET("/v1/campaigns/{id}", { params: { path: { id } } }) : null,
  ]);
  const draft = campaign && required(campaign, url);
  if (draft && draft.status !== "draft") redirect(303, `/campaigns/${draft.id}`);
  return { segments: required(segments, url).data, draft };
};
