import { required } from "$lib/api/load.server.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { campaign } = await parent();
  const [segments, audiences, template] = await Promise.all([
    locals.api.GET("/v1/segments", { params: { query: { limit: LONGEST_PAGE } } }),
    // Launched campaigns have all three.
    locals.api.GET("/v1/audiences", {
      params: { query: { segmentId: campaign.segmentId ?? "", limit: LONGEST_PAGE } },
    }),
    locals.api.GET("/v1/templates/{id}", { params: { path: { id: campaign.templateId ?? "" } } }),
  ]);
  return {
    segment: required(segments, url).data.find((segment) => segment.id === campaign.segmentId) ?? null,
    audience: required(audiences, url).data.find((audience) => audience.id === campaign.audienceId) ?? null,
    // A template may be gone by now; the campaign's page must open all the same.
    template: template.ok ? template.value : null,
  };
};
