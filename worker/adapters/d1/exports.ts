import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { exports_ as exports } from "./schema.ts";
import type { TenantDb } from "./tenant-db.ts";

export type ExportRow = typeof exports.$inferSelect;
export type NewExport = Pick<ExportRow, "id" | "campaignId" | "delimiter" | "fileKey" | "createdBy" | "createdAt">;
export interface ExportProgress {
  rows: number;
  bytes: number;
}

const UNFINISHED = ["queued", "running"] as const;

export function exportStore({ orm, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(exports.tenantId, tenantId), eq(exports.id, id));
  /** Every write of a run names the run: one that was given up and goes on all the same changes nothing. */
  const run = (id: string, attempt: number) =>
    and(own(id), eq(exports.status, "running"), eq(exports.attempts, attempt));
  const changes = async (where: ReturnType<typeof own>, change: Partial<ExportRow>): Promise<boolean> => {
    const rows = await orm.update(exports).set(change).where(where).returning({ id: exports.id });
    return rows.length > 0;
  };

  return {
    async create(row: NewExport): Promise<ExportRow> {
      return orm
        .insert(exports)
        .values({ ...row, tenantId, status: "queued", movedAt: row.createdAt })
        .returning()
        .get();
    },
    async get(id: string): Promise<ExportRow | null> {
      return (await orm.select().from(exports).where(own(id)).get()) ?? null;
    },
    /** Starts the run with this number; false when another one was first, or the export is over. */
    async begin(id: string, attempt: number, now: number): Promise<boolean> {
      const where = and(own(id), eq(exports.attempts, attempt - 1), inArray(exports.status, UNFINISHED));
      return changes(where, { status: "running", attempts: attempt, rows: 0, bytes: 0, movedAt: now });
    },
    async keepUpload(id: string, attempt: number, uploadId: string): Promise<boolean> {
      return changes(run(id, attempt), { cursor: { uploadId } });
    },
    /** False when the run is no longer the one that may write. */
    async progress(id: string, attempt: number, progress: ExportProgress, now: number): Promise<boolean> {
      return changes(run(id, attempt), { ...progress, movedAt: now });
    },
    async complete(id: string, attempt: number, progress: ExportProgress, now: number): Promise<boolean> {
      return changes(run(id, attempt), {
        ...progress,
        status: "completed",
        cursor: null,
        movedAt: now,
        completedAt: now,
      });
    },
    /** Ends a run that failed; the next one begins at once. */
    async release(id: string, attempt: number, now: number): Promise<boolean> {
      return changes(run(id, attempt), { status: "queued", movedAt: now });
    },
    /** Takes an export that has not moved since `movedBefore` from whatever run it was in. */
    async requeue(id: string, movedBefore: number, now: number): Promise<boolean> {
      const where = and(own(id), inArray(exports.status, UNFINISHED), lt(exports.movedAt, movedBefore));
      return changes(where, { status: "queued", movedAt: now });
    },
    /** False when it was over already. */
    async fail(id: string, error: string, now: number): Promise<boolean> {
      const where = and(own(id), inArray(exports.status, UNFINISHED));
      return changes(where, { status: "failed", error, completedAt: now });
    },
  };
}

/** Exports of all tenants that have not moved since `movedBefore` (ms) and are not done. */
export async function stalledExports(
  orm: TenantDb["orm"],
  movedBefore: number,
  limit: number,
): Promise<Pick<ExportRow, "id" | "tenantId">[]> {
  return orm
    .select({ id: exports.id, tenantId: exports.tenantId })
    .from(exports)
    .where(and(sql`status in ('queued','running')`, lt(exports.movedAt, movedBefore)))
    .orderBy(exports.movedAt)
    .limit(limit);
}
