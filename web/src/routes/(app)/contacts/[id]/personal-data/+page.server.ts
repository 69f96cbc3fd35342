import { error } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { m } from "$lib/paraglide/messages.js";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const held = await locals.api.GET("/v1/contacts/{id}/personal-data", { params: { path: { id: params.id } } });
  // What is incomplete is not shown: whoever reads it would take it for all there is.
  if (!held.ok && held.problem.code === "unavailable")
    error(503, { message: m.personal_data_incomplete(), code: "unavailable" });
  return { held: required(held, url) };
};
