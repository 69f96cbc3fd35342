import { required } from "$lib/api/load.server.ts";
import { describeFilter } from "$lib/features/audiences/filter/describe.ts";
import { loadNames } from "$lib/features/audiences/filter/filter-choices.ts";
import { readCursor } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 25;

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest, depends }) => {
  depends("app:audience");
  const path = { id: params.id };
  const imports = locals.api.GET("/v1/audiences/{id}/imports", {
    params: { path, query: { cursor: readCursor(url), limit: PAGE_SIZE } },
  });
  const audience = required(await locals.api.GET("/v1/audiences/{id}", { params: { path } }), url);
  const segment = await locals.api.GET("/v1/segments/{id}", { params: { path: { id: audience.segmentId } } });
  const { audienceIds, segmentIds } = audience.filter ?? {};
  const names = audienceIds || segmentIds ? await loadNames(locals.api) : undefined;
  return {
    audience,
    conditions: describeFilter(audience.filter, names),
    segment: segment.ok ? segment.value : null,
    imports: isDataRequest ? imports : await imports,
  };
};
