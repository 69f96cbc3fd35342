import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { SeenEncoding } from "#core/imports/dialect.ts";
import type { ImportCursor, ImportError } from "#core/imports/job.ts";
import type { JobStatus } from "#core/shared/job.ts";
import { instant, json } from "./columns.ts";

export const imports = sqliteTable(
  "imports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    audienceId: text("audience_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    fileKey: text("file_key").notNull(),
    fileBytes: integer("file_bytes").notNull(),
    encoding: text().$type<SeenEncoding>().notNull(),
    delimiter: text(),
    mapping: json<Record<string, string>>("mapping"),
    /** Where the next slice starts, and what the slices so far left behind: committed with the slice's rows. */
    cursor: json<ImportCursor>("cursor"),
    totalRows: integer("total_rows").notNull().default(0),
    importedRows: integer("imported_rows").notNull().default(0),
    updatedRows: integer("updated_rows").notNull().default(0),
    rejectedRows: integer("rejected_rows").notNull().default(0),
    warningRows: integer("warning_rows").notNull().default(0),
    /** Rows of an e-mail address, in a layout with one row per channel. */
    otherChannelRows: integer("other_channel_rows").notNull().default(0),
    rejectsKey: text("rejects_key"),
    /** A word such as `no_phone_column` when the file could not be read. */
    error: text().$type<ImportError>(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When its files were deleted, because the tenant keeps them no longer. */
    filesRemovedAt: instant("files_removed_at"),
    /** When the cursor moved last, and how often the import was put on the queue again since. */
    movedAt: instant("moved_at").notNull().default(0),
    recoveryAttempts: integer("recovery_attempts").notNull().default(0),
  },
  (t) => [
    index("imports_tenant").on(t.tenantId, t.id),
    index("imports_files").on(t.tenantId, t.completedAt).where(sql`files_removed_at is null`),
    index("imports_audience").on(t.tenantId, t.audienceId),
    // The cron's question: which unfinished import makes no progress?
    index("imports_active").on(t.movedAt).where(sql`status in ('queued','running')`),
  ],
);
