import { error } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { m } from "$lib/paraglide/messages.js";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends("app:import");
  const [audience, job] = await Promise.all([
    locals.api.GET("/v1/audiences/{id}", { params: { path: { id: params.id } } }),
    locals.api.GET("/v1/imports/{id}", { params: { path: { id: params.importId } } }),
  ]);
  const found = required(job, url);
  if (found.audienceId !== params.id) error(404, { message: m.problem_not_found(), code: "not_found" });
  return { audience: required(audience, url), job: found };
};
