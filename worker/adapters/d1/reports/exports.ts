import { and, eq, inArray, lt, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { exports_ as exports } from "#adapters/d1/schema/reports.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

export type ExportRow = typeof exports.$inferSelect;
export type NewExport = Pick<ExportRow, "id" | "campaignId" | "delimiter" | "fileKey" | "createdBy" | "createdAt">;
/** Where whoever makes a part has begun: it counts only while nobody else has added one. */
export type ExportStand = Pick<ExportRow, "id" | "parts">;
/** A file in R2; the parts of a report in their order are the report. */
export interface ExportPart {
  key: string;
  bytes: number;
}

const UNFINISHED = ["queued", "running"] as const;

export function exportStore({ orm, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(exports.tenantId, tenantId), eq(exports.id, id));
  const unfinished = (id: string) => and(own(id), inArray(exports.status, UNFINISHED));
  const standing = ({ id, parts }: ExportStand) =>
    and(unfinished(id), sql`coalesce(json_array_length(${exports.parts}), 0) = ${parts?.length ?? 0}`);
  const changes = async (
    where: ReturnType<typeof own>,
    change: SQLiteUpdateSetSource<typeof exports>,
  ): Promise<boolean> => {
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
    /**
     * Adds a part, its rows and where the next one begins, `after` null at the end; a part without bytes is none. False
     * when another run was first, or the export is over: then nothing is changed.
     */
    async addPart(
      stand: ExportStand,
      { part, rows, after, now }: { part: ExportPart | null; rows: number; after: string | null; now: number },
    ): Promise<boolean> {
      return changes(standing(stand), {
        parts: part ? [...(stand.parts ?? []), part] : stand.parts,
        rows: sql`${exports.rows} + ${rows}`,
        bytes: sql`${exports.bytes} + ${part?.bytes ?? 0}`,
        attempts: 0,
        movedAt: now,
        ...(after === null
          ? { status: "completed", cursor: null, completedAt: now }
          : { status: "running", cursor: { after } }),
      });
    },
    /** Notes that the next part could not be made. False when it was, or the export is over. */
    async failedPart(stand: ExportStand, now: number): Promise<boolean> {
      return changes(standing(stand), { attempts: sql`${exports.attempts} + 1`, movedAt: now });
    },
    /** False when it was over already. */
    async fail(id: string, error: string, now: number): Promise<boolean> {
      return changes(unfinished(id), { status: "failed", error, cursor: null, completedAt: now });
    },
  };
}

/** Exports of all tenants that have not moved since `movedBefore` (ms) and are not done. */
export async function stalledExports(
  orm: TenantDb["orm"],
  movedBefore: number,
  limit: number,
): Promise<(ExportStand & Pick<ExportRow, "tenantId">)[]> {
  return orm
    .select({ id: exports.id, tenantId: exports.tenantId, parts: exports.parts })
    .from(exports)
    .where(and(sql`status in ('queued','running')`, lt(exports.movedAt, movedBefore)))
    .orderBy(exports.movedAt)
    .limit(limit);
}
