import { required } from "$lib/api/load.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends("app:contact");
  const { api } = locals;
  const path = { params: { path: { id: params.id } } };
  const [contact, consent, audiences] = await Promise.all([
    api.GET("/v1/contacts/{id}", path),
    api.GET("/v1/contacts/{id}/consent", path),
    api.GET("/v1/contacts/{id}/audiences", path),
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
    // The page stands without it.
    attendance: (served?.ok && served.value.data[0]) || null,
  };
};
