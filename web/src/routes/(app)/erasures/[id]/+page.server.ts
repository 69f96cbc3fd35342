import { required } from "$lib/api/load.server.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends("app:erasure");
  const erasure = await locals.api.GET("/v1/erasures/{id}", { params: { path: { id: params.id } } });
  return { erasure: required(erasure, url) };
};
