import type { GraphFailure } from "./errors.ts";
import { fail, ok, type Result } from "./model.ts";

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

export interface Page<Item> {
  items: Item[];
  paging: { cursors: { before: string; after: string }; next?: string } | undefined;
}

const encodeCursor = (id: string): string => btoa(`after:${id}`).replaceAll("=", "");

function decodeCursor(cursor: string): string | null {
  try {
    return /^after:(.+)$/.exec(atob(cursor))?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * One page of items sorted by id. `badCursor` is the error for a cursor that was not given out here; limits beyond 100
 * are cut, and a limit that is no number is error 100.
 */
export function pageOf<Item extends { id: string }>(
  items: Item[],
  url: URL,
  badCursor: GraphFailure,
): Result<Page<Item>, GraphFailure> {
  const limit = Number(url.searchParams.get("limit") ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1)
    return fail({ code: 100, message: "(#100) Param limit must be a positive integer" });
  const cursor = url.searchParams.get("after");
  const after = cursor === null ? "" : decodeCursor(cursor);
  if (after === null) return fail(badCursor);
  const rest = items.filter((item) => item.id > after);
  const page = rest.slice(0, Math.min(limit, MAX_LIMIT));
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return ok({ items: [], paging: undefined });
  const cursors = { before: encodeCursor(first.id), after: encodeCursor(last.id) };
  if (rest.length === page.length) return ok({ items: page, paging: { cursors } });
  const next = new URL(url);
  next.searchParams.set("after", cursors.after);
  return ok({ items: page, paging: { cursors, next: next.toString() } });
}
