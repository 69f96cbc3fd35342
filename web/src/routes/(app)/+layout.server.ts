import { redirect } from "@sveltejs/kit";
import { loginPath } from "$lib/api/load.server.ts";
import type { LayoutServerLoad } from "./$types";

/** More open alerts than this are told as "more". */
const MOST_COUNTED = 99;

/** The help, and nothing else, is for those who have not signed in as well. */
const FOR_VISITORS = "/(app)/ajuda";

/** Everything behind the shell belongs to somebody; while the API does not say to whom, the shell stands all the same. */
export const load: LayoutServerLoad = async ({ locals, url, route, depends }) => {
  depends("app:alerts");
  // Asked for only without a session: what a load reads of the address makes it run again when that changes.
  const asVisitor = () =>
    route.id.startsWith(FOR_VISITORS)
      ? { me: null, isVisitor: true, alerts: { open: null, most: MOST_COUNTED } }
      : redirect(303, loginPath(url));
  if (!locals.token) return asVisitor();
  const [me, open] = await Promise.all([
    locals.api.GET("/v1/me"),
    locals.api.GET("/v1/alerts", { params: { query: { status: "open", limit: MOST_COUNTED + 1 } } }),
  ]);
  if (!me.ok && me.problem.status === 401) return asVisitor();
  return {
    me: me.ok ? me.value : null,
    isVisitor: false,
    alerts: { open: open.ok ? open.value.data.length : null, most: MOST_COUNTED },
  };
};
