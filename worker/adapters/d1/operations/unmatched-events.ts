import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { PageQuery } from "#adapters/d1/page.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { unmatchedEvents } from "#adapters/d1/schema/operations.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

export type UnmatchedQuery = PageQuery & {
  /** Hours that begin at or after this, and before `to`; milliseconds. */
  from?: number | undefined;
  to?: number | undefined;
  lineId?: string | undefined;
};

/** Where a page ends: the rows have no id of their own, their key is hour, line and kind. */
const CURSOR = /^(\d{1,15})~([^~]{1,64})~([a-z_]{1,40})$/;

/** Webhook events that fitted nothing the tenant has sent, as counts per hour, line and kind. */
export function unmatchedEventStore({ orm, tenantId }: TenantDb) {
  const { hour, lineId, kind, count, lastAt } = unmatchedEvents;
  return {
    /** Newest hours first. Null for a cursor that no page of this list has given. */
    async list(query: UnmatchedQuery) {
      const cursor = query.cursor === undefined ? undefined : CURSOR.exec(query.cursor);
      if (cursor === null) return null;
      const rows = await orm
        .select({ hour, lineId, lineName: lines.name, kind, count, lastAt })
        .from(unmatchedEvents)
        // A line that was removed keeps its counts.
        .leftJoin(lines, and(eq(lines.tenantId, tenantId), eq(lines.id, lineId)))
        .where(
          and(
            eq(unmatchedEvents.tenantId, tenantId),
            query.lineId ? eq(lineId, query.lineId) : undefined,
            query.from === undefined ? undefined : gte(hour, query.from),
            query.to === undefined ? undefined : lt(hour, query.to),
            cursor
              ? sql`(${hour}, ${lineId}, ${kind}) < (${Number(cursor[1])}, ${cursor[2]}, ${cursor[3]})`
              : undefined,
          ),
        )
        .orderBy(desc(hour), desc(lineId), desc(kind))
        .limit(query.limit + 1);
      const data = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? data.at(-1) : undefined;
      return { data, nextCursor: last ? `${last.hour}~${last.lineId}~${last.kind}` : null };
    },
  };
}
