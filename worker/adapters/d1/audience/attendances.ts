import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { encodeTime } from "ulid";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { attendances, contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { AttendanceChannel } from "#core/audience/contact.ts";
import { DEFAULT_ATTENDANCE_IDLE_MINUTES } from "#core/campaigns/policy.ts";
import { MINUTE_MS } from "#core/shared/time.ts";

/** An attendance, and the contact that has its phone. */
export type AttendanceRow = typeof attendances.$inferSelect & { contact: { id: string; name: string } | null };
export type AttendanceQuery = PageQuery & {
  phone?: string | undefined;
  channel?: AttendanceChannel | undefined;
  active?: boolean | undefined;
};

export interface NewAttendance {
  id: string;
  phone: string;
  channel: AttendanceChannel;
  startedAt: number;
}

/** More people than this in service at one time is beyond any operation; it bounds the answer to some megabytes. */
const MAX_IN_SERVICE = 100_000;

interface InServiceQuery {
  now: number;
  withinMinutes?: number | undefined;
  openedSince?: number | undefined;
}

export function attendanceStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(attendances.tenantId, tenantId), eq(attendances.id, id));
  const isOpen = isNull(attendances.endedAt);
  const withContact = (...conditions: (SQL | undefined)[]) =>
    orm
      .select({ ...getTableColumns(attendances), contact: { id: contacts.id, name: contacts.name } })
      .from(attendances)
      .leftJoin(contacts, and(eq(contacts.tenantId, tenantId), eq(contacts.phone, attendances.phone)))
      .where(and(eq(attendances.tenantId, tenantId), ...conditions));
  const get = async (id: string): Promise<AttendanceRow | null> =>
    (await withContact(eq(attendances.id, id)).get()) ?? null;
  return {
    get,
    async list({ limit, cursor, phone, channel, active }: AttendanceQuery) {
      const rows = await withContact(
        phone ? eq(attendances.phone, phone) : undefined,
        channel ? eq(attendances.channel, channel) : undefined,
        active === undefined ? undefined : active ? isOpen : isNotNull(attendances.endedAt),
        cursor ? lt(attendances.id, cursor) : undefined,
      )
        // Without the + SQLite would rather read all of the tenant in this order than sort the few of one phone.
        .orderBy(phone ? sql`+${attendances.id} desc` : desc(attendances.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** That we are told of it now is its last event, however long ago it began. */
    async create(row: NewAttendance, now: number): Promise<void> {
      await orm.insert(attendances).values({ ...row, tenantId, lastEventAt: Math.max(row.startedAt, now) });
    },
    /**
     * Opens one for each number that has none open; of the others the last event moves to now.
     * @param rows one a phone
     * @returns the open attendance of each phone, and how many are new
     */
    async openMany(rows: NewAttendance[], now: number): Promise<{ idByPhone: Map<string, string>; opened: number }> {
      const list = JSON.stringify(rows);
      const [, inserted, open] = await d1.batch<{ id: string; phone: string }>([
        d1
          .prepare(
            `update attendances set last_event_at = max(last_event_at, ?2)
             where tenant_id = ?1 and ended_at is null and phone in (select value ->> 'phone' from json_each(?3))`,
          )
          .bind(tenantId, now, list),
        d1
          .prepare(
            `insert into attendances (id, tenant_id, phone, channel, started_at, last_event_at)
             select value ->> 'id', ?1, value ->> 'phone', value ->> 'channel', value ->> 'startedAt',
                    max(value ->> 'startedAt', ?2)
             from json_each(?3) where not exists
               (select 1 from attendances where tenant_id = ?1 and phone = value ->> 'phone' and ended_at is null)`,
          )
          .bind(tenantId, now, list),
        d1
          .prepare(
            `select phone, max(id) as id from attendances
             where tenant_id = ?1 and ended_at is null and phone in (select value ->> 'phone' from json_each(?2))
             group by phone`,
          )
          .bind(tenantId, list),
      ]);
      return {
        idByPhone: new Map(open?.results.map(({ phone, id }) => [phone, id])),
        opened: inserted?.meta.changes ?? 0,
      };
    },
    /** The end of an attendance is also its last event. */
    async end(id: string, endedAt: number): Promise<void> {
      await orm.update(attendances).set({ endedAt, lastEventAt: endedAt }).where(own(id));
    },
    /**
     * Ends those that are open; one that is told to have begun later, as clocks differ, ends as it begins.
     * @returns how many, or null when not all of these are there: then none is ended
     */
    async endAll(ids: string[], now: number): Promise<number | null> {
      const these = and(
        eq(attendances.tenantId, tenantId),
        inArray(attendances.id, sql`(select value from json_each(${JSON.stringify(ids)}))`),
      );
      const known = await orm.$count(attendances, these);
      if (known < ids.length) return null;
      const at = sql`max(${now}, ${attendances.startedAt})`;
      const { meta } = await orm
        .update(attendances)
        .set({ endedAt: at, lastEventAt: at })
        .where(and(these, isOpen))
        .run();
      return meta.changes;
    },
    /**
     * A person wrote to us: moves what is open for the number, or opens an `idr` attendance with this id. A repeat of
     * the same message changes nothing, and one from before the end of an attendance belongs to that.
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
             where not exists (select 1 from attendances
                               where tenant_id = ?1 and phone = ?2 and (ended_at is null or last_event_at >= ?3))`,
          )
          .bind(tenantId, phone, now, id),
      ]);
      return (inserted?.meta.changes ?? 0) > 0;
    },
    /**
     * Everyone with an open attendance, or whose last event is at most `withinMinutes` old; with `openedSince`, of these
     * only whom we were told of since then: an id says when, also of an attendance that began before.
     */
    async inService({ now, withinMinutes = 0, openedSince }: InServiceQuery) {
      const since = now - withinMinutes * MINUTE_MS;
      const serving =
        openedSince === undefined
          ? sql`select phone from attendances where tenant_id = ${tenantId} and ended_at is null
                union
                select phone from attendances where tenant_id = ${tenantId} and last_event_at >= ${since}`
          : sql`select distinct phone from attendances
                where tenant_id = ${tenantId} and id >= ${`att_${encodeTime(Math.max(0, openedSince))}`}
                  and (ended_at is null or last_event_at >= ${since})`;
      return orm.all<{ phone: string; contactId: string | null }>(sql`
        select serving.phone as phone, contacts.id as contactId from (${serving} limit ${MAX_IN_SERVICE}) as serving
        left join contacts on contacts.tenant_id = ${tenantId} and contacts.phone = serving.phone`);
    },
  };
}

/**
 * Ends attendances in which nothing has happened for as long as their tenant waits, the oldest of each tenant first. The last event
 * stays what it was: nobody was served when it was closed.
 * @returns how many; fewer than `limit` when none is left
 */
export async function endIdleAttendances(d1: D1Database, now: number, limit: number): Promise<number> {
  // The cross join keeps the order of the tables: a few rows of one index for each tenant.
  const { meta } = await d1
    .prepare(
      `update attendances set ended_at = ?1 where id in (
         select idle.id from tenants cross join attendances as idle
         where idle.tenant_id = tenants.id and idle.ended_at is null
           and idle.last_event_at <= ?1 - coalesce(tenants.settings ->> '$.attendanceIdleMinutes', ?2) * ${MINUTE_MS}
         limit ?3)`,
    )
    .bind(now, DEFAULT_ATTENDANCE_IDLE_MINUTES, limit)
    .run();
  return meta.changes;
}
