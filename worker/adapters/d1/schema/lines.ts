import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { LineKind } from "#core/lines/line.ts";
import type { QualityRating } from "#core/meta/quality.ts";
import { instant } from "./columns.ts";

/** A line is one phone number at Meta; `phone_number_id` is unique over all tenants, for webhooks name only it. */
export const lines = sqliteTable(
  "lines",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    segmentId: text("segment_id").notNull(),
    kind: text().$type<LineKind>().notNull(),
    name: text().notNull(),
    wabaId: text("waba_id").notNull(),
    phoneNumberId: text("phone_number_id").notNull(),
    portfolioId: text("portfolio_id").notNull(),
    sealedToken: text("sealed_token").notNull(),
    displayPhoneNumber: text("display_phone_number"),
    /** Digits of the display number: some webhooks name a number by these alone. */
    digits: text(),
    verifiedName: text("verified_name"),
    qualityRating: text("quality_rating").$type<QualityRating>().notNull().default("UNKNOWN"),
    messagingLimitTier: text("messaging_limit_tier"),
    status: text().notNull().default("UNKNOWN"),
    throughputPerSecond: integer("throughput_per_second").notNull().default(80),
    syncedAt: instant("synced_at"),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [
    index("lines_tenant").on(t.tenantId, t.id),
    index("lines_segment").on(t.tenantId, t.segmentId),
    uniqueIndex("lines_phone_number_id").on(t.phoneNumberId),
    index("lines_waba").on(t.wabaId),
    index("lines_digits").on(t.digits),
  ],
);
