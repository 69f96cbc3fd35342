import { and, desc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audiences } from "#adapters/d1/schema/audience.ts";
import { tenants } from "#adapters/d1/schema/identity.ts";
import { imports } from "#adapters/d1/schema/imports.ts";
import { erasedPeople } from "#adapters/d1/schema/personal-data.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { ImportCursor, ImportError } from "#core/imports/job.ts";
import { type ImportStep, importStepStatements } from "./import-step.ts";

export type ImportRow = typeof imports.$inferSelect;
export type NewImport = Pick<
  typeof imports.$inferInsert,
  | "id"
  | "audienceId"
  | "fileKey"
  | "fileBytes"
  | "encoding"
  | "delimiter"
  | "mapping"
  | "rejectsKey"
  | "createdBy"
  | "createdAt"
>;

/** An import that a slice may work on. */
export interface OpenImport extends ImportRow {
  /** IANA name: wall clocks in the file are the tenant's. */
  timeZone: string;
  audienceExists: boolean;
  /** See `lastErased` of the erasures. */
  lastErased: number | null;
}

const UNFINISHED = ["queued", "running"] as const;

export function importStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(imports.tenantId, tenantId), eq(imports.id, id));
  return {
    async create(row: NewImport): Promise<ImportRow> {
      return orm
        .insert(imports)
        .values({ ...row, tenantId, status: "queued", movedAt: row.createdAt })
        .returning()
        .get();
    },
    async get(id: string): Promise<ImportRow | null> {
      return (await orm.select().from(imports).where(own(id)).get()) ?? null;
    },
    async list({ audienceId, limit, cursor }: PageQuery & { audienceId: string }) {
      const rows = await orm
        .select()
        .from(imports)
        .where(
          and(
            eq(imports.tenantId, tenantId),
            eq(imports.audienceId, audienceId),
            cursor ? lt(imports.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(imports.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** Null when there is nothing left to do. */
    async open(id: string): Promise<OpenImport | null> {
      const row = await orm
        .select({
          import: imports,
          timeZone: tenants.timeZone,
          audienceId: audiences.id,
          lastErased: sql<
            number | null
          >`(select max(seq) from ${erasedPeople} where ${erasedPeople.tenantId} = ${tenantId})`,
        })
        .from(imports)
        .innerJoin(tenants, eq(tenants.id, imports.tenantId))
        .leftJoin(audiences, and(eq(audiences.tenantId, imports.tenantId), eq(audiences.id, imports.audienceId)))
        .where(and(own(id), inArray(imports.status, UNFINISHED)))
        .get();
      if (!row) return null;
      const { timeZone, audienceId, lastErased } = row;
      return { ...row.import, timeZone, audienceExists: audienceId !== null, lastErased };
    },
    /** Records which text is read, and what its head says. False when another run was first. */
    async begin(
      id: string,
      read: Pick<ImportRow, "fileKey" | "fileBytes" | "encoding"> & { cursor: ImportCursor; delimiter: string },
      now: number,
    ): Promise<boolean> {
      const begun = await orm
        .update(imports)
        .set({ ...read, status: "running", movedAt: now, recoveryAttempts: 0 })
        .where(and(own(id), eq(imports.status, "queued"), isNull(imports.cursor)))
        .returning({ id: imports.id });
      return begun.length > 0;
    },
    /**
     * Stores a step's rows, its counts and the moved cursor together, or nothing at all: when the cursor is no longer
     * where the step began (`over`), or a consent is not the one that was weighed, or somebody was erased since
     * (`people_changed`). Answers who lost their consent by it.
     */
    async commit(
      step: ImportStep,
    ): Promise<{ outcome: "moved" | "over" | "people_changed"; revokedContactIds: string[] }> {
      const { statements, claimAt, revokedAt } = importStepStatements(d1, tenantId, step);
      const results = await d1.batch<{ id: string }>(statements);
      if (results[claimAt]?.meta.changes) {
        return { outcome: "moved", revokedContactIds: (results[revokedAt]?.results ?? []).map(({ id }) => id) };
      }
      const row = await orm
        .select({ cursor: imports.cursor })
        .from(imports)
        .where(and(own(step.importId), eq(imports.status, "running")))
        .get();
      return { outcome: row?.cursor?.offset === step.from ? "people_changed" : "over", revokedContactIds: [] };
    },
    /** False when it was over already. */
    async fail(id: string, error: ImportError, now: number): Promise<boolean> {
      const failed = await orm
        .update(imports)
        .set({ status: "failed", error, completedAt: now })
        .where(and(own(id), inArray(imports.status, UNFINISHED)))
        .returning({ id: imports.id });
      return failed.length > 0;
    },
    /** Counts a wake-up of an import that has not moved; the next one waits as long again. */
    async woken(id: string, now: number): Promise<void> {
      await orm
        .update(imports)
        .set({ recoveryAttempts: sql`${imports.recoveryAttempts} + 1`, movedAt: now })
        .where(and(own(id), inArray(imports.status, UNFINISHED)));
    },
  };
}

/** Imports of all tenants that have not moved since `movedBefore` (ms) and are not done. */
export async function stalledImports(
  orm: TenantDb["orm"],
  movedBefore: number,
  limit: number,
): Promise<Pick<ImportRow, "id" | "tenantId" | "recoveryAttempts">[]> {
  return orm
    .select({ id: imports.id, tenantId: imports.tenantId, recoveryAttempts: imports.recoveryAttempts })
    .from(imports)
    .where(and(sql`status in ('queued','running')`, lt(imports.movedAt, movedBefore)))
    .orderBy(imports.movedAt)
    .limit(limit);
}
