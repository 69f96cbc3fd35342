import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { type Page, type PageQuery, toPage } from "#adapters/d1/page.ts";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { erasedPeople, erasures } from "#adapters/d1/schema/personal-data.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { addFound, type ErasureCursor, type ErasureFound, FIRST_CURSOR } from "#core/audience/erasure.ts";
import { type PersonMarks, personalDocument } from "#core/audience/person.ts";
import { PERSON_TABLES } from "./person-tables.ts";

export type ErasureRow = typeof erasures.$inferSelect;
export type NewErasure = Pick<ErasureRow, "id" | "contactId" | "reason" | "createdBy" | "createdAt"> & {
  sealedPerson: string;
};
/** Where whoever takes a step has begun: it counts only while nobody else has taken one. */
type ErasureStand = Pick<ErasureRow, "id" | "steps">;

const UNFINISHED = ["queued", "running"] as const;

export function erasureStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(erasures.tenantId, tenantId), eq(erasures.id, id));
  const standing = ({ id, steps }: ErasureStand) =>
    and(own(id), inArray(erasures.status, UNFINISHED), eq(erasures.steps, steps));
  const get = async (id: string): Promise<ErasureRow | null> =>
    (await orm.select().from(erasures).where(own(id)).get()) ?? null;
  const ofContact = async (contactId: string): Promise<ErasureRow | null> =>
    (await orm
      .select()
      .from(erasures)
      .where(and(eq(erasures.tenantId, tenantId), eq(erasures.contactId, contactId)))
      .get()) ?? null;

  return {
    get,
    ofContact,
    async list({ limit, cursor }: PageQuery): Promise<Page<ErasureRow>> {
      const rows = await orm
        .select()
        .from(erasures)
        .where(and(eq(erasures.tenantId, tenantId), cursor ? lt(erasures.id, cursor) : undefined))
        .orderBy(desc(erasures.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** By what the contact's person is found: other contacts with the same CPF or id of Meta's are the same person. */
    async marksOf(contact: { id: string; document: string | null; userId: string | null }): Promise<PersonMarks> {
      const { results } = await d1
        .prepare(
          `select id, phone, document, email, user_id as userId from contacts where tenant_id = ?1 and id = ?2
           union
           select id, phone, document, email, user_id from contacts where tenant_id = ?1 and document = ?3
           union
           select id, phone, document, email, user_id from contacts where tenant_id = ?1 and user_id = ?4`,
        )
        .bind(tenantId, contact.id, personalDocument(contact.document), contact.userId)
        .all<{
          id: string;
          phone: string | null;
          document: string | null;
          email: string | null;
          userId: string | null;
        }>();
      const known = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
      return {
        contactIds: results.map(({ id }) => id),
        phones: known(results.map(({ phone }) => phone)),
        documents: known(results.map(({ document }) => personalDocument(document))),
        userIds: known(results.map(({ userId }) => userId)),
        emails: known(results.map(({ email }) => email)),
      };
    },
    /** Begins, and from now on the person does not come back. Of two who begin with the same contact, one does. */
    async create(row: NewErasure, hashes: string[]): Promise<ErasureRow | null> {
      const insert = orm
        .insert(erasures)
        .values({ ...row, tenantId, status: "queued", cursor: FIRST_CURSOR, found: {}, movedAt: row.createdAt })
        .onConflictDoNothing()
        .toSQL();
      await d1.batch([
        d1.prepare(insert.sql).bind(...insert.params),
        d1
          .prepare(
            `insert or ignore into erased_people (tenant_id, hash, erasure_id, at)
               select ?1, value, ?3, ?4 from json_each(?2)
               where exists (select 1 from erasures where tenant_id = ?1 and id = ?3)`,
          )
          .bind(tenantId, JSON.stringify(hashes), row.id, row.createdAt),
      ]);
      return ofContact(row.contactId);
    },
    /** One that was given up goes on where it stood. */
    async resume(id: string, now: number): Promise<boolean> {
      const rows = await orm
        .update(erasures)
        .set({ status: "queued", attempts: 0, completedAt: null, movedAt: now })
        .where(and(own(id), eq(erasures.status, "failed")))
        .returning({ id: erasures.id });
      return rows.length > 0;
    },
    /** Null when there is nothing left to do. */
    async open(id: string): Promise<(ErasureRow & { sealedPerson: string }) | null> {
      const row = await get(id);
      if (!row || row.sealedPerson === null || (row.status !== "queued" && row.status !== "running")) return null;
      return { ...row, sealedPerson: row.sealedPerson };
    },
    /** A step is done. A cursor of null is the end. Null when another run took this step first. */
    async move(
      stand: ErasureRow,
      { cursor, found, now }: { cursor: ErasureCursor | null; found: ErasureFound; now: number },
    ): Promise<ErasureRow | null> {
      const end = { status: "completed" as const, sealedPerson: null, completedAt: now };
      const [row] = await orm
        .update(erasures)
        .set({
          ...(cursor === null ? end : { status: "running" as const, cursor }),
          found: addFound(stand.found, found),
          steps: stand.steps + 1,
          attempts: 0,
          movedAt: now,
        })
        .where(standing(stand))
        .returning();
      return row ?? null;
    },
    /** Notes that the next step could not be taken. False when it was, or the erasure is over. */
    async failedStep(stand: ErasureStand, now: number): Promise<boolean> {
      const rows = await orm
        .update(erasures)
        .set({ attempts: sql`${erasures.attempts} + 1`, movedAt: now })
        .where(standing(stand))
        .returning({ id: erasures.id });
      return rows.length > 0;
    },
    /** The unfinished erasure that was asked for first: the one whose turn it is to rewrite what several may share. */
    async first(): Promise<string | null> {
      const row = await orm
        .select({ id: erasures.id })
        .from(erasures)
        .where(and(eq(erasures.tenantId, tenantId), inArray(erasures.status, UNFINISHED)))
        .orderBy(asc(erasures.id))
        .limit(1)
        .get();
      return row?.id ?? null;
    },
    /** It is another's turn: that is no try in vain. */
    async waits(stand: ErasureStand, now: number): Promise<void> {
      await orm.update(erasures).set({ attempts: 0, movedAt: now }).where(standing(stand));
    },
    /** What it was to find stays, so that it can go on. False when it was over already. */
    async fail(id: string, now: number): Promise<boolean> {
      const rows = await orm
        .update(erasures)
        .set({ status: "failed", movedAt: now })
        .where(and(own(id), inArray(erasures.status, UNFINISHED)))
        .returning({ id: erasures.id });
      return rows.length > 0;
    },
    /** How many rows the tables of the catalogue hold of a person. */
    async countPerson(person: PersonMarks): Promise<ErasureFound> {
      const marks = JSON.stringify(person);
      const counts = await d1.batch<{ n: number }>(
        PERSON_TABLES.map(({ table, isTheirs }) =>
          d1.prepare(`select count(*) as n from ${table} where tenant_id = ?1 and ${isTheirs}`).bind(tenantId, marks),
        ),
      );
      return Object.fromEntries(
        PERSON_TABLES.map(({ countedAs }, place) => [countedAs, counts[place]?.results[0]?.n ?? 0]),
      );
    },
    /** Takes a person out of all tables, or out of none. */
    async erasePerson(person: PersonMarks): Promise<void> {
      const marks = JSON.stringify(person);
      await d1.batch([
        d1
          .prepare(
            `update audiences set contact_count = contact_count - (
                 select count(*) from audience_members as member where member.tenant_id = ?1
                   and member.audience_id = audiences.id and contact_id in (select value from json_each(?2, '$.contactIds')))
               where tenant_id = ?1 and id in (
                 select audience_id from audience_members where tenant_id = ?1
                   and audience_id in (select id from audiences where tenant_id = ?1)
                   and contact_id in (select value from json_each(?2, '$.contactIds')))`,
          )
          .bind(tenantId, marks),
        ...PERSON_TABLES.map(({ table, isTheirs, erase }) =>
          d1
            .prepare(
              `${erase === "delete" ? `delete from ${table}` : `update ${table} ${erase}`} where tenant_id = ?1 and ${isTheirs}`,
            )
            .bind(tenantId, marks),
        ),
      ]);
    },
    /** Campaigns that have an object, in the order of their ids. */
    async launchedAfter(campaignId: string, limit: number): Promise<string[]> {
      const { results } = await d1
        .prepare(
          `select id from campaigns where tenant_id = ?1 and id > ?2 and launched_at is not null order by id limit ?3`,
        )
        .bind(tenantId, campaignId, limit)
        .all<{ id: string }>();
      return results.map(({ id }) => id);
    },
    async launchedIds(): Promise<string[]> {
      const rows = await orm
        .select({ id: campaigns.id })
        .from(campaigns)
        .where(and(eq(campaigns.tenantId, tenantId), sql`${campaigns.launchedAt} is not null`));
      return rows.map(({ id }) => id);
    },
    async portfolioIds(): Promise<string[]> {
      const rows = await orm
        .selectDistinct({ id: lines.portfolioId })
        .from(lines)
        .where(eq(lines.tenantId, tenantId))
        .orderBy(lines.portfolioId);
      return rows.map(({ id }) => id);
    },
    /** The newest of those who must not come back; null when nobody was erased. */
    async lastErased(): Promise<number | null> {
      const row = await orm
        .select({ seq: sql<number | null>`max(${erasedPeople.seq})` })
        .from(erasedPeople)
        .where(eq(erasedPeople.tenantId, tenantId))
        .get();
      return row?.seq ?? null;
    },
    /** Which of these hashes are those of people who were erased. */
    async erasedAmong(hashes: string[]): Promise<Set<string>> {
      const { results } = await d1
        .prepare(`select hash from erased_people where tenant_id = ?1 and hash in (select value from json_each(?2))`)
        .bind(tenantId, JSON.stringify(hashes))
        .all<{ hash: string }>();
      return new Set(results.map(({ hash }) => hash));
    },
  };
}

/** Erasures of all tenants that have not moved since `movedBefore` (ms) and are not done. */
export async function stalledErasures(
  orm: TenantDb["orm"],
  movedBefore: number,
  limit: number,
): Promise<(ErasureStand & Pick<ErasureRow, "tenantId" | "attempts">)[]> {
  return orm
    .select({ id: erasures.id, tenantId: erasures.tenantId, steps: erasures.steps, attempts: erasures.attempts })
    .from(erasures)
    .where(and(sql`status in ('queued','running')`, lt(erasures.movedAt, movedBefore)))
    .orderBy(erasures.movedAt)
    .limit(limit);
}
