import { redirect } from "@sveltejs/kit";
import { required } from "$lib/api/load.server.ts";
import type { LayoutServerLoad } from "./$types";

export const load: LayoutServerLoad = async ({ locals, params, url, depends, untrack }) => {
  depends("app:campaign");
  // The address is only needed to come back after signing in: changing a filter must not load all this again.
  const here = untrack(() => url);
  const [campaign, stats, lines, ticket] = await Promise.all([
    locals.api.campaign(params.id),
    locals.api.stats(params.id),
    locals.api.lines(),
    locals.api.liveTicket(params.id),
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
