import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

/** A tenant's way to its data: drizzle for queries, the raw binding for bulk statements (one JSON parameter). */
export interface TenantDb {
  tenantId: string;
  orm: DrizzleD1Database<typeof schema>;
  d1: D1Database;
}

/**
 * The one place that knows which database holds a tenant. Today one binding; tomorrow one per group of tenants, with
 * nothing else to change (a D1 database is one writer and 10 GB).
 */
export function tenantDb(env: { DB: D1Database }, tenantId: string): TenantDb {
  return { tenantId, orm: drizzle(env.DB, { schema }), d1: env.DB };
}
