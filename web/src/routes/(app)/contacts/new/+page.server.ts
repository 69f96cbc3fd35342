import { error } from "@sveltejs/kit";
import { holds } from "$core/identity/scopes.ts";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import { m } from "$lib/paraglide/messages.js";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, url, parent }) => {
  const { me } = await parent();
  if (me && !holds(me.scopes, "contacts:write")) error(403, { message: m.problem_forbidden(), code: "forbidden" });
  const audiences = await locals.api.GET("/v1/audiences", { params: { query: { limit: LONGEST_PAGE } } });
  return { audiences: required(audiences, url).data };
};
