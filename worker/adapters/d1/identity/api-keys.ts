import { and, desc, eq, isNull, lt } from "drizzle-orm";
import { type PageQuery, toPage } from "#adapters/d1/page.ts";
import { apiKeys } from "#adapters/d1/schema/identity.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** Keys in force; a revoked one stays in the table for the audit log's sake and is never seen again. */
export function apiKeyStore({ orm, tenantId }: TenantDb) {
  return {
    async list({ limit, cursor }: PageQuery) {
      const rows = await orm
        .select()
        .from(apiKeys)
        .where(
          and(eq(apiKeys.tenantId, tenantId), isNull(apiKeys.revokedAt), cursor ? lt(apiKeys.id, cursor) : undefined),
        )
        .orderBy(desc(apiKeys.id))
        .limit(limit + 1);
      return toPage(rows, limit);
    },
    /** @param row `hash` is the SHA-256 of the whole key, which itself is not kept */
    async create(row: Pick<ApiKeyRow, "id" | "name" | "prefix" | "hash" | "scopes" | "createdAt">): Promise<void> {
      await orm.insert(apiKeys).values({ ...row, tenantId });
    },
    /** False when there is no such key in force. */
    async revoke(id: string, now: number): Promise<boolean> {
      const rows = await orm
        .update(apiKeys)
        .set({ revokedAt: now })
        .where(and(eq(apiKeys.tenantId, tenantId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
        .returning({ id: apiKeys.id });
      return rows.length > 0;
    },
  };
}
