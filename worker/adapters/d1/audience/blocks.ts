import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { type Page, type PageQuery, toPage } from "#adapters/d1/page.ts";
import { blocks, contacts } from "#adapters/d1/schema/audience.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { blockKeysText, type ListedBlock } from "#core/audience/block.ts";

export type BlockRow = typeof blocks.$inferSelect;
/** By what a block covers people, and in which campaigns. */
export type BlockKeys = Pick<BlockRow, "phone" | "document" | "userId" | "userPhone" | "segmentId">;
/** By what it is made; `now` is when, ms. */
export type NewBlock = Omit<BlockRow, "tenantId" | "userPhone" | "createdAt" | "coversSince" | "keys"> & {
  now: number;
};
export type BlockQuery = PageQuery & {
  phone?: string | undefined;
  document?: string | undefined;
  userId?: string | undefined;
  /** Whoever has any of these. */
  anyOf?: { phone: string | null; document: string | null; userId: string | null } | undefined;
  segmentId?: string | undefined;
  /** Whether it holds at `now` (ms). */
  active?: boolean | undefined;
  now: number;
};
/** Blocks of a campaign of this segment (null: those of the whole tenant alone) that hold at `now`, ms. */
interface Holding {
  segmentId: string | null;
  now: number;
}

/** Why somebody is blocked who had said no and is no contact any more; a word of ours, which screens translate. */
export const REFUSAL_REASON = "opted_out";

/** Pages of blocks, and their people, in megabytes that D1 answers. */
const PAGE_ROWS = 5_000;

const isActive = (now: number) => or(isNull(blocks.until), gt(blocks.until, now));
const holds = (tenantId: string, { segmentId, now }: Holding) =>
  and(
    eq(blocks.tenantId, tenantId),
    isActive(now),
    segmentId === null ? isNull(blocks.segmentId) : or(isNull(blocks.segmentId), eq(blocks.segmentId, segmentId)),
  );

/** Whether a row of `contacts` is covered by a block. Each key is a question of its own, which an index answers. */
export function isBlocked({ tenantId, ...holding }: Holding & { tenantId: string }): SQL<boolean> {
  const covered = (condition: SQL) =>
    sql`exists (select 1 from ${blocks} where ${and(holds(tenantId, holding), condition)})`;
  const byPhone = covered(eq(blocks.phone, contacts.phone));
  const byUser = covered(eq(blocks.userPhone, contacts.phone));
  const byUserId = covered(eq(blocks.userId, contacts.userId));
  return sql<boolean>`(${byPhone} or ${byUser} or ${byUserId} or ${covered(eq(blocks.document, contacts.document))})`;
}

/** Who must not be written to, whatever their contact says. */
export function blockStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(blocks.tenantId, tenantId), eq(blocks.id, id));

  /** Whose phone it is, or that of whose user. */
  function idsWithPhone(phone: string) {
    const has = (condition: SQL) =>
      orm
        .select({ id: blocks.id })
        .from(blocks)
        .where(and(eq(blocks.tenantId, tenantId), condition));
    return has(eq(blocks.phone, phone)).unionAll(has(eq(blocks.userPhone, phone)));
  }

  /** Each key is a question of its own, which an index answers; no block has a key that is blank. */
  function idsWithAny({ phone, document, userId }: NonNullable<BlockQuery["anyOf"]>) {
    const has = (condition: SQL) =>
      orm
        .select({ id: blocks.id })
        .from(blocks)
        .where(and(eq(blocks.tenantId, tenantId), condition));
    return idsWithPhone(phone ?? "")
      .unionAll(has(eq(blocks.document, document ?? "")))
      .unionAll(has(eq(blocks.userId, userId ?? "")));
  }

  /** Contacts that these blocks cover. */
  async function coveredBy(keys: BlockKeys[]): Promise<string[]> {
    const known = (values: (string | null)[]) => JSON.stringify(values.filter((value) => value !== null));
    const { results } = await d1
      .prepare(
        // Cross joins keep the order of the tables: else SQLite would read all of the tenant's contacts.
        `select contacts.id from json_each(?2) as wanted
           cross join contacts on contacts.tenant_id = ?1 and contacts.phone = wanted.value
         union
         select contacts.id from json_each(?3) as wanted
           cross join contacts on contacts.tenant_id = ?1 and contacts.document = wanted.value
         union
         select contacts.id from json_each(?4) as wanted
           cross join contacts on contacts.tenant_id = ?1 and contacts.user_id = wanted.value`,
      )
      .bind(
        tenantId,
        known(keys.flatMap(({ phone, userPhone }) => [phone, userPhone])),
        known(keys.map(({ document }) => document)),
        known(keys.map(({ userId }) => userId)),
      )
      .all<{ id: string }>();
    return results.map(({ id }) => id);
  }

  return {
    coveredBy,
    async list({ limit, cursor, now, ...filter }: BlockQuery): Promise<Page<BlockRow>> {
      const { phone, document, userId, anyOf, segmentId, active } = filter;
      const exact = [
        phone ? inArray(blocks.id, idsWithPhone(phone)) : undefined,
        document ? eq(blocks.document, document) : undefined,
        userId ? eq(blocks.userId, userId) : undefined,
        anyOf ? inArray(blocks.id, idsWithAny(anyOf)) : undefined,
      ].filter((condition) => condition !== undefined);
      const rows = await orm
        .select()
        .from(blocks)
        .where(
          and(
            eq(blocks.tenantId, tenantId),
            ...exact,
            segmentId ? eq(blocks.segmentId, segmentId) : undefined,
            active === undefined
              ? undefined
              : active
                ? isActive(now)
                : and(isNotNull(blocks.until), lte(blocks.until, now)),
            cursor ? lt(blocks.id, cursor) : undefined,
          ),
        )
        // Without the + SQLite would rather read all blocks in this order than sort the few that an index gives it.
        .orderBy(exact.length > 0 ? sql`+${blocks.id} desc` : desc(blocks.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async create({ now, ...row }: NewBlock): Promise<BlockRow> {
      const userPhone = sql<string | null>`(select phone from contacts
        where tenant_id = ${tenantId} and user_id = ${row.userId} limit 1)`;
      return orm
        .insert(blocks)
        .values({ ...row, tenantId, userPhone, createdAt: now, coversSince: now })
        .returning()
        .get();
    },
    /**
     * Takes over blocks of a list, each with an id of its own. Whom a block with the same keys covers as long stays as it is;
     * one that ends earlier ends later now, so that a list may be sent again, and in any order. Safe to repeat.
     *
     * @param listed no two with the same keys, and no more than one statement may hold
     * @returns those that are new or end later; the others changed nothing
     */
    async takeListed(
      listed: (ListedBlock & { id: string })[],
      now: number,
    ): Promise<{ made: BlockKeys[]; extended: BlockKeys[] }> {
      const rows = JSON.stringify(listed.map((block) => ({ ...block, keys: blockKeysText(block) })));
      const [extended, made] = await d1.batch<BlockKeys>([
        d1.prepare(EXTEND_LISTED).bind(tenantId, rows, now),
        d1.prepare(INSERT_LISTED).bind(tenantId, rows, now),
      ]);
      return { made: made?.results ?? [], extended: extended?.results ?? [] };
    },
    /** Fields that are left out stay. Null when there is no such block. */
    async update(
      id: string,
      fields: Partial<Pick<BlockRow, "reason" | "contract" | "until">>,
      now: number,
    ): Promise<BlockRow | null> {
      // One that had ended covers people anew, as far as campaigns under way can tell.
      const coversSince = sql`case when ${blocks.until} <= ${now} then ${now} else ${blocks.coversSince} end`;
      const [row] = await orm
        .update(blocks)
        .set({ ...fields, coversSince: fields.until === undefined ? sql`${blocks.coversSince}` : coversSince })
        .where(own(id))
        .returning();
      return row ?? null;
    },
    /** A person says yes anew, which lifts what their no left behind when their contact went. */
    async liftRefusal({ phone, userId }: { phone: string | null; userId: string | null }): Promise<void> {
      const isTheirs = (condition: SQL) =>
        orm.delete(blocks).where(and(eq(blocks.tenantId, tenantId), condition, eq(blocks.reason, REFUSAL_REASON)));
      await orm.batch([isTheirs(eq(blocks.phone, phone ?? "")), isTheirs(eq(blocks.userId, userId ?? ""))]);
    },
    async remove(id: string): Promise<boolean> {
      return (await orm.delete(blocks).where(own(id)).returning({ id: blocks.id })).length > 0;
    },
    /** All of them or, when one is not there, none. @returns how many, or null */
    async removeAll(ids: string[]): Promise<number | null> {
      const { results } = await d1
        .prepare(
          `with wanted as (select value as id from json_each(?2))
           delete from blocks where tenant_id = ?1 and id in (select id from wanted)
             and (select count(*) from blocks where tenant_id = ?1 and id in (select id from wanted)) = ?3
           returning id`,
        )
        .bind(tenantId, JSON.stringify(ids), ids.length)
        .all<{ id: string }>();
      return results.length === ids.length ? results.length : null;
    },
    /** Blocks by id of Meta's (BSUID) learn whose phone it is. @returns those that cover more people by it */
    async noteUserIds(users: { phone: string; userId: string }[], now: number): Promise<BlockKeys[]> {
      const { results } = await d1
        .prepare(
          `update blocks set covers_since = ?3, user_phone =
               (select value ->> 'phone' from json_each(?2) where value ->> 'userId' = blocks.user_id)
             where id in (
               select blocks.id from json_each(?2) as told
                 cross join blocks on tenant_id = ?1 and user_id = told.value ->> 'userId'
                 where user_phone is not told.value ->> 'phone')
             returning phone, document, user_id as userId, user_phone as userPhone, segment_id as segmentId, until`,
        )
        .bind(tenantId, JSON.stringify(users), now)
        .all<BlockKeys & { until: number | null }>();
      return results.filter(({ until }) => until === null || until > now);
    },
    /** A block is about a person, so it goes with the id by which Meta knows them now. */
    async replaceUserId(previous: string, userId: string): Promise<void> {
      await orm
        .update(blocks)
        .set({ userId })
        .where(and(eq(blocks.tenantId, tenantId), eq(blocks.userId, previous)));
    },
    /** What covers a contact, by its keys, in whatever segment. */
    async covering(
      { phone, document, userId }: { phone: string | null; document: string | null; userId: string | null },
      now: number,
    ) {
      const by = (condition: SQL) =>
        orm
          .select()
          .from(blocks)
          .where(and(eq(blocks.tenantId, tenantId), isActive(now), condition));
      const found = await orm.batch([
        by(eq(blocks.phone, phone ?? "")),
        by(eq(blocks.userPhone, phone ?? "")),
        by(eq(blocks.document, document ?? "")),
        by(eq(blocks.userId, userId ?? "")),
      ]);
      return found.flat();
    },
    /** Which of these contacts a block covers. */
    async among(contactIds: string[], holding: Holding): Promise<Set<string>> {
      const rows = await orm
        .select({ id: contacts.id })
        .from(contacts)
        .where(
          and(
            eq(contacts.tenantId, tenantId),
            sql`${contacts.id} in (select value from json_each(${JSON.stringify(contactIds)}))`,
            isBlocked({ tenantId, ...holding }),
          ),
        );
      return new Set(rows.map(({ id }) => id));
    },
    /** Contacts of the blocks that have come to cover somebody at `since` (ms) or later; 0: of all. */
    async coveredSince({ since, ...holding }: Holding & { since: number }): Promise<string[]> {
      const ids = new Set<string>();
      let last = { at: since, id: "" };
      for (;;) {
        const page = await orm
          .select({
            id: blocks.id,
            at: blocks.coversSince,
            phone: blocks.phone,
            userId: blocks.userId,
            userPhone: blocks.userPhone,
            document: blocks.document,
            segmentId: blocks.segmentId,
          })
          .from(blocks)
          .where(
            and(
              holds(tenantId, holding),
              gte(blocks.coversSince, last.at),
              or(gt(blocks.coversSince, last.at), gt(blocks.id, last.id)),
            ),
          )
          .orderBy(asc(blocks.coversSince), asc(blocks.id))
          .limit(PAGE_ROWS);
        const end = page.at(-1);
        if (!end) return [...ids];
        for (const id of await coveredBy(page)) ids.add(id);
        if (page.length < PAGE_ROWS) return [...ids];
        last = end;
      }
    },
  };
}

const COVERS = "phone, document, user_phone as userPhone, segment_id as segmentId";

/**
 * `?3` is now. The newest of several with the same keys stands for them all. The plus keeps SQLite from reading all of the
 * tenant's blocks for each row of the list.
 */
const EXTEND_LISTED = `
with shorter as materialized (
  select max(same.id) as id, listed.value as said
  from json_each(?2) as listed cross join blocks as same on same.tenant_id = ?1 and same.keys = listed.value ->> 'keys'
  group by listed.key
  having count(*) = sum(same.until < listed.value ->> 'until' or (same.until is not null and listed.value ->> 'until' is null)))
update blocks set
  until = shorter.said ->> 'until', reason = shorter.said ->> 'reason', contract = shorter.said ->> 'contract',
  covers_since = ?3
from shorter
where +blocks.tenant_id = ?1 and blocks.id = shorter.id
returning ${COVERS}`;

const INSERT_LISTED = `
insert into blocks
  (id, tenant_id, phone, document, user_id, user_phone, segment_id, reason, contract, until, created_at, covers_since)
select
  listed.value ->> 'id', ?1, listed.value ->> 'phone', listed.value ->> 'document', listed.value ->> 'userId',
  (select phone from contacts where tenant_id = ?1 and user_id = listed.value ->> 'userId' limit 1),
  listed.value ->> 'segmentId', listed.value ->> 'reason', listed.value ->> 'contract', listed.value ->> 'until', ?3, ?3
from json_each(?2) as listed
where not exists (select 1 from blocks where tenant_id = ?1 and keys = listed.value ->> 'keys')
returning ${COVERS}`;
