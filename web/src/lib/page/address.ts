/** What a list is narrowed to. Its address says it, so that a view can be sent to a colleague and the back button undoes one. */
export interface Filters<Name extends string = string> {
  values: Record<Name, string>;
  /** What holds while the address says nothing; "" lets everything through. */
  defaults: Record<Name, string>;
}

const CURSOR = "cursor";

/**
 * The filters that an address asks for.
 *
 * @param defaults each filter's name, and its value where the address has none
 * @param known the only values that a filter may have; any other counts as none
 */
export function readFilters<Name extends string>(
  { searchParams }: URL,
  defaults: Record<Name, string>,
  known: Partial<Record<Name, readonly string[]>> = {},
): Filters<Name> {
  const values = { ...defaults };
  for (const name in defaults) {
    const asked = searchParams.get(name);
    if (asked && (known[name]?.includes(asked) ?? true)) values[name] = asked;
  }
  return { values, defaults };
}

/** Where in the list its address stands; "" at the beginning. */
export const readCursor = ({ searchParams }: URL): string => searchParams.get(CURSOR) ?? "";

/** The address with another place in the list. */
export function withCursor(url: URL, cursor: string): URL {
  const next = new URL(url);
  if (cursor) next.searchParams.set(CURSOR, cursor);
  else next.searchParams.delete(CURSOR);
  return next;
}

/** The address with one filter changed. The list starts over, and what is the default leaves the address. */
export function withFilter(
  { pathname, searchParams }: URL,
  { defaults }: Filters,
  name: string,
  value: string,
): string {
  const search = new URLSearchParams(searchParams);
  search.delete(CURSOR);
  if (value && value !== defaults[name]) search.set(name, value);
  else search.delete(name);
  return search.size > 0 ? `${pathname}?${search}` : pathname;
}

/** Whether a filter says something else than at first. */
export const isNarrowed = ({ values, defaults }: Filters): boolean =>
  Object.entries(values).some(([name, value]) => value !== defaults[name]);

/** Whether the list would show all there is. */
export const showsAll = ({ values }: Filters): boolean => Object.values(values).every((value) => value === "");
