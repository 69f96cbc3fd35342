import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { LegalBasis } from "#core/audience/legal-basis.ts";
import type { CheckFigures, ImportPass } from "#core/imports/check.ts";
import type { ImportMode } from "#core/imports/choices.ts";
import type { SeenEncoding } from "#core/imports/dialect.ts";
import type { ImportCursor, ImportError, ImportStatus } from "#core/imports/job.ts";
import { instant, json } from "./columns.ts";

export const imports = sqliteTable(
  "imports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    audienceId: text("audience_id").notNull(),
    status: text().$type<ImportStatus>().notNull(),
    fileKey: text("file_key").notNull(),
    fileBytes: integer("file_bytes").notNull(),
    encoding: text().$type<SeenEncoding>().notNull(),
    delimiter: text(),
    mapping: json<Record<string, string>>("mapping"),
    /** Of a workbook: the sheet that is asked for and then the one that is read, and which there are. */
    sheet: text(),
    sheets: json<string[]>("sheets"),
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
    pass: text().$type<ImportPass>().notNull().default("write"),
    /** What a check found; null when the file was imported unchecked. */
    check: json<CheckFigures>("check_figures"),
    mode: text().$type<ImportMode>().notNull().default("add"),
    onlyThisSegment: integer("only_this_segment", { mode: "boolean" }).notNull().default(false),
    clearMarks: integer("clear_marks", { mode: "boolean" }).notNull().default(false),
    legalBasis: text("legal_basis").$type<LegalBasis>(),
    legalBasisReason: text("legal_basis_reason"),
    /** People who left the audience, and those who left audiences of other segments. */
    removedContacts: integer("removed_contacts").notNull().default(0),
    movedContacts: integer("moved_contacts").notNull().default(0),
    /** A word such as `no_phone_column` when the file could not be read. */
    error: text().$type<ImportError>(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When the cursor moved last, and how often the import was put on the queue again since. */
    movedAt: instant("moved_at").notNull().default(0),
    recoveryAttempts: integer("recovery_attempts").notNull().default(0),
  },
  (t) => [
    index("imports_tenant").on(t.tenantId, t.id),
    index("imports_audience").on(t.tenantId, t.audienceId),
    // The cron's question: which unfinished import makes no progress?
    index("imports_active").on(t.movedAt).where(sql`status in ('queued','running')`),
    // The cron's other question: which file was checked and is not going to be imported?
    index("imports_unused").on(t.movedAt).where(sql`pass in ('check','trial') and status in ('checked','cancelled')`),
  ],
);

/** What somebody took the columns of a header for, offered again when the same header comes. */
export const importMappings = sqliteTable(
  "import_mappings",
  {
    tenantId: text("tenant_id").notNull(),
    /** SHA-256 of the header's folded names; see `headerText`. */
    header: text().notNull(),
    mapping: json<Record<string, string>>("mapping").notNull(),
    usedAt: instant("used_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.header] })],
);
