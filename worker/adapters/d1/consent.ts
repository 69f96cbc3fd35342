import { and, asc, eq, gt, gte, inArray, or, sql } from "drizzle-orm";
import { campaigns, consentEvents, contacts } from "./schema.ts";
import type { TenantDb } from "./tenant-db.ts";

export type ConsentEventRow = typeof consentEvents.$inferSelect;

/** A consent given or taken back, and the event that proves it. `at`: when the person said so, ms. */
export interface ConsentChange {
  eventId: string;
  source: string;
  at: number;
}

/** D1 answers some megabytes at most; ids are about 35 bytes. */
const PAGE_ROWS = 10_000;

/**
 * Who may be written to. A change of consent is the contact's columns and an event that nothing changes any more,
 * written together; `contacts.consent_id` names the event that made the consent what it is.
 */
export function consentStore({ orm, d1, tenantId }: TenantDb) {
  /** Writes the event of every contact whose consent has just become what it is by the change of this id. */
  const record = (contactIds: string[], change: ConsentChange, reason: string | null, now: number) =>
    d1
      .prepare(
        `insert or ignore into consent_events (tenant_id, contact_id, id, status, source, reason, at, recorded_at)
         select ?1, contacts.id, consent_id, opt_in_status, ?4, ?5, ?6, ?7
         from json_each(?2) as wanted cross join contacts on contacts.tenant_id = ?1 and contacts.id = wanted.value
         where consent_id = ?3`,
      )
      .bind(tenantId, JSON.stringify(contactIds), change.eventId, change.source, reason, change.at, now);

  return {
    record,
    /**
     * A person's consent. One that is older than what we know changes nothing, and one from before an opt-out does not
     * undo it.
     */
    async optIn(
      id: string,
      change: ConsentChange,
      now: number,
    ): Promise<typeof contacts.$inferSelect | "not_found" | "opted_out_later"> {
      await d1.batch([
        d1
          .prepare(
            `update contacts set opt_in_status = 'granted', opt_in_source = ?3, opt_in_at = ?4, opt_out_at = null,
                                 opt_out_reason = null, consent_id = ?5, updated_at = ?6
             where tenant_id = ?1 and id = ?2
               and case opt_in_status when 'granted' then opt_in_at < ?4 when 'revoked' then opt_out_at <= ?4 else 1 end`,
          )
          .bind(tenantId, id, change.source, change.at, change.eventId, now),
        record([id], change, null, now),
      ]);
      const row = await orm
        .select()
        .from(contacts)
        .where(and(eq(contacts.tenantId, tenantId), eq(contacts.id, id)))
        .get();
      if (!row) return "not_found";
      return row.optInStatus === "granted" ? row : "opted_out_later";
    },
    /** Takes consent back. Who had done so already keeps the first instant and reason. */
    async optOut(contactIds: string[], change: ConsentChange, reason: string | null, now: number): Promise<void> {
      await d1.batch([
        d1
          .prepare(
            // opt_out_at is when we learned of it, so that nobody who asks what is new since then can miss it.
            `update contacts set opt_in_status = 'revoked', opt_out_at = ?3, opt_out_reason = ?4, consent_id = ?5, updated_at = ?3
             where tenant_id = ?1 and id in (select value from json_each(?2)) and opt_in_status <> 'revoked'`,
          )
          .bind(tenantId, JSON.stringify(contactIds), now, reason ?? change.source, change.eventId),
        record(contactIds, change, reason, now),
      ]);
    },
    /** Which of these contacts consent to being written to at this moment. */
    async consenting(contactIds: string[]): Promise<Set<string>> {
      const { results } = await d1
        .prepare(
          `select id from contacts
             where tenant_id = ?1 and id in (select value from json_each(?2)) and opt_in_status = 'granted'`,
        )
        .bind(tenantId, JSON.stringify(contactIds))
        .all<{ id: string }>();
      return new Set(results.map(({ id }) => id));
    },
    /** Every change of a contact's consent, oldest first. */
    async consentHistory(id: string): Promise<ConsentEventRow[]> {
      return orm
        .select()
        .from(consentEvents)
        .where(and(eq(consentEvents.tenantId, tenantId), eq(consentEvents.contactId, id)))
        .orderBy(asc(consentEvents.recordedAt), asc(consentEvents.at));
    },
    /** Who has taken consent back at `since` (ms) or later, and not given it again. */
    async optedOutSince(since: number): Promise<string[]> {
      const ids: string[] = [];
      let last = { at: since, id: "" };
      for (;;) {
        const rows = await orm
          .select({ id: contacts.id, at: sql<number>`${contacts.optOutAt}` })
          .from(contacts)
          .where(
            and(
              eq(contacts.tenantId, tenantId),
              gte(contacts.optOutAt, last.at),
              or(gt(contacts.optOutAt, last.at), gt(contacts.id, last.id)),
              eq(contacts.optInStatus, "revoked"),
            ),
          )
          .orderBy(asc(contacts.optOutAt), asc(contacts.id))
          .limit(PAGE_ROWS);
        for (const { id } of rows) ids.push(id);
        const end = rows.at(-1);
        if (!end || rows.length < PAGE_ROWS) return ids;
        last = end;
      }
    },
    /** Campaigns that may still send: an opt-out must reach them at once. */
    async campaignsUnderWay(): Promise<string[]> {
      const rows = await orm
        .select({ id: campaigns.id })
        .from(campaigns)
        .where(
          and(
            eq(campaigns.tenantId, tenantId),
            inArray(campaigns.status, ["scheduled", "preparing", "running", "paused"]),
          ),
        );
      return rows.map(({ id }) => id);
    },
  };
}
