import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { ErasureCursor, ErasureFound, ErasureReason } from "#core/audience/erasure.ts";
import type { JobStatus } from "#core/shared/job.ts";
import { instant, json } from "./columns.ts";

/** People whose data is, or was, taken out of everything. */
export const erasures = sqliteTable(
  "erasures",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    /** Of the contact that it was asked for; the contact itself is gone. */
    contactId: text("contact_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    reason: text().$type<ErasureReason>().notNull(),
    /** By what the person is found, sealed; null once nothing is left to be found. */
    sealedPerson: text("sealed_person"),
    cursor: json<ErasureCursor>("cursor").notNull(),
    /** How often the cursor has moved: of two who work side by side, one moves it. */
    steps: integer().notNull().default(0),
    /** What was found where, as counts. */
    found: json<ErasureFound>("found").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When it last came on, or was tried. */
    movedAt: instant("moved_at").notNull(),
    /** How often the next step has been tried in vain. */
    attempts: integer().notNull().default(0),
  },
  (t) => [
    index("erasures_tenant").on(t.tenantId, t.id),
    // Of two who ask for the same person, one begins.
    uniqueIndex("erasures_contact").on(t.tenantId, t.contactId),
    // The cron's question: which unfinished erasure makes no progress?
    index("erasures_active").on(t.movedAt).where(sql`status in ('queued','running')`),
  ],
);

/**
 * Who must not come back: keyed hashes of phone, document and Meta's user id. They tell nobody who it was; whoever has
 * the number in their hands can tell that it was erased.
 */
export const erasedPeople = sqliteTable(
  "erased_people",
  {
    /** Grows with each row, so that the last one says whether anybody was added. */
    seq: integer().primaryKey({ autoIncrement: true }),
    tenantId: text("tenant_id").notNull(),
    hash: text().notNull(),
    erasureId: text("erasure_id").notNull(),
    at: instant("at").notNull(),
  },
  (t) => [uniqueIndex("erased_people_hash").on(t.tenantId, t.hash), index("erased_people_seq").on(t.tenantId, t.seq)],
);
