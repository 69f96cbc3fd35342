import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { attendances } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { AttendanceChannel } from "#core/audience/contact.ts";
import { MINUTE_MS } from "#core/shared/time.ts";

export type AttendanceRow = typeof attendances.$inferSelect;
export type AttendanceQuery = PageQuery & { phone?: string | undefined; active?: boolean | undefined };

/** More people than this in service at one time is beyond any operation; it bounds the answer to some megabytes. */
const MAX_IN_SERVICE = 100_000;

export function attendanceStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(attendances.tenantId, tenantId), eq(attendances.id, id));
  return {
    async list({ limit, cursor, phone, active }: AttendanceQuery) {
      const isOpen = isNull(attendances.endedAt);
      const rows = await orm
        .select()
        .from(attendances)
        .where(
          and(
            eq(attendances.tenantId, tenantId),
            phone ? eq(attendances.phone, phone) : undefined,
            active === undefined ? undefined : active ? isOpen : isNotNull(attendances.endedAt),
            cursor ? lt(attendances.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(attendances.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async get(id: string): Promise<AttendanceRow | null> {
      return (await orm.select().from(attendances).where(own(id)).get()) ?? null;
    },
    async create(row: {
      id: string;
      phone: string;
      channel: AttendanceChannel;
      startedAt: number;
    }): Promise<AttendanceRow> {
      return orm
        .insert(attendances)
        .values({ ...row, tenantId, lastEventAt: row.startedAt })
        .returning()
        .get();
    },
    /** The end of an attendance is also its last event. */
    async end(id: string, endedAt: number): Promise<AttendanceRow | null> {
      const [row] = await orm.update(attendances).set({ endedAt, lastEventAt: endedAt }).where(own(id)).returning();
      return row ?? null;
    },
    /**
     * A person wrote to us: moves what is open for the number, or opens an `idr` attendance with this id. A repeat of
     * the same message changes nothing.
     * @returns whether one was opened
     */
    async openForReply({ id, phone, now }: { id: string; phone: string; now: number }): Promise<boolean> {
      const [, inserted] = await d1.batch([
        d1
          .prepare(
            `update attendances set last_event_at = max(last_event_at, ?3)
             where tenant_id = ?1 and phone = ?2 and ended_at is null`,
          )
          .bind(tenantId, phone, now),
        d1
          .prepare(
            `insert into attendances (id, tenant_id, phone, channel, started_at, last_event_at)
             select ?4, ?1, ?2, 'idr', ?3, ?3
             where not exists (select 1 from attendances where tenant_id = ?1 and phone = ?2 and ended_at is null)`,
          )
          .bind(tenantId, phone, now, id),
      ]);
      return (inserted?.meta.changes ?? 0) > 0;
    },
    /** Everyone with an open attendance, or whose last event is at most `withinMinutes` old. */
    async inService({ now, withinMinutes }: { now: number; withinMinutes?: number | undefined }) {
      const since = now - (withinMinutes ?? 0) * MINUTE_MS;
      return orm.all<{ phone: string; contactId: string | null }>(sql`
        select serving.phone as phone, contacts.id as contactId from (
          select phone from attendances where tenant_id = ${tenantId} and ended_at is null
          union
          select phone from attendances where tenant_id = ${tenantId} and last_event_at >= ${since}
          limit ${MAX_IN_SERVICE}
        ) as serving
        left join contacts on contacts.tenant_id = ${tenantId} and contacts.phone = serving.phone`);
    },
  };
}
