import { error } from "@sveltejs/kit";
import { holds } from "$core/identity/scopes.ts";
import { m } from "$lib/paraglide/messages.js";
import type { PageServerLoad } from "./$types";

/** What the company has decided comes with the shell's data; only those who may change it see this page. */
export const load: PageServerLoad = async ({ parent }) => {
  const { me } = await parent();
  if (me && !holds(me.scopes, "tenant:admin")) error(403, { message: m.problem_forbidden(), code: "forbidden" });
};
