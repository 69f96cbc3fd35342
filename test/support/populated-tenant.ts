import { getTableColumns, getTableName, inArray, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { ulid } from "ulid";
import * as schema from "#adapters/d1/schema/index.ts";
import {
  aBlock,
  aCampaign,
  aContact,
  aDeadLetter,
  aLine,
  aMapping,
  anAlert,
  anApiKey,
  anAttendance,
  anAudience,
  anAuditEntry,
  anErasure,
  anExport,
  anImport,
  anUnmatchedEvent,
  aSegment,
  aTemplate,
  aTenant,
  orm,
  type TestTenant,
  unique,
} from "./builders.ts";

/** The ids of one of everything that a tenant can own. */
export type Ids = Record<
  | "segmentId"
  | "lineId"
  | "portfolioId"
  | "wabaId"
  | "templateId"
  | "audienceId"
  | "contactId"
  | "twinId"
  | "attendanceId"
  | "blockId"
  | "userId"
  | "importId"
  | "mappedHeader"
  | "campaignId"
  | "exportId"
  | "alertId"
  | "apiKeyId"
  | "auditEntryId"
  | "deadLetterId"
  | "erasureId",
  string
>;

export interface PopulatedTenant extends TestTenant {
  ids: Ids;
  /** A word that stands in every text of this tenant's rows and nowhere else. */
  marker: string;
}

/** A tenant with one of everything, none of it like any other tenant's. */
export async function aPopulatedTenant(): Promise<PopulatedTenant> {
  const marker = `marker${ulid().toLowerCase()}`;
  const t = await aTenant({ name: marker });
  const segment = await aSegment(t, { name: `Segment ${marker}` });
  const line = await aLine(t, { segmentId: segment.id, name: `Line ${marker}` });
  const template = await aTemplate(t, { wabaId: line.wabaId, name: `template_${marker}`, lineIds: [line.id] });
  const audience = await anAudience(t, { segmentId: segment.id, name: `Audience ${marker}` });
  const phone = `+55119${50_000_000 + unique()}`;
  const contact = await aContact(t, {
    phone,
    audienceId: audience.id,
    name: `Ana ${marker}`,
    email: `${marker}@example.com`,
    hashtags: [marker],
    attributes: { Cidade: marker },
  });
  const twin = await aContact(t, { name: `Ana ${marker}`, optInStatus: "unknown" });
  const attendance = await anAttendance(t, { phone });
  const userId = `BR.${ulid()}`;
  const block = await aBlock(t, { segmentId: segment.id, userId, reason: `Asked ${marker}` });
  const importJob = await anImport(t, { audienceId: audience.id });
  const mappedHeader = await aMapping(t, { [marker]: "NumeroTelefone" });
  const campaign = await aCampaign(t, {
    segmentId: segment.id,
    audienceId: audience.id,
    templateId: template.id,
    name: `Campaign ${marker}`,
  });
  const exportJob = await anExport(t, { campaignId: campaign.id });
  const alert = await anAlert(t, { subject: line.id, message: `Quality fell for ${marker}.` });
  const key = await anApiKey(t, { name: `Key ${marker}` });
  const deadLetter = await aDeadLetter(t);
  await anUnmatchedEvent(t, { lineId: line.id });
  const erasure = await anErasure(t);
  const entry = await anAuditEntry(t, { subject: segment.id, detail: { name: marker } });
  return {
    ...t,
    marker,
    ids: {
      segmentId: segment.id,
      lineId: line.id,
      portfolioId: line.portfolioId,
      wabaId: line.wabaId,
      templateId: template.id,
      audienceId: audience.id,
      contactId: contact.id,
      twinId: twin.id,
      attendanceId: attendance.id,
      blockId: block.id,
      userId,
      importId: importJob.id,
      mappedHeader,
      campaignId: campaign.id,
      exportId: exportJob.id,
      alertId: alert.id,
      apiKeyId: key.id,
      auditEntryId: entry.id,
      deadLetterId: deadLetter.id,
      erasureId: erasure.id,
    },
  };
}

/** Every row of these tenants in every table that has a tenant: for "nothing was written". */
export async function rowsOf(...tenants: TestTenant[]): Promise<Record<string, unknown[]>> {
  const ids = tenants.map((t) => t.tenantId);
  const owned = Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .flatMap((table) => {
      const columns = getTableColumns(table);
      const owner = "tenantId" in columns ? columns.tenantId : table === schema.tenants ? schema.tenants.id : undefined;
      return owner ? [{ table, owner }] : [];
    });
  const rows = owned.map(async ({ table, owner }) => {
    const own = await orm.select().from(table).where(inArray(owner, ids));
    return [getTableName(table), own.map(settled)] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

/** Asking notes a key's use in the background: no change that anybody asked for. */
function settled(row: Record<string, unknown>) {
  const { lastUsedAt: _, ...rest } = row;
  return rest;
}
