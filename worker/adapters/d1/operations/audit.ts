import { and, desc, eq, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { auditLog } from "#adapters/d1/schema/operations.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

export type AuditRow = typeof auditLog.$inferSelect;
export interface AuditEntry {
  id: string;
  /** `user:<id>`, `apiKey:<id>`, or the part of the system that acted. */
  actor: string;
  /** What was done, as `thing.verb`. */
  action: string;
  /** The id of what it was done to. */
  subject: string;
  /** Never names, numbers or secrets of people: this log outlives them. */
  detail?: Record<string, unknown> | undefined;
  requestId?: string | null | undefined;
  at: number;
}

/** Who changed what: rows are only ever added. */
export function auditStore({ orm, tenantId }: TenantDb) {
  return {
    async record(entry: AuditEntry): Promise<void> {
      await orm.insert(auditLog).values({ ...entry, tenantId });
    },
    async list({ limit, cursor }: PageQuery) {
      const rows = await orm
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.tenantId, tenantId), cursor ? lt(auditLog.id, cursor) : undefined))
        .orderBy(desc(auditLog.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
  };
}
