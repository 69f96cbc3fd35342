import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { alerts } from "#adapters/d1/schema/operations.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { AlertFacts, AlertKind, AlertSeverity } from "#core/operations/alert.ts";

export type AlertRow = typeof alerts.$inferSelect;
export interface NewAlert {
  id: string;
  kind: AlertKind;
  severity: AlertSeverity;
  /** The id of what it is about. */
  subject: string;
  /** As JSON; null for one that was worded before. */
  params: string | null;
  message: string;
  facts: AlertFacts | null;
  now: number;
}
export type AlertQuery = PageQuery & { status?: "open" | "acknowledged" | undefined };

export function alertStore({ orm, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(alerts.tenantId, tenantId), eq(alerts.id, id));
  const ofStatus = { open: isNull(alerts.acknowledgedAt), acknowledged: isNotNull(alerts.acknowledgedAt) };
  return {
    /**
     * Raises an alert. There is one open alert per kind and subject: raising it again keeps its id and its age, and
     * brings the rest of it up to date.
     */
    async open({ now, ...alert }: NewAlert): Promise<AlertRow> {
      const { severity, params, message, facts } = alert;
      return orm
        .insert(alerts)
        .values({ ...alert, tenantId, createdAt: now })
        .onConflictDoUpdate({
          target: [alerts.tenantId, alerts.kind, alerts.subject],
          targetWhere: sql`acknowledged_at is null`,
          set: { severity, params, message, facts },
        })
        .returning()
        .get();
    },
    async list({ limit, cursor, status }: AlertQuery) {
      const rows = await orm
        .select()
        .from(alerts)
        .where(
          and(
            eq(alerts.tenantId, tenantId),
            status ? ofStatus[status] : undefined,
            cursor ? lt(alerts.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(alerts.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** The alert, acknowledged now or, if it already was, by whoever came first; null when there is none. */
    async acknowledge(id: string, by: string, now: number): Promise<{ alert: AlertRow; changed: boolean } | null> {
      const [changed] = await orm
        .update(alerts)
        .set({ acknowledgedAt: now, acknowledgedBy: by })
        .where(and(own(id), isNull(alerts.acknowledgedAt)))
        .returning();
      if (changed) return { alert: changed, changed: true };
      const alert = await orm.select().from(alerts).where(own(id)).get();
      return alert ? { alert, changed: false } : null;
    },
  };
}
