import { index, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { TemplateComponent } from "#core/meta/template.ts";
import { instant, json } from "./columns.ts";

export const templates = sqliteTable(
  "templates",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    wabaId: text("waba_id").notNull(),
    metaId: text("meta_id").notNull(),
    name: text().notNull(),
    language: text().notNull(),
    category: text().notNull(),
    status: text().notNull(),
    parameterFormat: text("parameter_format").$type<"POSITIONAL" | "NAMED">().notNull(),
    components: json<TemplateComponent[]>("components").notNull(),
    rejectedReason: text("rejected_reason"),
    createdAt: instant("created_at").notNull(),
    syncedAt: instant("synced_at").notNull(),
    /** Set when a sync no longer finds it at Meta; campaigns of the past still name it. */
    removedAt: instant("removed_at"),
  },
  (t) => [
    index("templates_tenant").on(t.tenantId, t.id),
    uniqueIndex("templates_name").on(t.tenantId, t.wabaId, t.name, t.language),
    index("templates_meta").on(t.metaId),
  ],
);

/** Which lines may send a template: all of its WABA's when it is synced, narrowed by the tenant. */
export const templateLines = sqliteTable(
  "template_lines",
  {
    tenantId: text("tenant_id").notNull(),
    templateId: text("template_id").notNull(),
    lineId: text("line_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.templateId, t.lineId] })],
);
