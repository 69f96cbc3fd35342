import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { problem } from "./errors.ts";

/** Enough of a digest to tell one list from another; nothing is protected by it, rows are the tenant's own anyway. */
const DIGEST_LETTERS = 16;

/**
 * Reads a list's query and presents its page. A cursor belongs to the list that gave it: to its tenant, its address and
 * its filters. Any other is refused, for it would answer with rows from somewhere in the middle, or with none.
 *
 * @param query what the route's schema made of the request
 */
export async function paging<Q extends { limit: number; cursor?: string | undefined }>(c: Context<AppEnv>, query: Q) {
  const { deps, principal } = c.var;
  const { limit: _, cursor, ...filters } = query;
  const set = Object.entries(filters).filter(([, value]) => value !== undefined);
  const list = JSON.stringify([principal.tenantId, c.req.path, set.sort(([a], [b]) => (a < b ? -1 : 1))]);
  const digest = (await deps.hash(list)).slice(0, DIGEST_LETTERS);
  return {
    /** The query for a store, whose cursor is the place of a row. */
    query: { ...query, cursor: cursor ? placeIn(cursor, digest) : undefined },
    /** The answer, its cursor good for this list only. */
    answer: <Row, Shown>(
      { data, nextCursor }: { data: Row[]; nextCursor: string | null },
      show: (row: Row) => Shown,
    ) => ({
      data: data.map(show),
      nextCursor:
        nextCursor === null
          ? null
          : btoa(`${digest}${nextCursor}`).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
    }),
  };
}

function placeIn(cursor: string, digest: string): string {
  const place = decoded(cursor);
  if (place?.startsWith(digest)) return place.slice(digest.length);
  const message = "not a cursor that this list has given with these filters";
  throw problem("invalid_cursor", "This cursor is of another list, of other filters, or none; begin without one.", {
    errors: [{ path: "cursor", message }],
  });
}

function decoded(cursor: string): string | null {
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
}
