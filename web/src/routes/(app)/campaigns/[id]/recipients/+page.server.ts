import type { PageServerLoad } from "./$types";

const PAGE_SIZE = 50;

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest, depends }) => {
  depends("app:recipients");
  const read = (name: string) => url.searchParams.get(name) ?? "";
  const filters = { q: read("q"), status: read("status"), lineId: read("lineId") };
  const recipients = locals.api.recipients(params.id, { ...filters, cursor: read("cursor"), limit: PAGE_SIZE });
  return { filters, recipients: isDataRequest ? recipients : await recipients };
};
