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

/** How far a tenant has come on the way to its first campaign. */
export type FirstSteps = Record<"segment" | "line" | "template" | "audience" | "launched" | "completed", boolean>;

/** Among so many members, the newest audience's first, or contacts, the newest first, somebody with consent is looked for. */
const MEMBERS_LOOKED_AT = 1_000;

export function tenantStore({ orm, d1, tenantId }: TenantDb) {
  const own = eq(tenants.id, tenantId);
  return {
    async get(): Promise<TenantRow | null> {
      return (await orm.select().from(tenants).where(own).get()) ?? null;
    },
    /** What is there already: each a look into an index, whatever the size of the tenant. */
    async firstSteps(): Promise<FirstSteps> {
      const row = await d1
        .prepare(
          `select exists (select 1 from segments where tenant_id = ?1) as segment,
                  exists (select 1 from lines where tenant_id = ?1) as line,
                  exists (select 1 from templates where tenant_id = ?1 and status = 'APPROVED' and removed_at is null) as template,
                  exists (select 1 from (select contact_id from audience_members where tenant_id = ?1
                                         order by audience_id desc, contact_id desc limit ${MEMBERS_LOOKED_AT}) as members
                          join contacts on contacts.id = members.contact_id
                          where contacts.tenant_id = ?1 and contacts.opt_in_status = 'granted')
                  or (exists (select 1 from audiences where tenant_id = ?1 and kind = 'dynamic')
                      and exists (select 1 from (select opt_in_status from contacts where tenant_id = ?1
                                                 order by id desc limit ${MEMBERS_LOOKED_AT}) as newest
                                  where opt_in_status = 'granted')) as audience,
                  exists (select 1 from campaigns where tenant_id = ?1 and status <> 'draft') as launched,
                  exists (select 1 from campaigns where tenant_id = ?1 and status = 'completed') as completed`,
        )
        .bind(tenantId)
        .first<Record<keyof FirstSteps, number>>();
      return {
        segment: row?.segment === 1,
        line: row?.line === 1,
        template: row?.template === 1,
        audience: row?.audience === 1,
        launched: row?.launched === 1,
        completed: row?.completed === 1,
      };
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
