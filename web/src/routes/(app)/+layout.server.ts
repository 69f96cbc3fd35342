import { redirect } from "@sveltejs/kit";
import { loginPath } from "$lib/api/load.server.ts";
import type { LayoutServerLoad } from "./$types";

/** More open alerts than this are told as "more". */
const MOST_COUNTED = 99;

/** Everything behind the shell belongs to somebody; while the API does not say to whom, the shell stands all the same. */
export const load: LayoutServerLoad = async ({ locals, url, depends }) => {
  depends("app:alerts");
  if (!locals.token) redirect(303, loginPath(url));
  const [me, open] = await Promise.all([
    locals.api.GET("/v1/me"),
    locals.api.GET("/v1/alerts", { params: { query: { status: "open", limit: MOST_COUNTED + 1 } } }),
  ]);
  if (!me.ok && me.problem.status === 401) redirect(303, loginPath(url));
  return {
    me: me.ok ? me.value : null,
    alerts: { open: open.ok ? open.value.data.length : null, most: MOST_COUNTED },
  };
};
