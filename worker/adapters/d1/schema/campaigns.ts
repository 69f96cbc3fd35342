import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AudienceFilter } from "#core/audience/audience-filter.ts";
import type { InService, Pacing } from "#core/campaigns/campaign.ts";
import type { SendingWindowChoice } from "#core/campaigns/policy.ts";
import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { DraftSender } from "#core/lines/sender.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import type { Wait } from "#core/sending/waiting.ts";
import type { VariableMap } from "#core/templates/variable-source.ts";
import { instant, json } from "./columns.ts";

export const campaigns = sqliteTable(
  "campaigns",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    /** These three are null at most while it is a draft. */
    segmentId: text("segment_id"),
    audienceId: text("audience_id"),
    filter: json<AudienceFilter>("filter"),
    templateId: text("template_id"),
    variables: json<VariableMap>("variables").notNull(),
    sender: json<DraftSender>("sender").notNull(),
    startAt: instant("start_at"),
    pacing: json<Pacing>("pacing"),
    /** Null: the tenant's. */
    sendingWindow: json<SendingWindowChoice>("sending_window"),
    inService: json<InService>("in_service").notNull(),
    status: text().$type<CampaignStatus>().notNull().default("draft"),
    statusReason: text("status_reason"),
    counts: json<CampaignCounts>("counts"),
    /** What its people wait for, as its object last told. */
    waiting: json<Wait[]>("waiting"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    launchedAt: instant("launched_at"),
    completedAt: instant("completed_at"),
    /** When its object took everybody's personal data out, because the tenant keeps it no longer. */
    personalDataRemovedAt: instant("personal_data_removed_at"),
    /** How far the object has come with that; null before it begins. */
    personalDataCursor: text("personal_data_cursor"),
  },
  (t) => [
    index("campaigns_tenant").on(t.tenantId, t.id),
    index("campaigns_segment").on(t.tenantId, t.segmentId),
    // Whose people are to be forgotten; most that are over have been, where any are.
    index("campaigns_personal_data").on(t.tenantId, t.completedAt).where(sql`personal_data_removed_at is null`),
    // The cron's question: what should be active?
    index("campaigns_active").on(t.status).where(sql`status in ('scheduled','preparing','running','paused')`),
  ],
);

/** Hourly sums per campaign and line, written as absolute figures by the campaign's object: repeating one changes nothing. */
export const sendRollups = sqliteTable(
  "send_rollups",
  {
    tenantId: text("tenant_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    hour: instant("hour").notNull(),
    lineId: text("line_id").notNull(),
    segmentId: text("segment_id").notNull(),
    templateId: text("template_id").notNull(),
    sent: integer().notNull().default(0),
    delivered: integer().notNull().default(0),
    read: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    replied: integer().notNull().default(0),
    idr: integer().notNull().default(0),
    operation: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.campaignId, t.hour, t.lineId] }),
    index("send_rollups_hour").on(t.tenantId, t.hour),
  ],
);

/**
 * What became of each person's message, campaign by campaign, as the campaigns' objects tell it. Who was left out, or waits
 * for a first try, has no row; who was refused has one without `sent_at`. A message costs a write or two here, so the table
 * has no rowid and no other index: it is asked by contact.
 */
export const contactSends = sqliteTable(
  "contact_sends",
  {
    tenantId: text("tenant_id").notNull(),
    contactId: text("contact_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    /** Of the template, lower case. */
    category: text().notNull(),
    lineId: text("line_id"),
    sentAt: instant("sent_at"),
    deliveredAt: instant("delivered_at"),
    readAt: instant("read_at"),
    repliedAt: instant("replied_at"),
    failedAt: instant("failed_at"),
    /** From when it counts as a message to the person, `STILL_OPEN` while it may leave yet; null when none did. */
    countedAt: instant("counted_at"),
    /** The object's clock when it told this: what is older changes nothing. */
    asOf: instant("as_of").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId, t.campaignId] })],
);
