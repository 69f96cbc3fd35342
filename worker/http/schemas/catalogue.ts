import { z } from "@hono/zod-openapi";
import { EARLIEST_CONSENT } from "#core/imports/instants.ts";
import { QUEUES } from "#core/shared/queues.ts";
import { visibleText } from "#core/shared/visible-text.ts";
import { id, instant, instantInput, list, listQuery, name } from "./common.ts";
import { tenantPolicy, tenantSettings } from "./policy.ts";

/* Tenant and key */
export const tenant = z
  .object({
    id: id("ten"),
    name: z.string(),
    timeZone: z.string().openapi({ example: "America/Sao_Paulo" }),
    locale: z.string().openapi({ example: "pt-BR" }),
    responseProtocol: z.boolean(),
    settings: tenantSettings,
    policy: tenantPolicy,
  })
  .openapi("Tenant");
export const tenantPatch = z
  .object({
    name,
    timeZone: z.string().max(64),
    locale: z.enum(["pt-BR", "en"]),
    responseProtocol: z.boolean(),
    settings: tenantSettings,
  })
  .partial()
  .strict();
export const me = z
  .object({
    kind: z.enum(["apiKey", "user"]),
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    tenant,
  })
  .openapi("Me");

/* Segments */
export const segment = z.object({ id: id("seg"), name: z.string(), createdAt: instant }).openapi("Segment");
export const segmentInput = z.object({ name }).strict();
export const segmentList = list(segment);

/* Lines */
export const lineKind = z.enum(["prospect", "receptive"]);
export const line = z
  .object({
    id: id("lin"),
    segmentId: id("seg"),
    kind: lineKind,
    name: z.string(),
    wabaId: z.string(),
    phoneNumberId: z.string(),
    displayPhoneNumber: z.string().nullable(),
    verifiedName: z.string().nullable(),
    qualityRating: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]),
    portfolioId: z.string(),
    messagingLimitTier: z.string().nullable(),
    status: z.string(),
    throughputPerSecond: z.number().int(),
    syncedAt: instant.nullable(),
    createdAt: instant,
    health: z.object({ usable: z.boolean(), reason: z.string().optional(), since: instant.optional() }),
  })
  .openapi("Line");
const metaId = z.string().regex(/^\d{1,32}$/, "digits only, as Meta shows it");
export const lineInput = z
  .object({
    segmentId: id("seg"),
    kind: lineKind,
    wabaId: metaId,
    phoneNumberId: metaId,
    accessToken: z.string().min(1).max(2000),
    name: name.optional(),
  })
  .strict();
export const linePatch = z
  .object({ segmentId: id("seg"), kind: lineKind, accessToken: z.string().min(1).max(2000), name })
  .partial()
  .strict();
export const lineQuery = listQuery.extend({ segmentId: id("seg").optional(), kind: lineKind.optional() });
export const lineList = list(line);
export const portfolio = z
  .object({
    id: z.string(),
    messagingLimit: z.number().int().nullable(),
    used24h: z.number().int(),
    reserved24h: z.number().int(),
    lineIds: z.array(id("lin")),
  })
  .openapi("Portfolio");
export const portfolioList = list(portfolio);

/* Templates */
export const templateComponent = z.looseObject({ type: z.string() });
export const templateVariable = z.object({
  key: z.string().openapi({ example: "body.1" }),
  component: z.enum(["header", "body", "button"]),
  example: z.string().nullable(),
  kind: z.enum(["text", "media", "suffix", "payload", "coupon"]),
  required: z.boolean(),
});
export const template = z
  .object({
    id: id("tpl"),
    wabaId: z.string(),
    name: z.string(),
    language: z.string(),
    category: z.string(),
    status: z.string(),
    components: z.array(templateComponent),
    parameterFormat: z.enum(["POSITIONAL", "NAMED"]),
    variables: z.array(templateVariable),
    lineIds: z.array(id("lin")),
    rejectedReason: z.string().nullable(),
    /** Why this product can't send it yet; null when it can. */
    unsupported: z.string().nullable(),
    syncedAt: instant,
  })
  .openapi("Template");
export const templateInput = z
  .object({
    wabaId: metaId,
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, "lowercase letters, digits and _"),
    language: z.string().min(2).max(15),
    category: z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"]),
    parameterFormat: z.enum(["POSITIONAL", "NAMED"]).default("POSITIONAL"),
    components: z.array(templateComponent).min(1).max(10),
  })
  .strict();
export const templateQuery = listQuery.extend({
  status: z.string().max(40).optional(),
  wabaId: metaId.optional(),
  segmentId: id("seg").optional(),
  lineId: id("lin").optional(),
  q: z.string().max(120).optional(),
});
export const templateList = list(template);
export const templateSyncInput = z.object({ wabaId: metaId.optional() }).strict();
export const templateSyncResult = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  removed: z.number().int(),
});

/* Audiences, contacts, consent, attendances */
export const audience = z
  .object({ id: id("aud"), segmentId: id("seg"), name: z.string(), contactCount: z.number().int(), createdAt: instant })
  .openapi("Audience");
export const audienceInput = z.object({ segmentId: id("seg"), name }).strict();
export const audiencePatch = z.object({ name }).partial().strict();
export const audienceQuery = listQuery.extend({ segmentId: id("seg").optional(), q: z.string().max(120).optional() });
export const audienceList = list(audience);

export const contact = z
  .object({
    id: id("con"),
    name: z.string(),
    document: z.string().nullable(),
    customerCode: z.string().nullable(),
    phone: z.string().nullable().openapi({ example: "+5511987654321" }),
    email: z.string().nullable(),
    hashtags: z.array(z.string()),
    optIn: z.object({
      status: z.enum(["granted", "revoked", "unknown"]),
      source: z.string().nullable(),
      at: instant.nullable(),
    }),
    attributes: z.record(z.string(), z.string()),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Contact");
/** What people read: nothing invisible comes in. */
const text = (max: number) => z.string().overwrite(visibleText).max(max);
const source = z.string().overwrite(visibleText).min(1).max(120);
/** As in an import: an earlier year has lost digits. */
const consentInstant = instantInput.refine((text) => Date.parse(text) >= EARLIEST_CONSENT, {
  message: "is before 1990: the year has lost digits",
});
const attributes = z
  .record(z.string().overwrite(visibleText).min(1).max(80), text(1000))
  .refine((a) => Object.keys(a).length <= 100, {
    message: "at most 100 attributes",
  });
const hashtags = z.array(z.string().overwrite(visibleText).trim().min(1).max(60)).max(50);
export const contactInput = z
  .object({
    name: text(200).trim().default(""),
    document: z.string().max(30).nullish(),
    customerCode: text(80).nullish(),
    phone: z.string().min(1).max(30),
    email: text(254).nullish(),
    hashtags: hashtags.default([]),
    attributes: attributes.default({}),
    optIn: z.object({ source, at: consentInstant.optional() }).optional(),
    audienceId: id("aud").optional(),
  })
  .strict();
export const contactPatch = z
  .object({
    name: text(200).trim(),
    document: z.string().max(30).nullable(),
    customerCode: text(80).nullable(),
    phone: z.string().min(1).max(30),
    email: text(254).nullable(),
    hashtags,
    attributes,
  })
  .partial()
  .strict();
export const contactQuery = listQuery.extend({
  audienceId: id("aud").optional(),
  phone: z.string().max(30).optional(),
  document: z.string().max(30).optional(),
  customerCode: z.string().max(80).optional(),
  q: z.string().max(120).optional(),
});
export const contactList = list(contact);
export const optInInput = z.object({ source, at: consentInstant.optional() }).strict();
export const optOutInput = z.object({ reason: text(200).optional() }).strict();

export const attendance = z
  .object({
    id: id("att"),
    phone: z.string(),
    channel: z.enum(["idr", "operation"]),
    startedAt: instant,
    lastEventAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi("Attendance");
export const attendanceInput = z
  .object({
    phone: z.string().min(1).max(30),
    channel: z.enum(["idr", "operation"]),
    startedAt: instantInput.optional(),
  })
  .strict();
export const attendancePatch = z.object({ endedAt: instantInput }).strict();
export const attendanceQuery = listQuery.extend({
  phone: z.string().max(30).optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const attendanceList = list(attendance);

/* Imports */
const jobStatus = z.enum(["queued", "running", "completed", "failed"]);
export const importQuery = z.object({
  delimiter: z.enum([";", ",", "\t", "tab"]).optional(),
  encoding: z.enum(["utf-8", "utf8", "windows-1252", "latin1"]).optional(),
  /** JSON object: column of the file → column of the contract. */
  mapping: z.string().max(4000).optional(),
});
const importReason = z.object({
  code: z.string().openapi({ example: "phone_two_numbers" }),
  /** As it stands in the files of rejects and notices. */
  message: z.string(),
  /** Rows it is about; 0 when it is about the file as a whole. */
  count: z.number().int(),
  /** The first of their lines in the file, 20 at most; the header's is 1. */
  lines: z.array(z.number().int()),
});
export const importJob = z
  .object({
    id: id("imp"),
    audienceId: id("aud"),
    status: jobStatus,
    totalRows: z.number().int(),
    importedRows: z.number().int(),
    updatedRows: z.number().int(),
    rejectedRows: z.number().int(),
    /** Rows of an e-mail address in a file with one row per channel: nothing is wrong with them, and nobody is made of them. */
    otherChannelRows: z.number().int(),
    /** Rows that were taken although a field of theirs could not be read, such as a CPF with wrong check digits. */
    warningRows: z.number().int(),
    rejections: z.array(importReason),
    notices: z.array(importReason),
    rejectsUrl: z.string().nullable(),
    noticesUrl: z.string().nullable(),
    progress: z.number().min(0).max(1),
    error: z.string().nullable().openapi({ example: "no_phone_column" }),
    /** What `error` means and what to do; the words of the alert. */
    errorDetail: z.string().nullable(),
    createdAt: instant,
    completedAt: instant.nullable(),
  })
  .openapi("Import");
export const importList = list(importJob);

/* Alerts, keys, audit */
export const alert = z
  .object({
    id: id("alr"),
    kind: z.string(),
    severity: z.enum(["info", "warning", "critical"]),
    subject: z.string(),
    message: z.string(),
    facts: z
      .record(z.string(), z.union([z.number(), z.string()]))
      .nullable()
      .openapi({
        description:
          "What was counted or told; instants in milliseconds since 1970. `account_restricted`: `until`, if it has an end. `account_closing`: Meta's `day`. `account_violation`: `violation`. `account_limited`: `restrictions`. `template_paused`, `template_flagged`: Meta's `event` and `reason`. `template_price`: `times` as much, `at` when it is only announced. `number_changed`: `newPhone`, and `takenBy` which contact. `failure_rate`: `sent` (sends that ended), `failed` of them, and of what time: the last `minutes`, answers that never came among the failures, or the campaign so far, before wave number `wave`.",
      }),
    createdAt: instant,
    acknowledgedAt: instant.nullable(),
  })
  .openapi("Alert");
export const alertQuery = listQuery.extend({ status: z.enum(["open", "acknowledged"]).optional() });
export const alertList = list(alert);
export const apiKey = z
  .object({
    id: id("key"),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.string()),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .openapi("ApiKey");
export const apiKeyInput = z.object({ name, scopes: z.array(z.string().max(40)).max(20).optional() }).strict();
/** The key itself is shown once, here. */
export const apiKeyCreated = apiKey.extend({ key: z.string() }).openapi("ApiKeyCreated");
export const apiKeyList = list(apiKey);
export const auditEntry = z
  .object({
    id: id("log"),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    requestId: z.string().nullable(),
    at: instant,
  })
  .openapi("AuditEntry");
export const auditList = list(auditEntry);

/* Work that failed for good, and events that fit nothing */
const deadLetterStatus = z.enum(["open", "retried", "discarded"]);
export const deadLetter = z
  .object({
    id: id("dlt"),
    queue: z.string().openapi({ example: "jobs" }),
    /** How often it was tried before it was put aside. */
    attempts: z.number().int(),
    at: instant,
    status: deadLetterStatus,
    retriedAt: instant.nullable(),
    discardedAt: instant.nullable(),
  })
  .openapi("DeadLetter");
export const deadLetterQuery = listQuery.extend({
  queue: z.enum(QUEUES).optional(),
  status: deadLetterStatus.optional(),
});
export const deadLetterList = list(deadLetter);
export const deadLettersRetried = z.object({
  /** Put back on their queues by this call. */
  retried: z.number().int(),
  /** Can't be opened or understood any more; they stay open until somebody discards them. */
  unreadable: z.number().int(),
  /** Still open after this call, the unreadable ones included. */
  left: z.number().int(),
});

export const unmatchedEvent = z
  .object({
    lineId: id("lin"),
    lineName: z.string().nullable(),
    hour: instant,
    kind: z.enum(["status", "inbound"]),
    count: z.number().int(),
    lastAt: instant,
  })
  .openapi("UnmatchedEvent");
export const unmatchedEventQuery = listQuery.extend({
  from: instantInput.optional(),
  to: instantInput.optional(),
  lineId: id("lin").optional(),
});
export const unmatchedEventList = list(unmatchedEvent);

export type Tenant = z.infer<typeof tenant>;
export type Me = z.infer<typeof me>;
export type Segment = z.infer<typeof segment>;
export type Line = z.infer<typeof line>;
export type Portfolio = z.infer<typeof portfolio>;
export type Template = z.infer<typeof template>;
export type Audience = z.infer<typeof audience>;
export type Contact = z.infer<typeof contact>;
export type Attendance = z.infer<typeof attendance>;
export type ImportJob = z.infer<typeof importJob>;
export type Alert = z.infer<typeof alert>;
export type DeadLetter = z.infer<typeof deadLetter>;
export type DeadLettersRetried = z.infer<typeof deadLettersRetried>;
export type UnmatchedEvent = z.infer<typeof unmatchedEvent>;
