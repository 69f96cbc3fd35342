import { type SQL, sql } from "drizzle-orm";
import type { Page, PageQuery } from "#adapters/d1/page.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import {
  TIMELINE_GROUP_NAMES,
  type TimelineEntry,
  type TimelineEvent,
  type TimelineGroup,
  timelineEvent,
  timelinePage,
  timelinePlace,
} from "#core/audience/timeline.ts";
import { iso } from "#core/shared/time.ts";

export interface TimelineContact {
  id: string;
  phone: string | null;
  document: string | null;
  userId: string | null;
  importId: string | null;
  createdAt: number;
}
export type TimelineQuery = PageQuery & { group?: TimelineGroup | undefined };

const INSTANTS = new Set(["saidAt", "until", "sentAt", "deliveredAt", "readAt", "repliedAt", "failedAt"]);
/** The event that a row holds; rows have instants in milliseconds. */
const readEvent = (json: string): TimelineEvent =>
  timelineEvent.parse(
    JSON.parse(json, (key, value) => (INSTANTS.has(key) && typeof value === "number" ? iso(value) : value)),
  );

/** A row of a source: its instant, an id that no other source has, and the event as JSON. */
interface Row {
  at: number;
  id: string;
  happened: string;
}

/**
 * What happened with a contact. Each source is asked by an index for the few that come next, and the pages are put
 * together of them: an entry never changes its place, so none is lost between two pages or shown twice.
 */
export function timelineStore({ orm, tenantId }: TenantDb) {
  const text = (value: string | null) => sql`${value ?? ""}`;

  function sourcesOf(contact: TimelineContact): Record<TimelineGroup, SQL[]> {
    const event = (kind: TimelineEvent["kind"], ...pairs: SQL[]) =>
      sql`json_object(${sql.join([sql`'kind', ${kind}`, ...pairs], sql`, `)})`;
    const created = sql`select ${contact.createdAt} as at, ${contact.id} as id, ${event("created")} as happened`;
    // A consent that a file brought is named after the file and its line.
    const imported = sql`
      select i.created_at as at, i.id as id,
        ${event("imported", sql`'importId', i.id`, sql`'audienceId', i.audience_id`, sql`'audienceName', a.name`, sql`'legalBasis', i.legal_basis`)} as happened
      from (
        select ${text(contact.importId)} as id
        union
        select substr(id, 1, instr(id, ':') - 1) from consent_events
          where tenant_id = ${tenantId} and contact_id = ${contact.id} and id > 'imp_' and id < 'imp_~'
      ) as known
      cross join imports as i on i.id = known.id and i.tenant_id = ${tenantId}
      left join audiences as a on a.tenant_id = ${tenantId} and a.id = i.audience_id`;
    const consent = sql`
      select recorded_at as at, id,
        ${event("consent", sql`'status', status`, sql`'source', source`, sql`'reason', reason`, sql`'saidAt', at`)} as happened
      from consent_events where tenant_id = ${tenantId} and contact_id = ${contact.id}`;
    const blocked = (column: SQL, value: string | null) => sql`
      select id, created_at as at, reason, segment_id, until from blocks
      where tenant_id = ${tenantId} and ${column} = ${text(value)}`;
    const blocks = sql`
      select at, id, ${event("blocked", sql`'blockId', id`, sql`'reason', reason`, sql`'segmentId', segment_id`, sql`'until', until`)} as happened
      from (${sql.join(
        [
          blocked(sql`phone`, contact.phone),
          blocked(sql`user_phone`, contact.phone),
          blocked(sql`document`, contact.document),
          blocked(sql`user_id`, contact.userId),
        ],
        sql` union `,
      )})`;
    const attendance = (kind: "attendance_opened" | "attendance_closed", at: SQL) => sql`
      select ${at} as at, id || ':' || ${kind} as id,
        ${event(kind, sql`'attendanceId', id`, sql`'channel', channel`)} as happened
      from attendances where tenant_id = ${tenantId} and phone = ${text(contact.phone)} and ${at} is not null`;
    // Who waits for a first try, or whose call has no answer, has no message yet.
    const messages = sql`
      select coalesce(s.sent_at, s.failed_at) as at, s.campaign_id as id,
        ${event("message", sql`'campaignId', s.campaign_id`, sql`'campaignName', c.name`, sql`'sentAt', s.sent_at`, sql`'deliveredAt', s.delivered_at`, sql`'readAt', s.read_at`, sql`'repliedAt', s.replied_at`, sql`'failedAt', s.failed_at`)} as happened
      from contact_sends as s
      left join campaigns as c on c.tenant_id = ${tenantId} and c.id = s.campaign_id
      where s.tenant_id = ${tenantId} and s.contact_id = ${contact.id} and coalesce(s.sent_at, s.failed_at) is not null`;
    const by = sql`'by', iif(actor like 'user:%', 'user', 'program')`;
    const edited = sql`
      select at, id, iif(action = 'contact.merge',
        ${event("merged", sql`'contactId', detail ->> '$.mergedId'`, by)},
        ${event("edited", sql`'fields', json(coalesce(detail -> '$.fields', '[]'))`, by)}) as happened
      from audit_log
      where tenant_id = ${tenantId} and subject = ${contact.id} and action in ('contact.update', 'contact.merge')`;
    return {
      messages: [messages],
      imports: [created, imported],
      consent: [consent],
      blocks: [blocks],
      attendances: [attendance("attendance_opened", sql`started_at`), attendance("attendance_closed", sql`ended_at`)],
      edits: [edited],
    };
  }

  return {
    /** The newest first. */
    async page(contact: TimelineContact, { group, limit, cursor }: TimelineQuery): Promise<Page<TimelineEntry>> {
      const sources = sourcesOf(contact);
      const wanted = group ? sources[group] : TIMELINE_GROUP_NAMES.flatMap((name) => sources[name]);
      const place = cursor === undefined ? null : timelinePlace(cursor);
      const after = place ? sql`where (at, id) < (${place.at}, ${place.id})` : sql``;
      const pages = await Promise.all(
        wanted.map((source) =>
          orm.all<Row>(
            sql`select at, id, happened from (${source}) ${after} order by at desc, id desc limit ${limit + 1}`,
          ),
        ),
      );
      return timelinePage(
        pages.map((rows) => rows.map(({ at, id, happened }) => ({ at, id, happened: readEvent(happened) }))),
        limit,
      );
    },
  };
}
