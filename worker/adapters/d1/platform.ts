import { and, eq, inArray } from "drizzle-orm";
import type { Sealer } from "../seal.ts";
import { stalledExports } from "./exports.ts";
import { stalledImports } from "./imports.ts";
import * as schema from "./schema.ts";
import { ormOf } from "./tenant-db.ts";

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
    /** Campaigns that should have an alarm. */
    async movingCampaigns(limit: number) {
      return orm
        .select({ id: campaigns.id, tenantId: campaigns.tenantId })
        .from(campaigns)
        .where(inArray(campaigns.status, ["scheduled", "preparing", "running"]))
        .limit(limit);
    },
    /** Imports that should be moving and are not. */
    stalledImports: (movedBefore: number, limit: number) => stalledImports(orm, movedBefore, limit),
    stalledExports: (movedBefore: number, limit: number) => stalledExports(orm, movedBefore, limit),
    async storeDeadLetter(letter: {
      id: string;
      queue: string;
      tenantId: string | null;
      body: string;
      attempts: number;
      at: number;
    }) {
      const { body, ...row } = letter;
      await orm
        .insert(schema.deadLetters)
        .values({ ...row, sealedBody: await sealer.seal(body, `dead-letter:${letter.id}`) })
        .onConflictDoNothing();
    },
    /** Adds to the hour's count of events that fit nothing we sent. */
    async countUnmatched(entry: {
      tenantId: string;
      lineId: string;
      hour: number;
      kind: string;
      count: number;
      at: number;
    }) {
      await env.DB.prepare(
        `insert into unmatched_events (tenant_id, line_id, hour, kind, count, last_at) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (tenant_id, line_id, hour, kind) do update set count = count + excluded.count, last_at = excluded.last_at`,
      )
        .bind(entry.tenantId, entry.lineId, entry.hour, entry.kind, entry.count, entry.at)
        .run();
    },
  };
}
