import { TIMELINE_GROUP_NAMES } from "$core/audience/timeline.ts";
import { required } from "$lib/api/load.server.ts";
import { readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends("app:contact");
  const { api } = locals;
  const path = { params: { path: { id: params.id } } };
  const filters = readFilters(url, { group: "" }, { group: TIMELINE_GROUP_NAMES });
  const group = TIMELINE_GROUP_NAMES.find((name) => name === filters.values.group);
  const [contact, consent, audiences, timeline, lookalikes] = await Promise.all([
    api.GET("/v1/contacts/{id}", path),
    api.GET("/v1/contacts/{id}/consent", path),
    api.GET("/v1/contacts/{id}/audiences", path),
    api.GET("/v1/contacts/{id}/timeline", { params: { ...path.params, query: group ? { group } : {} } }),
    api.GET("/v1/contacts/{id}/lookalikes", path),
  ]);
  const found = required(contact, url);
  const { phone } = found;
  const served = phone
    ? await api.GET("/v1/attendances", { params: { query: { phone, active: "true", limit: 1 } } })
    : null;
  return {
    contact: found,
    consent: required(consent, url).data,
    audiences: required(audiences, url).data,
    filters,
    timeline: required(timeline, url),
    // The page stands without these.
    lookalikes: lookalikes.ok ? lookalikes.value.data : [],
    attendance: (served?.ok && served.value.data[0]) || null,
  };
};
