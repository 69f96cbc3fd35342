import { and, desc, eq, inArray, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audiences, segments } from "#adapters/d1/schema/audience.ts";
import { imports } from "#adapters/d1/schema/imports.ts";
import { nameMatches } from "#adapters/d1/search.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { namesAudience } from "./filter-sql.ts";

export type AudienceRow = typeof audiences.$inferSelect;
type NewAudience = Pick<AudienceRow, "id" | "segmentId" | "name" | "kind" | "filter" | "createdAt">;
export type AudienceQuery = PageQuery & { segmentId?: string | undefined; q?: string | undefined };

/** Members that one statement removes: a few thousand rows keep the database free for others in between. */
const REMOVE_ROWS = 5000;

export function audienceStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(audiences.tenantId, tenantId), eq(audiences.id, id));
  return {
    async list({ limit, cursor, segmentId, q }: AudienceQuery) {
      const rows = await orm
        .select()
        .from(audiences)
        .where(
          and(
            eq(audiences.tenantId, tenantId),
            segmentId ? eq(audiences.segmentId, segmentId) : undefined,
            nameMatches(audiences.name, q),
            cursor ? lt(audiences.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(audiences.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async get(id: string): Promise<AudienceRow | null> {
      return (await orm.select().from(audiences).where(own(id)).get()) ?? null;
    },
    /** Null when the tenant has no such segment. */
    async create(row: NewAudience): Promise<AudienceRow | null> {
      const segment = await orm
        .select({ id: segments.id })
        .from(segments)
        .where(and(eq(segments.tenantId, tenantId), eq(segments.id, row.segmentId)))
        .get();
      if (!segment) return null;
      return orm
        .insert(audiences)
        .values({ ...row, tenantId })
        .returning()
        .get();
    },
    async update(id: string, change: Partial<Pick<AudienceRow, "name" | "filter">>): Promise<AudienceRow | null> {
      const [row] = await orm.update(audiences).set(change).where(own(id)).returning();
      return row ?? null;
    },
    /** Of these ids, those of the tenant's audiences whose members are listed. */
    async fixedAmong(ids: string[]): Promise<string[]> {
      const rows = await orm
        .select({ id: audiences.id })
        .from(audiences)
        .where(and(eq(audiences.tenantId, tenantId), eq(audiences.kind, "fixed"), inArray(audiences.id, ids)));
      return rows.map((row) => row.id);
    },
    /** Dynamic audiences whose filter names this one. */
    async naming(id: string, most: number): Promise<{ id: string; name: string }[]> {
      return orm
        .select({ id: audiences.id, name: audiences.name })
        .from(audiences)
        .where(and(eq(audiences.tenantId, tenantId), namesAudience(audiences.filter, id)))
        .orderBy(desc(audiences.id))
        .limit(most);
    },
    /** A file that is on its way into the audience; null when there is none. */
    async importUnderWay(id: string): Promise<{ id: string; status: string } | null> {
      const row = await orm
        .select({ id: imports.id, status: imports.status })
        .from(imports)
        .where(
          and(
            eq(imports.tenantId, tenantId),
            eq(imports.audienceId, id),
            inArray(imports.status, ["queued", "running"]),
          ),
        )
        .limit(1)
        .get();
      return row ?? null;
    },
    /** Which of these people (E.164) are members of it. */
    async memberPhones(id: string, phones: string[]): Promise<Set<string>> {
      const { results } = await d1
        .prepare(
          `select phone.value as phone
           from json_each(?3) as phone cross join contacts on contacts.tenant_id = ?1 and contacts.phone = phone.value
           cross join audience_members as member on member.tenant_id = ?1 and member.audience_id = ?2
             and member.contact_id = contacts.id`,
        )
        .bind(tenantId, id, JSON.stringify(phones))
        .all<{ phone: string }>();
      return new Set(results.map(({ phone }) => phone));
    },
    /** Removes an audience and its memberships, in bounded statements; the contacts stay. */
    async remove(id: string): Promise<void> {
      const some = d1
        .prepare(
          `delete from audience_members where tenant_id = ?1 and audience_id = ?2 and contact_id in
             (select contact_id from audience_members where tenant_id = ?1 and audience_id = ?2 limit ?3)`,
        )
        .bind(tenantId, id, REMOVE_ROWS);
      while ((await some.run()).meta.changes > 0) {
        // The next few thousand.
      }
      await orm.delete(audiences).where(own(id));
    },
  };
}
