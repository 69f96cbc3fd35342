import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async ({ locals, params, url, depends, untrack }) => {
  depends("app:campaign");
  // The address is only needed to come back after signing in: changing a filter must not load all this again.
  const here = untrack(() => url);
  const path = { params: { path: { id: params.id } } };
  const [campaign, stats, lines, ticket] = await Promise.all([
    locals.api.GET("/v1/campaigns/{id}", path),
    locals.api.GET("/v1/campaigns/{id}/stats", path),
    locals.api.GET("/v1/lines", { params: { query: { limit: LONGEST_PAGE } } }),
    locals.api.POST("/v1/campaigns/{id}/live-tickets", path),
  ]);
  const found = required(campaign, here);
  if (found.status === "draft") redirect(303, `/campaigns/new?id=${found.id}`);
  return {
    campaign: found,
    stats: required(stats, here),
    lines: required(lines, here).data,
    // Without one the page opens all the same, and asks for another.
    ticket: ticket.ok ? ticket.value : null,
  };
};
