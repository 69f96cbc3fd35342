import { redirect } from "@sveltejs/kit";
import { loginPath, required } from "$lib/api/load.server.ts";
import type { LayoutServerLoad } from "./$types";

/** Everything behind the shell belongs to somebody. */
export const load: LayoutServerLoad = async ({ locals, url }) => {
  if (!locals.token) redirect(303, loginPath(url));
  const me = required(await locals.api.me(), url);
  return { me };
};
