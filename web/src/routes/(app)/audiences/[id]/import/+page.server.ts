import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { mayWrite } from "$lib/features/audiences/may-write.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  mayWrite((await parent()).me);
  const audience = await locals.api.GET("/v1/audiences/{id}", { params: { path: { id: params.id } } });
  const { kind } = required(audience, url);
  // Nobody is imported into a dynamic one.
  if (kind === "dynamic") redirect(303, `/audiences/${params.id}`);
  return { audience: required(audience, url) };
};
