import { and, asc, eq, isNull, lt, notInArray } from "drizzle-orm";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { imports } from "#adapters/d1/schema/imports.ts";
import { exports_ as exports } from "#adapters/d1/schema/reports.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import { ACTIVE_STATUSES } from "#core/campaigns/status.ts";

/** What a tenant keeps for a time, and how far it has been taken away. */
export function retentionStore({ orm, tenantId }: TenantDb) {
  return {
    /** Campaigns that were over by then and still know their people, the oldest first. */
    async campaignsOverBy(instant: number, limit: number) {
      return orm
        .select({ id: campaigns.id, cursor: campaigns.personalDataCursor })
        .from(campaigns)
        .where(
          and(
            eq(campaigns.tenantId, tenantId),
            isNull(campaigns.personalDataRemovedAt),
            lt(campaigns.completedAt, instant),
            notInArray(campaigns.status, ["draft", ...ACTIVE_STATUSES]),
          ),
        )
        .orderBy(asc(campaigns.completedAt))
        .limit(limit);
    },
    /** How far a campaign has forgotten its people; a cursor of null is the end. */
    async moved(campaignId: string, cursor: string | null, now: number): Promise<void> {
      await orm
        .update(campaigns)
        .set(
          cursor === null ? { personalDataCursor: null, personalDataRemovedAt: now } : { personalDataCursor: cursor },
        )
        .where(and(eq(campaigns.tenantId, tenantId), eq(campaigns.id, campaignId)));
    },
    /** Imports that were done by then and still have files. */
    async importsDoneBy(instant: number, limit: number) {
      return orm
        .select({ id: imports.id, fileKey: imports.fileKey, rejectsKey: imports.rejectsKey })
        .from(imports)
        .where(and(eq(imports.tenantId, tenantId), isNull(imports.filesRemovedAt), lt(imports.completedAt, instant)))
        .orderBy(asc(imports.completedAt))
        .limit(limit);
    },
    async exportsDoneBy(instant: number, limit: number) {
      return orm
        .select({ id: exports.id, fileKey: exports.fileKey })
        .from(exports)
        .where(and(eq(exports.tenantId, tenantId), isNull(exports.filesRemovedAt), lt(exports.completedAt, instant)))
        .orderBy(asc(exports.completedAt))
        .limit(limit);
    },
    async importFilesRemoved(id: string, now: number): Promise<void> {
      await orm
        .update(imports)
        .set({ filesRemovedAt: now })
        .where(and(eq(imports.tenantId, tenantId), eq(imports.id, id)));
    },
    async exportFilesRemoved(id: string, now: number): Promise<void> {
      await orm
        .update(exports)
        .set({ filesRemovedAt: now })
        .where(and(eq(exports.tenantId, tenantId), eq(exports.id, id)));
    },
  };
}
