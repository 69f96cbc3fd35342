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
  },
  (t) => [
    index("campaigns_tenant").on(t.tenantId, t.id),
    index("campaigns_segment").on(t.tenantId, t.segmentId),
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
