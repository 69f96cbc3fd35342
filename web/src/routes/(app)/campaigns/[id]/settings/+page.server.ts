import { required } from "$lib/api/load.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { campaign } = await parent();
  const [segments, audiences, template] = await Promise.all([
    locals.api.segments(),
    // Launched campaigns have all three.
    locals.api.audiences(campaign.segmentId ?? ""),
    locals.api.template(campaign.templateId ?? ""),
  ]);
  return {
    segment: required(segments, url).data.find((segment) => segment.id === campaign.segmentId) ?? null,
    audience: required(audiences, url).data.find((audience) => audience.id === campaign.audienceId) ?? null,
    // A template may be gone by now; the campaign's page must open all the same.
    template: template.ok ? template.value : null,
  };
};
