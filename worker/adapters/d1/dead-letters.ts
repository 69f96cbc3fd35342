import { and, desc, eq, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "./page.ts";
import { deadLetters } from "./schema.ts";
import type { TenantDb } from "./tenant-db.ts";

/** The tenant's queue messages that failed for good. Bodies stay sealed: they hold data of people. */
export function deadLetterStore({ orm, tenantId }: TenantDb) {
  return {
    async list({ limit, cursor }: PageQuery) {
      const { id, queue, attempts, at, retriedAt } = deadLetters;
      const rows = await orm
        .select({ id, queue, attempts, at, retriedAt })
        .from(deadLetters)
        .where(and(eq(deadLetters.tenantId, tenantId), cursor ? lt(deadLetters.id, cursor) : undefined))
        .orderBy(desc(deadLetters.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
  };
}
