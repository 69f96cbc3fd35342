import { and, desc, eq, inArray, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audiences, blocks, segments } from "#adapters/d1/schema/audience.ts";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

export type SegmentRow = typeof segments.$inferSelect;

export function segmentStore({ orm, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(segments.tenantId, tenantId), eq(segments.id, id));
  return {
    async list({ limit, cursor }: PageQuery) {
      const rows = await orm
        .select()
        .from(segments)
        .where(and(eq(segments.tenantId, tenantId), cursor ? lt(segments.id, cursor) : undefined))
        .orderBy(desc(segments.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async get(id: string): Promise<SegmentRow | null> {
      return (await orm.select().from(segments).where(own(id)).get()) ?? null;
    },
    /** Of these ids, those of the tenant's segments. */
    async among(ids: string[]): Promise<string[]> {
      const rows = await orm
        .select({ id: segments.id })
        .from(segments)
        .where(and(eq(segments.tenantId, tenantId), inArray(segments.id, ids)));
      return rows.map((row) => row.id);
    },
    /** Null when the tenant has a segment of this name. */
    async create(row: { id: string; name: string; createdAt: number }): Promise<SegmentRow | null> {
      const [created] = await orm
        .insert(segments)
        .values({ ...row, tenantId })
        .onConflictDoNothing()
        .returning();
      return created ?? null;
    },
    async rename(id: string, name: string): Promise<SegmentRow | "not_found" | "name_taken"> {
      const taken = await orm
        .select({ id: segments.id })
        .from(segments)
        .where(and(eq(segments.tenantId, tenantId), eq(segments.name, name)))
        .get();
      if (taken && taken.id !== id) return "name_taken";
      const [row] = await orm.update(segments).set({ name }).where(own(id)).returning();
      return row ?? "not_found";
    },
    /** Removes a segment that nothing hangs on, with the blocks of its campaigns: there can be none any more. */
    async remove(id: string): Promise<"removed" | "not_found" | "in_use"> {
      if (!(await this.get(id))) return "not_found";
      const users = await orm.batch([
        orm
          .select({ id: lines.id })
          .from(lines)
          .where(and(eq(lines.tenantId, tenantId), eq(lines.segmentId, id)))
          .limit(1),
        orm
          .select({ id: audiences.id })
          .from(audiences)
          .where(and(eq(audiences.tenantId, tenantId), eq(audiences.segmentId, id)))
          .limit(1),
        orm
          .select({ id: campaigns.id })
          .from(campaigns)
          .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.segmentId, id)))
          .limit(1),
      ]);
      if (users.some((rows) => rows.length > 0)) return "in_use";
      await orm.batch([
        orm.delete(blocks).where(and(eq(blocks.tenantId, tenantId), eq(blocks.segmentId, id))),
        orm.delete(segments).where(own(id)),
      ]);
      return "removed";
    },
  };
}
