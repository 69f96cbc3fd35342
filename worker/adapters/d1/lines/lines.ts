import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import { type Page, type PageQuery, toPage } from "#adapters/d1/page.ts";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { lines } from "#adapters/d1/schema/lines.ts";
import { templateLines } from "#adapters/d1/schema/templates.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { LineKind } from "#core/lines/line.ts";

export type LineRow = typeof lines.$inferSelect;
export type NewLine = Omit<LineRow, "tenantId">;
export type LineChange = Partial<Omit<LineRow, "id" | "tenantId" | "phoneNumberId" | "createdAt">>;

export function lineStore({ orm, tenantId }: TenantDb) {
  const ofTenant = eq(lines.tenantId, tenantId);
  const own = (id: string) => and(ofTenant, eq(lines.id, id));
  return {
    async list({
      limit,
      cursor,
      segmentId,
      kind,
    }: PageQuery & { segmentId?: string | undefined; kind?: LineKind | undefined }) {
      const rows = await orm
        .select()
        .from(lines)
        .where(
          and(
            ofTenant,
            segmentId ? eq(lines.segmentId, segmentId) : undefined,
            kind ? eq(lines.kind, kind) : undefined,
            cursor ? lt(lines.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(lines.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async get(id: string): Promise<LineRow | null> {
      return (await orm.select().from(lines).where(own(id)).get()) ?? null;
    },
    /** The tenant's lines of an account, oldest first. */
    async ofAccount(wabaId: string): Promise<LineRow[]> {
      return orm
        .select()
        .from(lines)
        .where(and(ofTenant, eq(lines.wabaId, wabaId)))
        .orderBy(asc(lines.id));
    },
    /** The accounts that the tenant has lines in. */
    async accounts(): Promise<string[]> {
      const rows = await orm
        .selectDistinct({ wabaId: lines.wabaId })
        .from(lines)
        .where(ofTenant)
        .orderBy(asc(lines.wabaId));
      return rows.map((row) => row.wabaId);
    },
    /** Portfolios with the tenant's lines in them, by id. */
    async portfolios({ limit, cursor }: PageQuery): Promise<Page<{ id: string; lineIds: string[] }>> {
      const rows = await orm
        .selectDistinct({ id: lines.portfolioId })
        .from(lines)
        .where(and(ofTenant, cursor ? gt(lines.portfolioId, cursor) : undefined))
        .orderBy(asc(lines.portfolioId))
        .limit(limit + 1);
      const page = toPage(rows, limit);
      const ids = JSON.stringify(page.data.map((row) => row.id));
      const members = await orm
        .select({ id: lines.id, portfolioId: lines.portfolioId })
        .from(lines)
        .where(and(ofTenant, sql`${lines.portfolioId} in (select value from json_each(${ids}))`))
        .orderBy(asc(lines.id));
      const byPortfolio = Map.groupBy(members, (line) => line.portfolioId);
      return {
        data: page.data.map(({ id }) => ({ id, lineIds: byPortfolio.get(id)?.map((line) => line.id) ?? [] })),
        nextCursor: page.nextCursor,
      };
    },
    /**
     * Adds a line and links the account's templates to it, but for those that the tenant has narrowed to some of the
     * lines. Null when the number is registered already, by whomever.
     */
    async create(row: NewLine): Promise<LineRow | null> {
      const [created] = await orm.batch([
        orm
          .insert(lines)
          .values({ ...row, tenantId })
          .onConflictDoNothing()
          .returning(),
        orm
          .insert(templateLines)
          .select(
            sql`select t.tenant_id, t.id, ${row.id} from templates t
              where t.tenant_id = ${tenantId} and t.waba_id = ${row.wabaId}
                and exists (select 1 from lines l where l.tenant_id = t.tenant_id and l.id = ${row.id})
                and not exists (
                  select 1 from lines l
                  where l.tenant_id = t.tenant_id and l.waba_id = t.waba_id and l.id <> ${row.id}
                    and not exists (select 1 from template_lines tl
                      where tl.tenant_id = t.tenant_id and tl.template_id = t.id and tl.line_id = l.id))`,
          )
          .onConflictDoNothing(),
      ]);
      return created[0] ?? null;
    },
    async update(id: string, change: LineChange): Promise<LineRow | null> {
      const [row] = await orm.update(lines).set(change).where(own(id)).returning();
      return row ?? null;
    },
    /** Removes a line that no campaign names which may still send; the campaigns of the past keep its id. */
    async remove(id: string): Promise<"removed" | "not_found" | "in_use"> {
      const [removed] = await orm.batch([
        orm
          .delete(lines)
          .where(
            and(
              own(id),
              sql`not exists (select 1 from ${campaigns} where ${campaigns.tenantId} = ${tenantId}
                and ${campaigns.status} in ('draft', 'scheduled', 'preparing', 'running', 'paused')
                and ${campaigns.sender} ->> '$.lineId' = ${id})`,
            ),
          )
          .returning({ id: lines.id }),
        orm
          .delete(templateLines)
          .where(
            and(
              eq(templateLines.tenantId, tenantId),
              eq(templateLines.lineId, id),
              sql`not exists (select 1 from ${lines} where ${lines.id} = ${id})`,
            ),
          ),
      ]);
      if (removed.length > 0) return "removed";
      return (await this.get(id)) ? "in_use" : "not_found";
    },
  };
}
