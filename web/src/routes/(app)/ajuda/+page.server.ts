import { readFilters } from "$lib/page/address.ts";
import type { PageServerLoad } from "./$types";
import { allHelp } from "./help.server.ts";

export const load: PageServerLoad = ({ url, platform }) => ({
  filters: readFilters(url, { q: "" }),
  docs: `${platform?.env.API_PUBLIC_URL ?? ""}/docs`,
  pages: allHelp("").map(({ page, title, lead, headings, rows }) => ({
    page,
    title,
    lead,
    headings: [...headings, ...rows],
  })),
});
