import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

/** A tenant's way to its data: drizzle for queries, the raw binding for bulk statements (one JSON parameter). */
export interface TenantDb {
  tenantId: string;
  orm: DrizzleD1Database;
  d1: D1Database;
}

/**
 * The one place that knows which database holds a tenant. Today one binding; tomorrow one per group of tenants, with
 * nothing else to change (a D1 database is one writer and 10 GB).
 */
export function tenantDb(env: { DB: D1Database }, tenantId: string): TenantDb {
  return { tenantId, orm: ormOf(env.DB), d1: env.DB };
}

/** Making drizzle's object costs more than most queries, and a tenant's stores are opened for every request and event. */
const orms = new WeakMap<D1Database, DrizzleD1Database>();

export function ormOf(database: D1Database): DrizzleD1Database {
  const known = orms.get(database);
  if (known) return known;
  const orm = drizzle(database);
  orms.set(database, orm);
  return orm;
}
