import { and, eq, inArray, sql } from "drizzle-orm";
import type { Sealer } from "#adapters/crypto/seal.ts";
import { endIdleAttendances } from "#adapters/d1/audience/attendances.ts";
import { indexOlderContacts } from "#adapters/d1/audience/contact-words.ts";
import { stalledErasures } from "#adapters/d1/audience/erasures.ts";
import { stalledImports, unusedImports } from "#adapters/d1/imports/imports.ts";
import { stalledExports } from "#adapters/d1/reports/exports.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import { ormOf } from "#adapters/d1/tenant-db.ts";
import { ACTIVE_STATUSES } from "#core/campaigns/status.ts";

/** Questions that belong to no tenant: webhooks name numbers, crons look over all campaigns, queues have dead letters. */
export function platformStore(env: { DB: D1Database }, sealer: Sealer) {
  const orm = ormOf(env.DB);
  const { lines, campaigns } = schema;
  return {
    async linesByPhoneNumberId(phoneNumberIds: string[]) {
      if (phoneNumberIds.length === 0) return [];
      return orm
        .select({
          id: lines.id,
          tenantId: lines.tenantId,
          portfolioId: lines.portfolioId,
          phoneNumberId: lines.phoneNumberId,
        })
        .from(lines)
        .where(inArray(lines.phoneNumberId, phoneNumberIds.slice(0, 90)));
    },
    async linesByWaba(wabaId: string) {
      return orm.select().from(lines).where(eq(lines.wabaId, wabaId));
    },
    async linesByDigits(wabaId: string, digits: string) {
      return orm
        .select()
        .from(lines)
        .where(and(eq(lines.wabaId, wabaId), eq(lines.digits, digits)));
    },
    /**
     * Campaigns that should have an alarm: those under way first, of them whatever has not been heard of for longest.
     * Paused ones come last and by lot, because looking at one leaves no mark: by age the same would come each time.
     */
    async activeCampaigns(limit: number) {
      return orm
        .select({ id: campaigns.id, tenantId: campaigns.tenantId })
        .from(campaigns)
        .where(inArray(campaigns.status, ACTIVE_STATUSES))
        .orderBy(
          sql`case ${campaigns.status} when 'running' then 0 when 'preparing' then 0 when 'scheduled' then 1 else 2 end`,
          sql`case ${campaigns.status} when 'paused' then random() else ${campaigns.updatedAt} end`,
        )
        .limit(limit);
    },
    /** Unfinished imports without progress. */
    stalledImports: (movedBefore: number, limit: number) => stalledImports(orm, movedBefore, limit),
    endIdleAttendances: (now: number, limit: number) => endIdleAttendances(env.DB, now, limit),
    /** Checked files that nobody has imported. */
    unusedImports: (movedBefore: number, limit: number) => unusedImports(orm, movedBefore, limit),
    stalledExports: (movedBefore: number, limit: number) => stalledExports(orm, movedBefore, limit),
    stalledErasures: (movedBefore: number, limit: number) => stalledErasures(orm, movedBefore, limit),
    /** Tenants that keep something for a time only, with for how many days. */
    async retentions(): Promise<{ tenantId: string; personalDataDays: number | null; fileDays: number | null }[]> {
      const days = (name: string) => sql<number | null>`${schema.tenants.settings} ->> ${`$.${name}`}`;
      return orm
        .select({
          tenantId: schema.tenants.id,
          personalDataDays: days("personalDataDays"),
          fileDays: days("fileDays"),
        })
        .from(schema.tenants)
        .where(sql`coalesce(${days("personalDataDays")}, ${days("fileDays")}) is not null`);
    },
    indexOlderContacts: (rows: number) => indexOlderContacts({ d1: env.DB, orm }, rows),
    /** Kept once, however often it is delivered: the id tells. */
    async storeDeadLetter(deadLetter: {
      id: string;
      queue: string;
      tenantId: string | null;
      body: string;
      attempts: number;
      at: number;
    }) {
      const { body, ...row } = deadLetter;
      await orm
        .insert(schema.deadLetters)
        .values({ ...row, sealedBody: await sealer.seal(body, deadLetterContext(deadLetter.id)) })
        .onConflictDoNothing();
    },
    /** What a dead letter says, as JSON; null when it can't be opened, as after a change of the key. */
    async openDeadLetter({ id, sealedBody }: { id: string; sealedBody: string }): Promise<string | null> {
      const opened = await sealer.open(sealedBody, deadLetterContext(id));
      return opened.ok ? opened.value : null;
    },
    /** The tenant of a campaign: results that came late name nothing else. */
    async tenantOfCampaign(campaignId: string): Promise<string | null> {
      const row = await orm
        .select({ tenantId: campaigns.tenantId })
        .from(campaigns)
        .where(eq(campaigns.id, campaignId))
        .get();
      return row?.tenantId ?? null;
    },
    /** Adds events that fit nothing we sent to their hour's counts: all of them or, when it throws, none. */
    async countUnmatched(
      events: { tenantId: string; lineId: string; hour: number; kind: string }[],
      at: number,
    ): Promise<void> {
      await env.DB.prepare(
        `insert into unmatched_events (tenant_id, line_id, hour, kind, count, last_at)
           select value ->> 0, value ->> 1, value ->> 2, value ->> 3, count(*), ?1 from json_each(?2)
           where true group by 1, 2, 3, 4
         on conflict (tenant_id, line_id, hour, kind) do update
           set count = count + excluded.count, last_at = max(last_at, excluded.last_at)`,
      )
        .bind(at, JSON.stringify(events.map(({ tenantId, lineId, hour, kind }) => [tenantId, lineId, hour, kind])))
        .run();
    },
  };
}

const deadLetterContext = (id: string) => `dead-letter:${id}`;
