import { and, asc, eq, gt, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import {
  attendances,
  audienceMembers,
  audiences,
  blocks,
  consentEvents,
  contactStrikes,
} from "#adapters/d1/schema/audience.ts";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { imports } from "#adapters/d1/schema/imports.ts";
import { alerts, auditLog } from "#adapters/d1/schema/operations.ts";
import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { PersonMarks } from "#core/audience/person.ts";

/** D1 answers some megabytes at most. */
const PAGE_ROWS = 1_000;

/** Everything that the catalogue holds of a person beside the contact: whole, whatever it takes. */
export function personalDataStore({ orm, tenantId }: TenantDb) {
  const among = (column: SQLiteColumn, values: string[]) =>
    inArray(column, sql`(select value from json_each(${JSON.stringify(values)}))`);

  /** All rows of a table that meet a condition, page by page in the order of a key that tells them apart. */
  async function all<Table extends SQLiteTable & { tenantId: SQLiteColumn }>(
    table: Table,
    key: SQLiteColumn,
    condition: SQL | undefined,
    keyOf: (row: Table["$inferSelect"]) => string,
  ): Promise<Table["$inferSelect"][]> {
    const rows: Table["$inferSelect"][] = [];
    for (let after = ""; ; ) {
      const page: Table["$inferSelect"][] = await orm
        .select()
        .from(table as SQLiteTable)
        .where(and(eq(table.tenantId, tenantId), condition, gt(key, after)))
        .orderBy(asc(key))
        .limit(PAGE_ROWS);
      rows.push(...page);
      const last = page.at(-1);
      if (!last || page.length < PAGE_ROWS) return rows;
      after = keyOf(last);
    }
  }

  return {
    consentEvents: (contactId: string) =>
      all(consentEvents, consentEvents.id, eq(consentEvents.contactId, contactId), ({ id }) => id),
    strikes: (contactId: string) =>
      all(contactStrikes, contactStrikes.campaignId, eq(contactStrikes.contactId, contactId), (row) => row.campaignId),
    audiences: (contactId: string) =>
      all(
        audiences,
        audiences.id,
        sql`exists (select 1 from ${audienceMembers} where ${audienceMembers.tenantId} = ${tenantId}
          and ${audienceMembers.audienceId} = ${audiences.id} and ${audienceMembers.contactId} = ${contactId})`,
        ({ id }) => id,
      ),
    attendances: ({ phones }: PersonMarks) =>
      all(attendances, attendances.id, among(attendances.phone, phones), ({ id }) => id),
    blocks: ({ phones, documents, userIds }: PersonMarks) =>
      all(
        blocks,
        blocks.id,
        or(
          among(blocks.phone, phones),
          among(blocks.userPhone, phones),
          among(blocks.document, documents),
          among(blocks.userId, userIds),
        ),
        ({ id }) => id,
      ),
    alerts: (contactId: string, { userIds }: PersonMarks) =>
      all(alerts, alerts.id, among(alerts.subject, [contactId, ...userIds]), ({ id }) => id),
    auditEntries: (contactId: string) => all(auditLog, auditLog.id, eq(auditLog.subject, contactId), ({ id }) => id),
    imports: (ids: string[]) => all(imports, imports.id, among(imports.id, ids), ({ id }) => id),
    /** Campaigns that may have a contact of this age: not those that were over before it was there. */
    campaignsSince: (createdAt: number) =>
      all(
        campaigns,
        campaigns.id,
        and(
          isNotNull(campaigns.launchedAt),
          sql`coalesce(${campaigns.completedAt}, ${Number.MAX_SAFE_INTEGER}) >= ${createdAt}`,
        ),
        ({ id }) => id,
      ),
  };
}
