import { eq, type SQL, sql } from "drizzle-orm";
import { tenants } from "#adapters/d1/schema/identity.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { TenantSettings } from "#core/campaigns/policy.ts";

export type TenantRow = typeof tenants.$inferSelect;
export interface TenantChange {
  name?: string | undefined;
  timeZone?: string | undefined;
  locale?: string | undefined;
  responseProtocol?: boolean | undefined;
  settings?: TenantSettings | undefined;
}

export function tenantStore({ orm, tenantId }: TenantDb) {
  const own = eq(tenants.id, tenantId);
  return {
    async get(): Promise<TenantRow | null> {
      return (await orm.select().from(tenants).where(own).get()) ?? null;
    },
    /**
     * Fields that are left out stay; settings are merged one by one, so that two people tuning both are heard. A setting
     * that is an object is replaced as a whole, and null takes one away.
     */
    async update({ settings, ...fields }: TenantChange): Promise<TenantRow | null> {
      const change = { ...fields, ...(settings ? { settings: mergedSettings(settings) } : {}) };
      if (Object.values(change).every((value) => value === undefined)) return this.get();
      const [row] = await orm.update(tenants).set(change).where(own).returning();
      return row ?? null;
    },
  };
}

/** `json_patch` merges objects key by key (RFC 7396), so what is about to be set is taken out first. */
function mergedSettings(settings: TenantSettings): SQL {
  const paths = Object.keys(settings).map((name) => sql`, ${`$.${name}`}`);
  return sql`json_patch(json_remove(${tenants.settings}${sql.join(paths)}), ${JSON.stringify(settings)})`;
}
