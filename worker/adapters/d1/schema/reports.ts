import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { JobStatus } from "#core/shared/job.ts";
import { instant, json } from "./columns.ts";

export const exports_ = sqliteTable(
  "exports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    delimiter: text().notNull(),
    fileKey: text("file_key").notNull(),
    /** Where the next part begins; null before the first and at the end. */
    cursor: json<{ after: string }>("cursor"),
    /** The files that the report lies in, in order; null when it is one, under `fileKey`. */
    parts: json<{ key: string; bytes: number }[]>("parts"),
    rows: integer().notNull().default(0),
    bytes: integer().notNull().default(0),
    error: text(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When its files were deleted, because the tenant keeps them no longer. */
    filesRemovedAt: instant("files_removed_at"),
    /** When it last came on, or was tried. */
    movedAt: instant("moved_at").notNull().default(0),
    /** How often the next part has been tried in vain. */
    attempts: integer().notNull().default(0),
  },
  (t) => [
    index("exports_tenant").on(t.tenantId, t.id),
    index("exports_files").on(t.tenantId, t.completedAt).where(sql`files_removed_at is null`),
    index("exports_campaign").on(t.tenantId, t.campaignId),
    // The cron's question: which unfinished export makes no progress?
    index("exports_active").on(t.movedAt).where(sql`status in ('queued','running')`),
  ],
);
