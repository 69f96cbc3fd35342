import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { AudienceFilter, AudienceKind } from "#core/audience/audience-filter.ts";
import type { ConsentChannel } from "#core/audience/consent.ts";
import type { AttendanceChannel, ConsentStatus } from "#core/audience/contact.ts";
import type { ContactField } from "#core/audience/contact-fields.ts";
import { contactWordsSql } from "#core/audience/contact-words.ts";
import type { LegalBasis } from "#core/audience/legal-basis.ts";
import { foldSteps } from "#core/shared/search.ts";
import { instant, json } from "./columns.ts";

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

export const audiences = sqliteTable(
  "audiences",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    segmentId: text("segment_id").notNull(),
    name: text().notNull(),
    contactCount: integer("contact_count").notNull().default(0),
    kind: text().$type<AudienceKind>().notNull().default("fixed"),
    /** Who is in a dynamic one: those of the tenant that match, at the moment of reading. Null of others. */
    filter: json<AudienceFilter>("filter"),
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

const fieldColumns = {
  document: text(),
  customerCode: text("customer_code"),
  email: text(),
} satisfies Record<ContactField, unknown>;

/**
 * How far people who are older than `contact_words` have been put into it: those with a rowid below this are not. One row,
 * of the whole database.
 */
export const contactWordsProgress = sqliteTable("contact_words_progress", { below: integer().notNull() });

/** One row per person and tenant; the phone in canonical E.164 is what makes two rows one person. */
export const contacts = sqliteTable(
  "contacts",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    phone: text(),
    name: text().notNull().default(""),
    ...fieldColumns,
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
    /** Meta's id of the person (BSUID), once they have written to us with their number; no import knows it. */
    userId: text("user_id"),
    /** Which import wrote the row last. */
    importId: text("import_id"),
    /** On which ground the person's data is used: what the last import that named one said. Null: none is known. */
    legalBasis: text("legal_basis").$type<LegalBasis>(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    folding1: made("folding_1", foldFirst("name")),
    folding2: made("folding_2", foldSecond("folding_1")),
    /** What `q` looks in where an exact filter has left a few. */
    search: made("search", `lower(${CONTACT_SEARCH})`),
    /**
     * What `q` looks for among all: triggers keep it in `contact_words`, a full-text index by rowid, so that no way of
     * writing a contact can leave it behind. A migration that makes this table anew has to make those anew as well.
     */
    words: made("words", contactWordsSql()),
  },
  (t) => [
    uniqueIndex("contacts_phone").on(t.tenantId, t.phone),
    // The release before searches by it; lists need its order of ids.
    index("contacts_search").on(t.tenantId, t.id, t.search),
    index("contacts_document").on(t.tenantId, t.document).where(sql`document is not null`),
    index("contacts_user_id").on(t.tenantId, t.userId).where(sql`user_id is not null`),
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
    /** The last import that marked the member as one of its file's people; see `marksMembers`. */
    importId: text("import_id"),
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
    /** By which way we learned of it; null before this was kept. */
    channel: text().$type<ConsentChannel>(),
    /** What the person wrote or agreed to; null when nobody has it. */
    wording: text(),
    /** When the person said so, null when nobody knows; `recorded_at` is when we learned of it. */
    at: instant("at"),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId, t.id] })],
);

const BLOCK_KEYS = ["phone", "document", "user_id", "segment_id"]
  .map((column) => `coalesce(${column}, '')`)
  .join(" || char(9) || ");

/**
 * Who must not be written to, by key: a block knows no contact, so imports and deletions of contacts leave it as it is.
 * It covers whoever has one of its keys, until its end.
 */
export const blocks = sqliteTable(
  "blocks",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    phone: text(),
    document: text(),
    /** As Meta sends it (BSUID). */
    userId: text("user_id"),
    /** The phone of that user, once we have heard from them: what a contact is known by. */
    userPhone: text("user_phone"),
    /** Null: whatever the segment of the campaign. */
    segmentId: text("segment_id"),
    reason: text().notNull(),
    contract: text(),
    /** It covers nobody from then on; null: it has no end. */
    until: instant("until"),
    createdAt: instant("created_at").notNull(),
    /** When it began to cover whom it covers now: what campaigns under way ask for. */
    coversSince: instant("covers_since").notNull(),
    /** Whom it covers, and where, as one text: by it a list that is imported again finds what it has made. */
    keys: made("keys", BLOCK_KEYS),
  },
  (t) => [
    index("blocks_tenant").on(t.tenantId, t.id),
    index("blocks_phone").on(t.tenantId, t.phone).where(sql`phone is not null`),
    index("blocks_document").on(t.tenantId, t.document).where(sql`document is not null`),
    index("blocks_user").on(t.tenantId, t.userId).where(sql`user_id is not null`),
    index("blocks_user_phone").on(t.tenantId, t.userPhone).where(sql`user_phone is not null`),
    index("blocks_segment").on(t.tenantId, t.segmentId, t.id).where(sql`segment_id is not null`),
    index("blocks_keys").on(t.tenantId, t.keys),
    index("blocks_since").on(t.tenantId, t.coversSince, t.id),
  ],
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
    // The list of those who are being served now, and the cron's question: in which has nothing happened for long?
    index("attendances_open_list").on(t.tenantId, t.id).where(sql`ended_at is null`),
    index("attendances_idle").on(t.tenantId, t.lastEventAt).where(sql`ended_at is null`),
  ],
);
