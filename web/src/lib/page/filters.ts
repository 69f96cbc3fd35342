import { goto } from "$app/navigation";

/** The address with these filters changed. A changed filter starts the list over; empty ones leave the address. */
export function withFilters(url: URL, changes: Record<string, string>): string {
  const search = new URLSearchParams(url.searchParams);
  search.delete("cursor");
  for (const [name, value] of Object.entries(changes)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
  return search.size > 0 ? `${url.pathname}?${search}` : url.pathname;
}

/** Filters live in the address: a view can be sent to a colleague, and the back button undoes one. */
export const applyFilters = (url: URL, changes: Record<string, string>): Promise<void> =>
  goto(withFilters(url, changes), { keepFocus: true, noScroll: true, replaceState: "q" in changes });
