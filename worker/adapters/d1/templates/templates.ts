import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import { type Page, type PageQuery, toPage } from "#adapters/d1/page.ts";
import { templateLines, templates } from "#adapters/d1/schema/templates.ts";
import { nameMatches } from "#adapters/d1/search.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { RemoteTemplate } from "#core/meta/graph.ts";
import { writeTemplates } from "./template-writes.ts";

export type TemplateRow = typeof templates.$inferSelect & { lineIds: string[] };

export interface TemplateFilter {
  status?: string | undefined;
  wabaId?: string | undefined;
  /** Linked to a line of this segment. */
  segmentId?: string | undefined;
  lineId?: string | undefined;
  /** Part of the name. */
  q?: string | undefined;
}

export function templateStore(db: TenantDb) {
  const { orm, d1, tenantId } = db;
  const ofTenant = eq(templates.tenantId, tenantId);

  async function withLines(rows: (typeof templates.$inferSelect)[]): Promise<TemplateRow[]> {
    const ids = JSON.stringify(rows.map((row) => row.id));
    const links = await orm
      .select({ templateId: templateLines.templateId, lineId: templateLines.lineId })
      .from(templateLines)
      .where(
        and(
          eq(templateLines.tenantId, tenantId),
          sql`${templateLines.templateId} in (select value from json_each(${ids}))`,
        ),
      )
      .orderBy(templateLines.lineId);
    const byTemplate = Map.groupBy(links, (link) => link.templateId);
    return rows.map((row) => ({ ...row, lineIds: byTemplate.get(row.id)?.map((link) => link.lineId) ?? [] }));
  }

  return {
    /** Newest first, without those that Meta no longer lists. */
    async list({
      limit,
      cursor,
      status,
      wabaId,
      segmentId,
      lineId,
      q,
    }: PageQuery & TemplateFilter): Promise<Page<TemplateRow>> {
      const rows = await orm
        .select()
        .from(templates)
        .where(
          and(
            ofTenant,
            isNull(templates.removedAt),
            status ? eq(templates.status, status.toUpperCase()) : undefined,
            wabaId ? eq(templates.wabaId, wabaId) : undefined,
            nameMatches(templates.name, q),
            lineId
              ? sql`exists (select 1 from template_lines tl
                  where tl.tenant_id = ${tenantId} and tl.template_id = ${templates.id} and tl.line_id = ${lineId})`
              : undefined,
            segmentId
              ? sql`exists (select 1 from template_lines tl join lines l on l.tenant_id = tl.tenant_id and l.id = tl.line_id
                  where tl.tenant_id = ${tenantId} and tl.template_id = ${templates.id} and l.segment_id = ${segmentId})`
              : undefined,
            cursor ? lt(templates.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(templates.id))
        .limit(limit + 1);
      const page = toPage(rows, limit);
      return { data: await withLines(page.data), nextCursor: page.nextCursor };
    },
    /** Also one that Meta no longer lists: campaigns of the past name it. */
    async get(id: string): Promise<TemplateRow | null> {
      const rows = await orm
        .select()
        .from(templates)
        .where(and(ofTenant, eq(templates.id, id)));
      return (await withLines(rows))[0] ?? null;
    },
    /** @param language `pt_BR` as Meta lists it or `pt-BR` as some of its webhooks write it */
    async byName(wabaId: string, name: string, language: string): Promise<TemplateRow | null> {
      const folded = language.toLowerCase().replace("-", "_");
      const rows = await orm
        .select()
        .from(templates)
        .where(
          and(
            ofTenant,
            eq(templates.wabaId, wabaId),
            eq(templates.name, name),
            sql`replace(lower(${templates.language}), '-', '_') = ${folded}`,
          ),
        );
      return (await withLines(rows))[0] ?? null;
    },
    async byMetaId(wabaId: string, metaId: string): Promise<TemplateRow | null> {
      const rows = await orm
        .select()
        .from(templates)
        .where(and(ofTenant, eq(templates.wabaId, wabaId), eq(templates.metaId, metaId)));
      return (await withLines(rows))[0] ?? null;
    },
    /** Meta has said so before its list does. */
    async setCategory(id: string, category: string): Promise<void> {
      await orm
        .update(templates)
        .set({ category })
        .where(and(ofTenant, eq(templates.id, id)));
    },
    /** All of an account, those that Meta no longer lists too. */
    async ofAccount(wabaId: string) {
      const rows = await orm
        .select()
        .from(templates)
        .where(and(ofTenant, eq(templates.wabaId, wabaId)));
      return rows.map((row) => ({ ...row, removed: row.removedAt !== null }));
    },
    /**
     * Writes templates as Meta lists them. One that is new in the account is linked to all of the account's lines; the
     * links of the others stay as the tenant left them.
     */
    async put(wabaId: string, listed: RemoteTemplate[], newId: () => string, now: number): Promise<void> {
      await writeTemplates(db, wabaId, listed, newId, now);
    },
    /** Meta lists them no more. The rows stay, for campaigns that name them. */
    async markRemoved(ids: string[], now: number): Promise<void> {
      if (ids.length === 0) return;
      await orm
        .update(templates)
        .set({ status: "DELETED", removedAt: now, syncedAt: now })
        .where(and(ofTenant, sql`${templates.id} in (select value from json_each(${JSON.stringify(ids)}))`));
    },
    /** Links a template to these lines and no others; lines that are not of its account are left out. */
    async setLines(id: string, lineIds: string[]): Promise<void> {
      const wanted = JSON.stringify(lineIds);
      await d1.batch([
        d1
          .prepare(
            `delete from template_lines where tenant_id = ?1 and template_id = ?2
               and line_id not in (select value from json_each(?3))`,
          )
          .bind(tenantId, id, wanted),
        d1
          .prepare(
            `insert into template_lines (tenant_id, template_id, line_id)
             select t.tenant_id, t.id, l.id from templates t join lines l on l.tenant_id = t.tenant_id and l.waba_id = t.waba_id
             where t.tenant_id = ?1 and t.id = ?2 and l.id in (select value from json_each(?3))
             on conflict do nothing`,
          )
          .bind(tenantId, id, wanted),
      ]);
    },
  };
}
