import { error } from "@sveltejs/kit";
import { m } from "$lib/paraglide/messages.js";
import { allHelp } from "../help.server.ts";
import { isHelpPage } from "../pages.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = ({ params, platform }) => {
  if (!isHelpPage(params.page)) error(404, { message: m.error_not_found_text(), code: "not_found" });
  const pages = allHelp(platform?.env.API_PUBLIC_URL ?? "");
  const place = pages.findIndex(({ page }) => page === params.page);
  const nameOf = (at: number) => pages[at] && { page: pages[at].page, title: pages[at].title };
  const { title, lead, html, headings } = pages[place] ?? { title: "", lead: "", html: "", headings: [] };
  return { title, lead, html, headings, previous: nameOf(place - 1), next: nameOf(place + 1) };
};
