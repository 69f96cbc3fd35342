import { error } from "@sveltejs/kit";
import { holds } from "$core/identity/scopes.ts";
import { required } from "$lib/api/load.server.ts";
import { m } from "$lib/paraglide/messages.js";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  const { me } = await parent();
  if (me && !holds(me.scopes, "contacts:write")) error(403, { message: m.problem_forbidden(), code: "forbidden" });
  const contact = await locals.api.GET("/v1/contacts/{id}", { params: { path: { id: params.id } } });
  return { contact: required(contact, url) };
};
