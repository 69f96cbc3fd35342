import { and, desc, eq, gt, inArray, isNull, lt, ne, sql } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { audiences } from "#adapters/d1/schema/audience.ts";
import { tenants } from "#adapters/d1/schema/identity.ts";
import { importMappings, imports } from "#adapters/d1/schema/imports.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";
import type { CheckFigures } from "#core/imports/check.ts";
import type { ImportChoices } from "#core/imports/choices.ts";
import type { ImportCursor, ImportError } from "#core/imports/job.ts";
import { type ImportStep, importStepStatements } from "./import-step.ts";
import { nextMembers, type RemovalStep, removalStepStatements } from "./removal-step.ts";

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
  | "sheet"
  | "sheets"
  | "rejectsKey"
  | "createdBy"
  | "createdAt"
> &
  Partial<ImportChoices & Pick<typeof imports.$inferInsert, "pass">>;

/** An import that a slice may work on. */
export interface OpenImport extends ImportRow {
  /** IANA name: wall clocks in the file are the tenant's. */
  timeZone: string;
  audienceExists: boolean;
  settings: TenantSettings;
}

/** Some thousands of records of a file that were only read. */
export interface CheckStep {
  importId: string;
  /** Where the cursor must stand for the step to count. */
  from: number;
  cursor: ImportCursor;
  /** All that was found up to its end. */
  figures: CheckFigures;
  /** What comes after it: more of the same, a person's word, the import itself, or nothing because too much was rejected. */
  then: "more" | "wait" | "write" | "refuse";
  now: number;
}

const UNFINISHED = ["queued", "running"] as const;

/** Imports of one audience that are woken at once when another ends; the cron wakes the rest. */
const MOST_WAITING = 20;

/** Others that write into the audience, where one of the two has to be alone in it; see `marksMembers`. */
const RIVALS = sql`(
  select 1 from imports as other
  where other.tenant_id = imports.tenant_id and other.audience_id = imports.audience_id and other.id <> imports.id
    and other.status = 'running' and other.pass in ('write', 'removal')
    and (other.mode = 'replace' or other.only_this_segment or other.clear_marks
      or imports.mode = 'replace' or imports.only_this_segment or imports.clear_marks))`;

/** What an import is after a step of its check. */
const AFTER_CHECK = {
  more: () => ({}),
  wait: () => ({ status: "checked" as const }),
  write: () => ({ status: "queued" as const, pass: "write" as const, cursor: null }),
  refuse: (now: number) => ({ status: "failed" as const, error: "too_many_rejects" as const, completedAt: now }),
};

export function importStore({ orm, d1, tenantId }: TenantDb) {
  const own = (id: string) => and(eq(imports.tenantId, tenantId), eq(imports.id, id));
  /** What an import that ends early has stored by then counts. */
  const countMembers = (audienceId: string) =>
    d1
      .prepare(
        `update audiences
         set contact_count = (select count(*) from audience_members where tenant_id = ?1 and audience_id = ?2)
         where tenant_id = ?1 and id = ?2`,
      )
      .bind(tenantId, audienceId)
      .run();
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
          settings: tenants.settings,
          audienceId: audiences.id,
        })
        .from(imports)
        .innerJoin(tenants, eq(tenants.id, imports.tenantId))
        .leftJoin(audiences, and(eq(audiences.tenantId, imports.tenantId), eq(audiences.id, imports.audienceId)))
        .where(and(own(id), inArray(imports.status, UNFINISHED)))
        .get();
      if (!row) return null;
      const { timeZone, settings, audienceId } = row;
      return { ...row.import, timeZone, settings, audienceExists: audienceId !== null };
    },
    /**
     * Records which text is read, and what its head says. `over` when another run was first. `wait` while another import
     * writes into the same audience and one of the two marks its members: it is not counted as stalled meanwhile.
     */
    async begin(
      id: string,
      read: Pick<ImportRow, "fileKey" | "fileBytes" | "encoding" | "sheet"> & {
        cursor: ImportCursor;
        delimiter: string;
      },
      now: number,
    ): Promise<"begun" | "wait" | "over"> {
      const isNew = and(own(id), eq(imports.status, "queued"), isNull(imports.cursor));
      const begun = await orm
        .update(imports)
        .set({ ...read, status: "running", movedAt: now, recoveryAttempts: 0 })
        .where(and(isNew, sql`(pass in ('check', 'trial') or not exists ${RIVALS})`))
        .returning({ id: imports.id });
      if (begun.length > 0) return "begun";
      const waiting = await orm
        .update(imports)
        .set({ movedAt: now, recoveryAttempts: 0 })
        .where(isNew)
        .returning({ id: imports.id });
      return waiting.length > 0 ? "wait" : "over";
    },
    /** Stores what a step of a check found and the moved cursor. False when the cursor is no longer where it began. */
    async commitCheck({ importId, from, cursor, figures, then, now }: CheckStep): Promise<boolean> {
      const moved = await orm
        .update(imports)
        .set({ cursor, check: figures, movedAt: now, recoveryAttempts: 0, ...AFTER_CHECK[then](now) })
        .where(
          and(
            own(importId),
            eq(imports.status, "running"),
            inArray(imports.pass, ["check", "trial"]),
            sql`json_extract(cursor, '$.offset') = ${from}`,
          ),
        )
        .returning({ id: imports.id });
      return moved.length > 0;
    },
    /** Has a checked file imported as it was decided. Null when it is not one that waits for that. */
    async start(id: string, choices: ImportChoices, now: number): Promise<ImportRow | null> {
      const [row] = await orm
        .update(imports)
        .set({ ...choices, ...AFTER_CHECK.write(), movedAt: now, recoveryAttempts: 0 })
        .where(and(own(id), eq(imports.status, "checked")))
        .returning();
      return row ?? null;
    },
    /** The next members of its audience to be looked at once its file has been stored. */
    nextMembers: (audienceId: string, from: string, limit: number) =>
      nextMembers(d1, tenantId, { audienceId, from, limit }),
    /** Ends memberships, their counts and the moved cursor together, or nothing. False when another run was first. */
    async commitRemoval(step: RemovalStep): Promise<boolean> {
      const [claim] = await d1.batch(removalStepStatements(d1, tenantId, step));
      return (claim?.meta.changes ?? 0) > 0;
    },
    /** Imports that wait for their turn in an audience. */
    async queuedInto(audienceId: string): Promise<string[]> {
      const rows = await orm
        .select({ id: imports.id })
        .from(imports)
        .where(and(eq(imports.tenantId, tenantId), eq(imports.audienceId, audienceId), eq(imports.status, "queued")))
        .limit(MOST_WAITING);
      return rows.map(({ id }) => id);
    },
    /**
     * Stores a step's rows, its counts and the moved cursor together, or nothing at all: when the cursor is no longer
     * where the step began (`over`), or a consent is not the one that was weighed (`consent_changed`). Answers who lost
     * their consent by it.
     */
    async commit(
      step: ImportStep,
    ): Promise<{ outcome: "moved" | "over" | "consent_changed"; revokedContactIds: string[] }> {
      const { statements, claimAt, revokedAt } = importStepStatements(d1, tenantId, step);
      const results = await d1.batch<{ id: string }>(statements);
      if (results[claimAt]?.meta.changes) {
        return { outcome: "moved", revokedContactIds: (results[revokedAt]?.results ?? []).map(({ id }) => id) };
      }
      const row = await orm
        .select({ cursor: imports.cursor })
        .from(imports)
        .where(and(own(step.importId), eq(imports.status, "running"), eq(imports.pass, "write")))
        .get();
      return { outcome: row?.cursor?.offset === step.from ? "consent_changed" : "over", revokedContactIds: [] };
    },
    /** False when it was over already. */
    async fail(id: string, error: ImportError, now: number): Promise<boolean> {
      const failed = await orm
        .update(imports)
        .set({ status: "failed", error, completedAt: now })
        .where(and(own(id), inArray(imports.status, UNFINISHED)))
        .returning({ audienceId: imports.audienceId });
      if (failed[0]) await countMembers(failed[0].audienceId);
      return failed.length > 0;
    },
    /**
     * Stops an import: the step that is under way is its last. Not one that is over, nor one that has begun to end
     * memberships, which half of them would be worse than all: null.
     */
    async cancel(id: string, now: number): Promise<ImportRow | null> {
      const [row] = await orm
        .update(imports)
        .set({ status: "cancelled", completedAt: now, movedAt: now })
        .where(and(own(id), inArray(imports.status, [...UNFINISHED, "checked"]), ne(imports.pass, "removal")))
        .returning();
      if (row?.pass === "write") await countMembers(row.audienceId);
      return row ?? null;
    },
    /** Forgets one that was checked and never stored anything. */
    async remove(id: string): Promise<void> {
      await orm.delete(imports).where(and(own(id), inArray(imports.pass, ["check", "trial"])));
    },
    /** What the columns of headers, told by their hashes, were taken for last. */
    async mappings({ header, limit, cursor }: PageQuery & { header?: string | undefined }) {
      const rows = await orm
        .select({ id: importMappings.header, mapping: importMappings.mapping, usedAt: importMappings.usedAt })
        .from(importMappings)
        .where(
          and(
            eq(importMappings.tenantId, tenantId),
            header ? eq(importMappings.header, header) : undefined,
            cursor ? gt(importMappings.header, cursor) : undefined,
          ),
        )
        .orderBy(importMappings.header)
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    async rememberMapping(header: string, mapping: Record<string, string>, now: number): Promise<void> {
      await orm
        .insert(importMappings)
        .values({ tenantId, header, mapping, usedAt: now })
        .onConflictDoUpdate({
          target: [importMappings.tenantId, importMappings.header],
          set: { mapping, usedAt: now },
        });
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
): Promise<Pick<ImportRow, "id" | "tenantId" | "pass" | "recoveryAttempts">[]> {
  return orm
    .select({
      id: imports.id,
      tenantId: imports.tenantId,
      pass: imports.pass,
      recoveryAttempts: imports.recoveryAttempts,
    })
    .from(imports)
    .where(and(sql`status in ('queued','running')`, lt(imports.movedAt, movedBefore)))
    .orderBy(imports.movedAt)
    .limit(limit);
}

/** Imports of all tenants whose files were checked, came to nothing, and lie there since before `movedBefore` (ms). */
export async function unusedImports(
  orm: TenantDb["orm"],
  movedBefore: number,
  limit: number,
): Promise<Pick<ImportRow, "id" | "tenantId" | "status" | "fileKey">[]> {
  return orm
    .select({ id: imports.id, tenantId: imports.tenantId, status: imports.status, fileKey: imports.fileKey })
    .from(imports)
    .where(and(sql`pass in ('check','trial') and status in ('checked','cancelled')`, lt(imports.movedAt, movedBefore)))
    .orderBy(imports.movedAt)
    .limit(limit);
}
