import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { loadChoices } from "$lib/features/audiences/filter/filter-choices.ts";
import { mayWrite } from "$lib/features/audiences/may-write.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  mayWrite((await parent()).me);
  const [answer, choices] = await Promise.all([
    locals.api.GET("/v1/audiences/{id}", { params: { path: { id: params.id } } }),
    loadChoices(locals.api),
  ]);
  const audience = required(answer, url);
  // Members of others are listed.
  if (audience.kind !== "dynamic") redirect(303, `/audiences/${params.id}`);
  return { audience, choices };
};
