import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { AlertFacts, AlertKind, AlertSeverity } from "#core/operations/alert.ts";
import { instant, json } from "./columns.ts";

export const alerts = sqliteTable(
  "alerts",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    kind: text().$type<AlertKind>().notNull(),
    severity: text().$type<AlertSeverity>().notNull(),
    /** What it is about, an id such as a line's or a campaign's; one open alert per kind and subject. */
    subject: text().notNull(),
    /**
     * What the kind's words are made of, as JSON; null in rows of the release before, which had the two columns below
     * alone. Those are read where there are no parameters, and written all the same: code of that release runs beside
     * ours for a while and reads nothing else, and what a later release raises is told by them, should ours come back.
     * An alert that both raise within those minutes keeps our parameters.
     */
    params: text(),
    /** Its sentence in English. */
    message: text().notNull(),
    /** What the alert counted; null where there is nothing to count. */
    facts: json<AlertFacts>("facts"),
    createdAt: instant("created_at").notNull(),
    acknowledgedAt: instant("acknowledged_at"),
    acknowledgedBy: text("acknowledged_by"),
  },
  (t) => [
    index("alerts_tenant").on(t.tenantId, t.id),
    uniqueIndex("alerts_open").on(t.tenantId, t.kind, t.subject).where(sql`acknowledged_at is null`),
  ],
);

export const auditLog = sqliteTable(
  "audit_log",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    detail: json<Record<string, unknown>>("detail"),
    requestId: text("request_id"),
    at: instant("at").notNull(),
  },
  (t) => [
    index("audit_log_tenant").on(t.tenantId, t.id),
    // What was done to one thing, by the last first.
    index("audit_log_subject").on(t.tenantId, t.subject, t.at),
  ],
);

/** Queue messages that failed for good. The body is sealed: webhook events hold personal data. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text().primaryKey(),
    queue: text().notNull(),
    tenantId: text("tenant_id"),
    sealedBody: text("sealed_body").notNull(),
    attempts: integer().notNull(),
    at: instant("at").notNull(),
    /** At most one of these two is set, and only once: each is written on the condition that neither is. */
    retriedAt: instant("retried_at"),
    discardedAt: instant("discarded_at"),
  },
  (t) => [index("dead_letters_queue").on(t.queue, t.id), index("dead_letters_tenant").on(t.tenantId, t.id)],
);

/** Webhook events that fit nothing we sent, counted per line, hour and kind: listed, never a failed batch. */
export const unmatchedEvents = sqliteTable(
  "unmatched_events",
  {
    tenantId: text("tenant_id").notNull(),
    lineId: text("line_id").notNull(),
    hour: instant("hour").notNull(),
    kind: text().$type<"status" | "inbound">().notNull(),
    count: integer().notNull().default(0),
    lastAt: instant("last_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.lineId, t.hour, t.kind] }),
    // The order of the list.
    index("unmatched_events_hour").on(t.tenantId, t.hour, t.lineId, t.kind),
  ],
);
