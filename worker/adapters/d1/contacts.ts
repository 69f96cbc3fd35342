import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, or, sql } from "drizzle-orm";
import type { Contact } from "../../core/model.ts";
import { type PageQuery, toPage } from "./page.ts";
import { audienceMembers, campaigns, consentEvents, contacts } from "./schema.ts";
import type { TenantDb } from "./tenant-db.ts";

export type ContactRow = typeof contacts.$inferSelect;
export type ConsentEventRow = typeof consentEvents.$inferSelect;

/** A member of an audience as a campaign needs it; `optOutAt` (ms) is set while consent is taken back. */
export interface CampaignContact extends Contact {
  optOutAt: number | null;
}
export interface ContactFields {
  name: string;
  document: string | null;
  customerCode: string | null;
  phone: string;
  email: string | null;
  hashtags: string[];
  attributes: Record<string, string>;
}
export type ContactQuery = PageQuery & {
  audienceId?: string | undefined;
  phone?: string | undefined;
  document?: string | undefined;
  customerCode?: string | undefined;
  /** Part of the name, or at least four digits of the phone. */
  q?: string | undefined;
};
/** A consent given or taken back, and the event that proves it. `at`: when the person said so, ms. */
export interface ConsentChange {
  eventId: string;
  source: string;
  at: number;
}

/** D1 answers some megabytes at most; ids are about 35 bytes. */
const PAGE_ROWS = 10_000;

export function contactStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(contacts.tenantId, tenantId), eq(contacts.id, id));

  /** Writes the event of every contact whose consent has just become what it is by the change of this id. */
  const recordConsent = (contactIds: string[], change: ConsentChange, reason: string | null, now: number) =>
    d1
      .prepare(
        `insert or ignore into consent_events (tenant_id, contact_id, id, status, source, reason, at, recorded_at)
         select ?1, contacts.id, consent_id, opt_in_status, ?4, ?5, ?6, ?7
         from json_each(?2) as wanted cross join contacts on contacts.tenant_id = ?1 and contacts.id = wanted.value
         where consent_id = ?3`,
      )
      .bind(tenantId, JSON.stringify(contactIds), change.eventId, change.source, reason, change.at, now);

  return {
    async list({ limit, cursor, audienceId, ...filter }: ContactQuery) {
      const digits = filter.q?.replace(/\D/g, "") ?? "";
      const conditions = [
        eq(contacts.tenantId, tenantId),
        filter.phone ? eq(contacts.phone, filter.phone) : undefined,
        filter.document ? eq(contacts.document, filter.document) : undefined,
        filter.customerCode ? eq(contacts.customerCode, filter.customerCode) : undefined,
        filter.q
          ? or(
              sql`instr(lower(${contacts.name}), lower(${filter.q})) > 0`,
              digits.length >= 4 ? sql`instr(${contacts.phone}, ${digits}) > 0` : undefined,
            )
          : undefined,
      ];
      if (!audienceId) {
        const rows = await orm
          .select()
          .from(contacts)
          .where(and(...conditions, cursor ? lt(contacts.id, cursor) : undefined))
          .orderBy(desc(contacts.id))
          .limit(limit + 1);
        return toPage(rows, limit);
      }
      // A cross join keeps the order of the tables: members by their key, each with its contact, and no sorting.
      const rows = await orm
        .select(getTableColumns(contacts))
        .from(audienceMembers)
        .crossJoin(contacts)
        .where(
          and(
            eq(audienceMembers.tenantId, tenantId),
            eq(audienceMembers.audienceId, audienceId),
            eq(contacts.id, audienceMembers.contactId),
            ...conditions,
            cursor ? lt(audienceMembers.contactId, cursor) : undefined,
          ),
        )
        .orderBy(desc(audienceMembers.contactId))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async get(id: string): Promise<ContactRow | null> {
      return (await orm.select().from(contacts).where(own(id)).get()) ?? null;
    },
    /** Null when the tenant has a contact with this phone. */
    async create(
      { id, createdAt, ...fields }: ContactFields & { id: string; createdAt: number },
      { optIn, audienceId }: { optIn?: ConsentChange | undefined; audienceId?: string | undefined } = {},
    ): Promise<ContactRow | null> {
      const consent = optIn
        ? { optInStatus: "granted" as const, optInSource: optIn.source, optInAt: optIn.at, consentId: optIn.eventId }
        : {};
      const insert = orm
        .insert(contacts)
        .values({ ...fields, ...consent, id, tenantId, createdAt, updatedAt: createdAt })
        .onConflictDoNothing()
        .toSQL();
      const statements = [d1.prepare(insert.sql).bind(...insert.params)];
      if (optIn) statements.push(recordConsent([id], optIn, null, createdAt));
      if (audienceId) statements.push(...joinAudience(id, audienceId));
      const [inserted] = await d1.batch(statements);
      return inserted?.meta.changes ? this.get(id) : null;
    },
    /** Fields that are left out stay. */
    async update(
      id: string,
      fields: Partial<ContactFields>,
      now: number,
    ): Promise<ContactRow | "not_found" | "phone_taken"> {
      const isFree = fields.phone
        ? sql`not exists (select 1 from contacts as other where other.tenant_id = ${tenantId} and other.phone = ${fields.phone} and other.id <> ${id})`
        : undefined;
      const [row] = await orm
        .update(contacts)
        .set({ ...fields, updatedAt: now })
        .where(and(own(id), isFree))
        .returning();
      if (row) return row;
      return (await this.get(id)) ? "phone_taken" : "not_found";
    },
    /** Removes a contact from all audiences and for good; the events of its consent stay, they hold no personal data. */
    async remove(id: string): Promise<boolean> {
      // By audience, since memberships are kept by audience: a search by contact would read all of them.
      const memberships = `tenant_id = ?1 and contact_id = ?2 and audience_id in (select id from audiences where tenant_id = ?1)`;
      const [, , removed] = await d1.batch([
        d1
          .prepare(
            `update audiences set contact_count = contact_count - 1
             where tenant_id = ?1 and id in (select audience_id from audience_members where ${memberships})`,
          )
          .bind(tenantId, id),
        d1.prepare(`delete from audience_members where ${memberships}`).bind(tenantId, id),
        d1.prepare("delete from contacts where tenant_id = ?1 and id = ?2").bind(tenantId, id),
      ]);
      return (removed?.meta.changes ?? 0) > 0;
    },
    /**
     * A person's consent. One that is older than what we know changes nothing, and one from before an opt-out does not
     * undo it.
     */
    async optIn(id: string, change: ConsentChange, now: number): Promise<ContactRow | "not_found" | "opted_out_later"> {
      await d1.batch([
        d1
          .prepare(
            `update contacts set opt_in_status = 'granted', opt_in_source = ?3, opt_in_at = ?4, opt_out_at = null,
                                 opt_out_reason = null, consent_id = ?5, updated_at = ?6
             where tenant_id = ?1 and id = ?2
               and case opt_in_status when 'granted' then opt_in_at < ?4 when 'revoked' then opt_out_at <= ?4 else 1 end`,
          )
          .bind(tenantId, id, change.source, change.at, change.eventId, now),
        recordConsent([id], change, null, now),
      ]);
      const row = await this.get(id);
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
        recordConsent(contactIds, change, reason, now),
      ]);
    },
    async idsByPhone(phones: string[]): Promise<string[]> {
      const rows = await orm
        .select({ id: contacts.id })
        .from(contacts)
        .where(
          and(
            eq(contacts.tenantId, tenantId),
            sql`${contacts.phone} in (select value from json_each(${JSON.stringify(phones)}))`,
          ),
        );
      return rows.map(({ id }) => id);
    },
    /** Every change of a contact's consent, oldest first. */
    async consentHistory(id: string): Promise<ConsentEventRow[]> {
      return orm
        .select()
        .from(consentEvents)
        .where(and(eq(consentEvents.tenantId, tenantId), eq(consentEvents.contactId, id)))
        .orderBy(asc(consentEvents.recordedAt), asc(consentEvents.at));
    },
    /** The next members of an audience in the order of their ids; `afterContactId` null for the first ones. */
    async pageForCampaign(
      audienceId: string,
      afterContactId: string | null,
      limit: number,
    ): Promise<CampaignContact[]> {
      return orm
        .select({
          id: contacts.id,
          phone: contacts.phone,
          name: contacts.name,
          document: contacts.document,
          customerCode: contacts.customerCode,
          email: contacts.email,
          hashtags: contacts.hashtags,
          attributes: contacts.attributes,
          optInStatus: contacts.optInStatus,
          optOutAt: contacts.optOutAt,
        })
        .from(audienceMembers)
        .crossJoin(contacts)
        .where(
          and(
            eq(audienceMembers.tenantId, tenantId),
            eq(audienceMembers.audienceId, audienceId),
            gt(audienceMembers.contactId, afterContactId ?? ""),
            eq(contacts.tenantId, tenantId),
            eq(contacts.id, audienceMembers.contactId),
          ),
        )
        .orderBy(asc(audienceMembers.contactId))
        .limit(limit);
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

  function joinAudience(contactId: string, audienceId: string): D1PreparedStatement[] {
    const isThere = "exists (select 1 from contacts where tenant_id = ?1 and id = ?3)";
    return [
      d1
        .prepare(`insert into audience_members (tenant_id, audience_id, contact_id) select ?1, ?2, ?3 where ${isThere}`)
        .bind(tenantId, audienceId, contactId),
      d1
        .prepare(
          `update audiences set contact_count = contact_count + 1 where tenant_id = ?1 and id = ?2 and ${isThere}`,
        )
        .bind(tenantId, audienceId, contactId),
    ];
  }
}
