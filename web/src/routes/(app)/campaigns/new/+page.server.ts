import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url }) => {
  const id = url.searchParams.get("id");
  const [segments, campaign] = await Promise.all([locals.api.segments(), id ? locals.api.campaign(id) : null]);
  const draft = campaign && required(campaign, url);
  if (draft && draft.status !== "draft") redirect(303, `/campaigns/${draft.id}`);
  return { segments: required(segments, url).data, draft };
};
