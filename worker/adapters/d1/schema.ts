import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { AttendanceChannel, AudienceFilter, ConsentStatus } from "#core/audience/contact.ts";
import type { InService, Pacing } from "#core/campaigns/campaign.ts";
import type { SendingWindowChoice, TenantSettings } from "#core/campaigns/policy.ts";
import type { CampaignStatus } from "#core/campaigns/status.ts";
import type { SeenEncoding } from "#core/imports/dialect.ts";
import type { ImportCursor, ImportError } from "#core/imports/job.ts";
import type { LineKind } from "#core/lines/line.ts";
import type { DraftSender } from "#core/lines/sender.ts";
import type { QualityRating } from "#core/meta/quality.ts";
import type { TemplateComponent } from "#core/meta/template.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import type { Wait } from "#core/sending/waiting.ts";
import type { AlertFacts, AlertKind, AlertSeverity } from "#core/shared/alert.ts";
import type { JobStatus } from "#core/shared/job.ts";
import { foldSteps } from "#core/shared/search.ts";
import type { VariableMap } from "#core/templates/variable-source.ts";

/**
 * The catalogue in D1. Instants are integers, milliseconds since 1970 in UTC. Every table of a tenant's data has
 * `tenant_id` first in its keys, and none cascades: a rebuilt parent table would take the children with it.
 */
const instant = (name: string) => integer(name);
const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();

export const tenants = sqliteTable("tenants", {
  id: text().primaryKey(),
  name: text().notNull(),
  timeZone: text("time_zone").notNull().default("America/Sao_Paulo"),
  locale: text().notNull().default("pt-BR"),
  /** Whether inbound messages are attributed to campaigns ("protocolo de resposta"). */
  responseProtocol: integer("response_protocol", { mode: "boolean" }).notNull().default(true),
  settings: json<TenantSettings>("settings").notNull().default({}),
  createdAt: instant("created_at").notNull(),
});

/* People. The names of these four tables and their columns are better-auth's. */
export const user = sqliteTable("user", {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: integer("email_verified", { mode: "boolean" }).notNull().default(false),
  image: text(),
  createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
});

export const session = sqliteTable(
  "session",
  {
    id: text().primaryKey(),
    token: text().notNull().unique(),
    userId: text("user_id").notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("session_user").on(t.userId)],
);

export const account = sqliteTable(
  "account",
  {
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: integer("access_token_expires_at", { mode: "timestamp_ms" }),
    refreshTokenExpiresAt: integer("refresh_token_expires_at", { mode: "timestamp_ms" }),
    scope: text(),
    password: text(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("account_user").on(t.userId)],
);

export const verification = sqliteTable(
  "verification",
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("verification_identifier").on(t.identifier)],
);

/** Which person belongs to which tenant, and as what. */
export const members = sqliteTable(
  "members",
  {
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    role: text().$type<"owner" | "admin" | "operator" | "viewer">().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] }), index("members_user").on(t.userId)],
);

/** Only the SHA-256 of a key is kept: the key itself has 256 random bits, so no slow hash is needed. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    prefix: text().notNull(),
    hash: text().notNull().unique(),
    scopes: json<string[]>("scopes").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [index("api_keys_tenant").on(t.tenantId, t.id)],
);

export const segments = sqliteTable(
  "segments",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [index("segments_tenant").on(t.tenantId, t.id), uniqueIndex("segments_name").on(t.tenantId, t.name)],
);

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

export const templates = sqliteTable(
  "templates",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    wabaId: text("waba_id").notNull(),
    metaId: text("meta_id").notNull(),
    name: text().notNull(),
    language: text().notNull(),
    category: text().notNull(),
    status: text().notNull(),
    parameterFormat: text("parameter_format").$type<"POSITIONAL" | "NAMED">().notNull(),
    components: json<TemplateComponent[]>("components").notNull(),
    rejectedReason: text("rejected_reason"),
    createdAt: instant("created_at").notNull(),
    syncedAt: instant("synced_at").notNull(),
    /** Set when a sync no longer finds it at Meta; campaigns of the past still name it. */
    removedAt: instant("removed_at"),
  },
  (t) => [
    index("templates_tenant").on(t.tenantId, t.id),
    uniqueIndex("templates_name").on(t.tenantId, t.wabaId, t.name, t.language),
    index("templates_meta").on(t.metaId),
  ],
);

/** Which lines may send a template: all of its WABA's when it is synced, narrowed by the tenant. */
export const templateLines = sqliteTable(
  "template_lines",
  {
    tenantId: text("tenant_id").notNull(),
    templateId: text("template_id").notNull(),
    lineId: text("line_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.templateId, t.lineId] })],
);

export const audiences = sqliteTable(
  "audiences",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    segmentId: text("segment_id").notNull(),
    name: text().notNull(),
    contactCount: integer("contact_count").notNull().default(0),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [index("audiences_tenant").on(t.tenantId, t.id), index("audiences_segment").on(t.tenantId, t.segmentId)],
);

const made = (name: string, expression: string) =>
  text(name).generatedAlwaysAs(sql.raw(expression), { mode: "virtual" });
const [foldFirst = String, foldSecond = String, foldThird = String] = foldSteps;
/** A contact's name, folded, and what else it is found by, each behind a tab; see core/shared/search.ts. */
const CONTACT_SEARCH = [
  foldThird("folding_2"),
  ...["phone", "document", "customer_code", "email"].map((column) => `coalesce(${column}, '')`),
].join(" || char(9) || ");

/** One row per person and tenant; the phone in canonical E.164 is what makes two rows one person. */
export const contacts = sqliteTable(
  "contacts",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    phone: text(),
    name: text().notNull().default(""),
    document: text(),
    customerCode: text("customer_code"),
    email: text(),
    hashtags: json<string[]>("hashtags").notNull().default([]),
    attributes: json<Record<string, string>>("attributes").notNull().default({}),
    optInStatus: text("opt_in_status").$type<ConsentStatus>().notNull().default("unknown"),
    optInSource: text("opt_in_source"),
    optInAt: instant("opt_in_at"),
    /** When we learned that consent was taken back, and why; set while it is. */
    optOutAt: instant("opt_out_at"),
    optOutReason: text("opt_out_reason"),
    /** When the person said no last: what a later consent must be newer than. Null when never, or before this was kept. */
    lastNoAt: instant("last_no_at"),
    /** The consent event that made the consent above what it is; null while nobody has said anything. */
    consentId: text("consent_id"),
    /** Which import wrote the row last. */
    importId: text("import_id"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    folding1: made("folding_1", foldFirst("name")),
    folding2: made("folding_2", foldSecond("folding_1")),
    /** What `q` looks in. The database makes it, so that no way of writing a contact can leave it behind. */
    search: made("search", `lower(${CONTACT_SEARCH})`),
  },
  (t) => [
    uniqueIndex("contacts_phone").on(t.tenantId, t.phone),
    // In the order of a list, with what a search looks in: one that finds little reads this and no contacts.
    index("contacts_search").on(t.tenantId, t.id, t.search),
    index("contacts_document").on(t.tenantId, t.document).where(sql`document is not null`),
    index("contacts_code").on(t.tenantId, t.customerCode).where(sql`customer_code is not null`),
    // Who took consent back since a campaign looked last: few rows, so a partial index costs nothing on import.
    index("contacts_opted_out").on(t.tenantId, t.optOutAt).where(sql`opt_out_at is not null`),
  ],
);

export const audienceMembers = sqliteTable(
  "audience_members",
  {
    tenantId: text("tenant_id").notNull(),
    audienceId: text("audience_id").notNull(),
    contactId: text("contact_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.audienceId, t.contactId] })],
);

/**
 * Campaigns whose message Meta could not deliver because the number has no WhatsApp, or so it says (131026). Two make a
 * contact unreachable, until the person writes to us.
 */
export const contactStrikes = sqliteTable(
  "contact_strikes",
  {
    tenantId: text("tenant_id").notNull(),
    contactId: text("contact_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    at: instant("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId, t.campaignId] })],
);

/** Append-only proof of each change of consent. */
export const consentEvents = sqliteTable(
  "consent_events",
  {
    tenantId: text("tenant_id").notNull(),
    contactId: text("contact_id").notNull(),
    id: text().notNull(),
    status: text().$type<ConsentStatus>().notNull(),
    source: text(),
    reason: text(),
    /** When the person said so, null when nobody knows; `recorded_at` is when we learned of it. */
    at: instant("at"),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId, t.id] })],
);

export const attendances = sqliteTable(
  "attendances",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    phone: text().notNull(),
    channel: text().$type<AttendanceChannel>().notNull(),
    startedAt: instant("started_at").notNull(),
    lastEventAt: instant("last_event_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    index("attendances_tenant").on(t.tenantId, t.id),
    index("attendances_phone").on(t.tenantId, t.phone),
    index("attendances_open").on(t.tenantId, t.phone).where(sql`ended_at is null`),
    index("attendances_recent").on(t.tenantId, t.lastEventAt),
  ],
);

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

export const imports = sqliteTable(
  "imports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    audienceId: text("audience_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    fileKey: text("file_key").notNull(),
    fileBytes: integer("file_bytes").notNull(),
    encoding: text().$type<SeenEncoding>().notNull(),
    delimiter: text(),
    mapping: json<Record<string, string>>("mapping"),
    /** Where the next slice starts, and what the slices so far left behind: committed with the slice's rows. */
    cursor: json<ImportCursor>("cursor"),
    totalRows: integer("total_rows").notNull().default(0),
    importedRows: integer("imported_rows").notNull().default(0),
    updatedRows: integer("updated_rows").notNull().default(0),
    rejectedRows: integer("rejected_rows").notNull().default(0),
    warningRows: integer("warning_rows").notNull().default(0),
    /** Rows of an e-mail address, in a layout with one row per channel. */
    otherChannelRows: integer("other_channel_rows").notNull().default(0),
    rejectsKey: text("rejects_key"),
    /** A word such as `no_phone_column` when the file could not be read. */
    error: text().$type<ImportError>(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When the cursor moved last, and how often the import was put on the queue again since. */
    movedAt: instant("moved_at").notNull().default(0),
    recoveryAttempts: integer("recovery_attempts").notNull().default(0),
  },
  (t) => [
    index("imports_tenant").on(t.tenantId, t.id),
    index("imports_audience").on(t.tenantId, t.audienceId),
    // The cron's question: which unfinished import makes no progress?
    index("imports_active").on(t.movedAt).where(sql`status in ('queued','running')`),
  ],
);

export const exports_ = sqliteTable(
  "exports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    status: text().$type<JobStatus>().notNull(),
    delimiter: text().notNull(),
    fileKey: text("file_key").notNull(),
    /** Where the next part begins; null before the first and at the end. */
    cursor: json<{ after: string }>("cursor"),
    /** The files that the report lies in, in order; null when it is one, under `fileKey`. */
    parts: json<{ key: string; bytes: number }[]>("parts"),
    rows: integer().notNull().default(0),
    bytes: integer().notNull().default(0),
    error: text(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    completedAt: instant("completed_at"),
    /** When it last came on, or was tried. */
    movedAt: instant("moved_at").notNull().default(0),
    /** How often the next part has been tried in vain. */
    attempts: integer().notNull().default(0),
  },
  (t) => [
    index("exports_tenant").on(t.tenantId, t.id),
    index("exports_campaign").on(t.tenantId, t.campaignId),
    // The cron's question: which unfinished export makes no progress?
    index("exports_active").on(t.movedAt).where(sql`status in ('queued','running')`),
  ],
);

export const alerts = sqliteTable(
  "alerts",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    kind: text().$type<AlertKind>().notNull(),
    severity: text().$type<AlertSeverity>().notNull(),
    /** What it is about, an id such as a line's or a campaign's; one open alert per kind and subject. */
    subject: text().notNull(),
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
  (t) => [index("audit_log_tenant").on(t.tenantId, t.id)],
);

/** First answers of creating POSTs, sealed (they may hold personal data or a new key), kept for 24 hours. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    key: text().notNull(),
    requestHash: text("request_hash").notNull(),
    responseStatus: integer("response_status"),
    sealedResponse: text("sealed_response"),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.key] }), index("idempotency_keys_age").on(t.createdAt)],
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
