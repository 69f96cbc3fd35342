import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url }) => {
  const id = url.searchParams.get("id");
  // Whom a new campaign is for, when somebody comes from there.
  const audienceId = id ? null : url.searchParams.get("audienceId");
  const [segments, campaign, audience] = await Promise.all([
    locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    id ? locals.api.GET("/v1/campaigns/{id}", { params: { path: { id } } }) : null,
    audienceId ? locals.api.GET("/v1/audiences/{id}", { params: { path: { id: audienceId } } }) : null,
  ]);
  const draft = campaign && required(campaign, url);
  if (draft && draft.status !== "draft") redirect(303, `/campaigns/${draft.id}`);
  return { segments: required(segments, url).data, draft, audience: audience && required(audience, url) };
};
