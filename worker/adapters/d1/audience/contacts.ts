import { and, desc, eq, getTableColumns, lt, type SQL, sql } from "drizzle-orm";
import { type Page, type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audienceMembers, audiences, contacts } from "#adapters/d1/schema/audience.ts";
import { contactMatches } from "#adapters/d1/search.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import { afterWord, NO_WORD_YET } from "#core/audience/consent.ts";
import type { ContactField } from "#core/audience/contact-fields.ts";
import { wordsWanted } from "#core/audience/contact-words.ts";
import { personTerms } from "#core/shared/search.ts";
import { REFUSAL_REASON } from "./blocks.ts";
import { type CampaignPageQuery, campaignPage } from "./campaign-page.ts";
import { type ConsentChange, consentStore } from "./consent.ts";
import { mergeStore } from "./contact-merge.ts";
import { searchContacts } from "./contact-search.ts";
import { countMatching, listMatching } from "./matching-contacts.ts";

/** Audiences of one contact that are told. */
const MOST_AUDIENCES = 200;

/** More contacts than a person can have numbers. */
const MOST_OF_ONE_USER = 20;

export type ContactRow = typeof contacts.$inferSelect;

/** A field that is left out is not known. */
export interface ContactInput extends Partial<Record<ContactField, string | null>> {
  name: string;
  phone: string;
  hashtags: string[];
  attributes: Record<string, string>;
}
export type ContactQuery = PageQuery & {
  audienceId?: string | undefined;
  /** Instead of an audience's listed members: the tenant's contacts that match at an instant (`now`, ms). */
  matching?: { filter: AudienceFilter; now: number } | undefined;
  phone?: string | undefined;
  document?: string | undefined;
  customerCode?: string | undefined;
  /** How words of the name, or a phone, document, code or e-mail, begin, or how a phone ends. */
  q?: string | undefined;
};
export function contactStore(db: TenantDb) {
  const { orm, d1, tenantId } = db;
  const { record, ...consent } = consentStore(db);
  const own = (id: string) => and(eq(contacts.tenantId, tenantId), eq(contacts.id, id));

  /** Contacts that these conditions narrow down, or all of the tenant's. */
  async function byIndex(
    { limit, cursor, audienceId }: PageQuery & { audienceId?: string | undefined },
    ...conditions: (SQL | undefined)[]
  ): Promise<Page<ContactRow>> {
    const isMember = sql`exists (select 1 from ${audienceMembers} where ${audienceMembers.tenantId} = ${tenantId}
      and ${audienceMembers.audienceId} = ${audienceId} and ${audienceMembers.contactId} = ${contacts.id})`;
    const rows = await orm
      .select()
      .from(contacts)
      .where(
        and(
          eq(contacts.tenantId, tenantId),
          ...conditions,
          audienceId ? isMember : undefined,
          cursor ? lt(contacts.id, cursor) : undefined,
        ),
      )
      // Without the + SQLite would rather read all of the tenant in this order than sort the few that an index gives it.
      .orderBy(conditions.length > 0 ? sql`+${contacts.id} desc` : desc(contacts.id))
      .limit(limit + 1);
    return toPage(rows, limit);
  }

  async function members({ limit, cursor, audienceId }: PageQuery & { audienceId: string }): Promise<Page<ContactRow>> {
    // A cross join keeps the order of the tables: members by their key, each with its contact, and no sorting.
    const rows = await orm
      .select(getTableColumns(contacts))
      .from(audienceMembers)
      .crossJoin(contacts)
      .where(
        and(
          eq(audienceMembers.tenantId, tenantId),
          eq(audienceMembers.audienceId, audienceId),
          eq(contacts.tenantId, tenantId),
          eq(contacts.id, audienceMembers.contactId),
          cursor ? lt(audienceMembers.contactId, cursor) : undefined,
        ),
      )
      .orderBy(desc(audienceMembers.contactId))
      .limit(limit + 1);
    return toPage(rows, limit);
  }

  /** In the order of the ids; who is not there is left out. */
  async function byIds(ids: string[]): Promise<ContactRow[]> {
    if (ids.length === 0) return [];
    const rows = await orm
      .select()
      .from(contacts)
      .where(
        and(
          eq(contacts.tenantId, tenantId),
          sql`${contacts.id} in (select value from json_each(${JSON.stringify(ids)}))`,
        ),
      );
    const known = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  return {
    ...consent,
    ...mergeStore(db),
    /** Newest first; of a search first those who have the very words. One in an audience may end a page early; see {@link searchContacts}. */
    async list({ limit, cursor, audienceId, matching, q, ...filter }: ContactQuery): Promise<Page<ContactRow>> {
      const terms = personTerms(q ?? "");
      const exact = [
        filter.phone ? eq(contacts.phone, filter.phone) : undefined,
        filter.document ? eq(contacts.document, filter.document) : undefined,
        filter.customerCode ? eq(contacts.customerCode, filter.customerCode) : undefined,
      ].filter((condition) => condition !== undefined);
      if (matching) {
        const also = and(...exact, contactMatches(sql`${contacts.search}`, terms));
        const { ids, nextCursor } = await listMatching(db, { ...matching, cursor: cursor ?? null, limit, also });
        return { data: await byIds(ids), nextCursor };
      }
      if (exact.length > 0) return byIndex({ limit, cursor, audienceId }, ...exact, contactMatches(sql`search`, terms));
      if (!q?.trim()) return audienceId ? members({ limit, cursor, audienceId }) : byIndex({ limit, cursor });
      const wanted = wordsWanted(tenantId, q);
      if (wanted === null) return { data: [], nextCursor: null };
      const { ids, nextCursor } = await searchContacts(db, { wanted, limit, cursor, audienceId });
      return { data: await byIds(ids), nextCursor };
    },
    async get(id: string): Promise<ContactRow | null> {
      return (await orm.select().from(contacts).where(own(id)).get()) ?? null;
    },
    /** The audiences that a contact is a member of, newest first. */
    async audiencesOf(id: string) {
      // By audience, as memberships are kept; a search by contact would read all of them.
      const isMember = sql`exists (select 1 from ${audienceMembers} where ${audienceMembers.tenantId} = ${tenantId}
        and ${audienceMembers.audienceId} = ${audiences.id} and ${audienceMembers.contactId} = ${id})`;
      return orm
        .select()
        .from(audiences)
        .where(and(eq(audiences.tenantId, tenantId), isMember))
        .orderBy(desc(audiences.id))
        .limit(MOST_AUDIENCES);
    },
    /** Null when the tenant has a contact with this phone. */
    async create(
      { id, createdAt, ...fields }: ContactInput & { id: string; createdAt: number },
      { optIn, audienceId }: { optIn?: ConsentChange | undefined; audienceId?: string | undefined } = {},
    ): Promise<ContactRow | null> {
      const given = optIn ? consentGiven(optIn, createdAt) : {};
      const insert = orm
        .insert(contacts)
        .values({ ...fields, ...given, id, tenantId, createdAt, updatedAt: createdAt })
        .onConflictDoNothing()
        .toSQL();
      const statements = [d1.prepare(insert.sql).bind(...insert.params)];
      if (optIn) statements.push(record([id], optIn, null, createdAt));
      if (audienceId) statements.push(...joinAudience(id, audienceId));
      const [inserted] = await d1.batch(statements);
      return inserted?.meta.changes ? this.get(id) : null;
    },
    /** Fields that are left out stay. */
    async update(
      id: string,
      fields: Partial<ContactInput>,
      now: number,
    ): Promise<ContactRow | "not_found" | "phone_taken"> {
      const isFree = fields.phone
        ? sql`not exists (select 1 from contacts as other where other.tenant_id = ${tenantId} and other.phone = ${fields.phone} and other.id <> ${id})`
        : undefined;
      const [row] = await orm
        .update(contacts)
        .set({
          ...fields,
          // Meta's id is of whoever has the number, and a corrected number may be somebody else's.
          ...(fields.phone ? { userId: sql`case when phone = ${fields.phone} then user_id end` } : {}),
          updatedAt: now,
        })
        .where(and(own(id), isFree))
        .returning();
      if (row) return row;
      return (await this.get(id)) ? "phone_taken" : "not_found";
    },
    /**
     * Removes a contact from all audiences and for good; the events of its consent stay, they hold no personal data. Of
     * somebody who had said no a block stays with number and id of Meta's: else an import would bring them back as new.
     */
    async remove(id: string, { blockId, now }: { blockId: string; now: number }): Promise<boolean> {
      // By audience, since memberships are kept by audience: a search by contact would read all of them.
      const memberships = `tenant_id = ?1 and contact_id = ?2 and audience_id in (select id from audiences where tenant_id = ?1)`;
      const results = await d1.batch([
        d1
          .prepare(
            `insert into blocks (id, tenant_id, phone, user_id, user_phone, reason, created_at, covers_since)
             select ?3, ?1, phone, user_id, iif(user_id is null, null, phone), '${REFUSAL_REASON}', ?4, ?4 from contacts
             where tenant_id = ?1 and id = ?2 and opt_in_status = 'revoked' and coalesce(phone, user_id) is not null`,
          )
          .bind(tenantId, id, blockId, now),
        d1
          .prepare(
            `update audiences set contact_count = contact_count - 1
             where tenant_id = ?1 and id in (select audience_id from audience_members where ${memberships})`,
          )
          .bind(tenantId, id),
        d1.prepare(`delete from audience_members where ${memberships}`).bind(tenantId, id),
        d1.prepare("delete from contacts where tenant_id = ?1 and id = ?2").bind(tenantId, id),
      ]);
      return (results.at(-1)?.meta.changes ?? 0) > 0;
    },
    /** Who has this id of Meta's (BSUID): several while the same person is more than one contact. */
    async byUserId(userId: string): Promise<ContactRow[]> {
      const isUser = and(eq(contacts.tenantId, tenantId), eq(contacts.userId, userId));
      return orm.select().from(contacts).where(isUser).limit(MOST_OF_ONE_USER);
    },
    /** Notes who these people are to Meta, by their phones. Safe to repeat: what is known is not written again. */
    async noteUserIds(users: { phone: string; userId: string }[]): Promise<void> {
      await d1
        .prepare(
          `update contacts set user_id =
               (select value ->> 'userId' from json_each(?2) where value ->> 'phone' = contacts.phone)
             where id in (
               select contacts.id from json_each(?2) as told
                 cross join contacts on tenant_id = ?1 and phone = told.value ->> 'phone'
                 where user_id is not told.value ->> 'userId')`,
        )
        .bind(tenantId, JSON.stringify(users))
        .run();
    },
    async replaceUserId(previous: string, userId: string): Promise<void> {
      await orm
        .update(contacts)
        .set({ userId })
        .where(and(eq(contacts.tenantId, tenantId), eq(contacts.userId, previous)));
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
    /** Notes that a campaign's messages could not be delivered to these people; once per campaign. */
    async addStrikes(contactIds: string[], campaignId: string, now: number): Promise<void> {
      await d1
        .prepare(
          `insert or ignore into contact_strikes (tenant_id, contact_id, campaign_id, at)
             select ?1, value, ?2, ?3 from json_each(?4)`,
        )
        .bind(tenantId, campaignId, now, JSON.stringify(contactIds))
        .run();
    },
    /** Whoever writes to us can be reached. */
    async forgetStrikes(phones: string[]): Promise<void> {
      await d1
        .prepare(
          `delete from contact_strikes where tenant_id = ?1 and contact_id in
             (select id from contacts where tenant_id = ?1 and phone in (select value from json_each(?2)))`,
        )
        .bind(tenantId, JSON.stringify(phones))
        .run();
    },
    pageForCampaign: (query: CampaignPageQuery) => campaignPage(db, query),
    countMatching: (part: Parameters<typeof countMatching>[1]) => countMatching(db, part),
  };

  function consentGiven({ source, at, eventId }: ConsentChange, now: number) {
    const { status, yesAt } = afterWord(NO_WORD_YET, { says: "yes", at }, now);
    return { optInStatus: status, optInSource: source, optInAt: yesAt, consentId: eventId };
  }

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
