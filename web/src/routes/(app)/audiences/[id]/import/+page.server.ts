import { required } from "$lib/api/load.server.ts";
import { mayWrite } from "$lib/features/audiences/may-write.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  mayWrite((await parent()).me);
  const audience = await locals.api.GET("/v1/audiences/{id}", { params: { path: { id: params.id } } });
  return { audience: required(audience, url) };
};
