import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { ulid } from "ulid";
import { sha256Hex } from "#adapters/crypto/hash.ts";
import { makeSealer } from "#adapters/crypto/seal.ts";
import * as schema from "#adapters/d1/schema/index.ts";

/**
 * Builders of what a tenant owns, imported from builders.ts: one small function per thing, each inserts a row that makes
 * sense and takes overrides for what the test is about. Rows go in directly, so that a test of one route does not depend
 * on another route. Add yours at the end.
 */
export const orm = drizzle(env.DB, { schema });
export const newId = (prefix: string) => `${prefix}_${ulid()}`;
/** A number for things that must differ between rows of one test run. */
export const unique = (() => {
  let last = 0;
  return () => ++last;
})();

/** An id as Meta shows them, 15 digits; the first tells what it is of. */
const metaId = (first: string, n: number) => first + String(n).padStart(14, "0");

type Of = { tenantId: string };

export async function aSegment(t: Of, overrides: Partial<typeof schema.segments.$inferInsert> = {}) {
  const row = {
    id: newId("seg"),
    name: `Segment ${unique()}`,
    createdAt: Date.now(),
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.segments).values(row);
  return row;
}

export async function anAlert(t: Of, overrides: Partial<typeof schema.alerts.$inferInsert> = {}) {
  const row = {
    id: newId("alr"),
    kind: "quality_drop" as const,
    severity: "warning" as const,
    subject: `lin_${unique()}`,
    message: "Quality fell to YELLOW.",
    createdAt: Date.now(),
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.alerts).values(row);
  return row;
}

export async function anAuditEntry(t: Of, overrides: Partial<typeof schema.auditLog.$inferInsert> = {}) {
  const row = {
    id: newId("log"),
    actor: "apiKey:key_1",
    action: "segment.create",
    subject: `seg_${unique()}`,
    detail: { name: "Cobrança" },
    requestId: null,
    at: Date.now(),
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.auditLog).values(row);
  return row;
}

/** A prospect line that may send, with a token that the Worker can open. Its segment is made if none is given. */
export async function aLine(t: Of, overrides: Partial<typeof schema.lines.$inferInsert> = {}) {
  const n = unique();
  const phoneNumberId = overrides.phoneNumberId ?? metaId("1", n);
  const row = {
    id: newId("lin"),
    segmentId: overrides.segmentId ?? (await aSegment(t)).id,
    kind: "prospect" as const,
    name: `Line ${n}`,
    wabaId: metaId("2", n),
    portfolioId: metaId("3", n),
    sealedToken: await makeSealer(env.CREDENTIALS_KEY).seal("line-token", `line:${phoneNumberId}`),
    displayPhoneNumber: "+55 11 4000-0000",
    digits: "551140000000",
    verifiedName: "Acme",
    qualityRating: "GREEN" as const,
    messagingLimitTier: "TIER_1K",
    status: "CONNECTED",
    throughputPerSecond: 80,
    syncedAt: Date.now(),
    createdAt: Date.now(),
    ...overrides,
    phoneNumberId,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.lines).values(row);
  return row;
}

/** An approved template with one variable, `body.1`, that the lines of `lineIds` may send. */
export async function aTemplate(
  t: Of,
  { lineIds = [], ...overrides }: Partial<typeof schema.templates.$inferInsert> & { lineIds?: string[] } = {},
) {
  const n = unique();
  const row = {
    id: newId("tpl"),
    wabaId: metaId("2", n),
    metaId: metaId("4", n),
    name: `template_${n}`,
    language: "pt_BR",
    category: "MARKETING",
    status: "APPROVED",
    parameterFormat: "POSITIONAL" as const,
    components: [{ type: "BODY", text: "Olá {{1}}, temos uma oferta.", example: { body_text: [["Ana"]] } }],
    createdAt: Date.now(),
    syncedAt: Date.now(),
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.templates).values(row);
  for (const lineId of lineIds) {
    await orm.insert(schema.templateLines).values({ tenantId: t.tenantId, templateId: row.id, lineId });
  }
  return row;
}

export async function anAudience(t: Of, overrides: Partial<typeof schema.audiences.$inferInsert> = {}) {
  const row = {
    id: newId("aud"),
    segmentId: overrides.segmentId ?? (await aSegment(t)).id,
    name: `Audience ${unique()}`,
    contactCount: 0,
    createdAt: Date.now(),
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.audiences).values(row);
  return row;
}

/** A person with opt-in; a member of `audienceId` when it is given. */
export async function aContact(
  t: Of,
  { audienceId, ...overrides }: Partial<typeof schema.contacts.$inferInsert> & { audienceId?: string } = {},
) {
  const now = Date.now();
  const row = {
    id: newId("con"),
    phone: `+55119${String(80_000_000 + unique())}`,
    name: "Ana Souza",
    hashtags: [],
    attributes: {},
    optInStatus: "granted" as const,
    optInSource: "site",
    optInAt: now,
    createdAt: now,
    updatedAt: now,
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.contacts).values(row);
  if (audienceId) {
    const { audiences, audienceMembers } = schema;
    await orm.insert(audienceMembers).values({ tenantId: t.tenantId, audienceId, contactId: row.id });
    await orm
      .update(audiences)
      .set({ contactCount: sql`${audiences.contactCount} + 1` })
      .where(eq(audiences.id, audienceId));
  }
  return row;
}

/** One that is open. */
export async function anAttendance(t: Of, overrides: Partial<typeof schema.attendances.$inferInsert> = {}) {
  const now = Date.now();
  const row = {
    id: newId("att"),
    phone: `+55119${String(70_000_000 + unique())}`,
    channel: "operation" as const,
    startedAt: now,
    lastEventAt: now,
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.attendances).values(row);
  return row;
}

/** One of the whole tenant, by phone, without an end. */
export async function aBlock(t: Of, overrides: Partial<typeof schema.blocks.$inferInsert> = {}) {
  const now = Date.now();
  const row = {
    id: newId("blk"),
    phone: `+55119${String(50_000_000 + unique())}`,
    reason: "asked by letter",
    createdAt: now,
    coversSince: now,
    ...overrides,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.blocks).values(row);
  return row;
}

/** One that is done, with a file of rejected rows. */
export async function anImport(t: Of, overrides: Partial<typeof schema.imports.$inferInsert> = {}) {
  const id = overrides.id ?? newId("imp");
  const row = {
    audienceId: overrides.audienceId ?? (await anAudience(t)).id,
    status: "completed" as const,
    fileKey: `${t.tenantId}/imports/${id}.csv`,
    fileBytes: 100,
    encoding: "utf-8" as const,
    delimiter: ";",
    totalRows: 2,
    importedRows: 1,
    rejectedRows: 1,
    rejectsKey: `${t.tenantId}/imports/${id}-rejects.csv`,
    createdBy: "apiKey:key_1",
    createdAt: Date.now(),
    completedAt: Date.now(),
    ...overrides,
    id,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.imports).values(row);
  if (row.rejectsKey) await env.FILES.put(row.rejectsKey, "NomePessoa;Motivo\r\nAna;invalid_phone\r\n");
  return row;
}

/** What a header's columns were taken for; answers the header's hash. */
export async function aMapping(t: Of, mapping: Record<string, string>): Promise<string> {
  const header = await sha256Hex(ulid());
  await orm.insert(schema.importMappings).values({ tenantId: t.tenantId, header, mapping, usedAt: Date.now() });
  return header;
}

/** A draft that could be launched if its parts are given and fit together. */
export async function aCampaign(t: Of, overrides: Partial<typeof schema.campaigns.$inferInsert> = {}) {
  const segmentId = overrides.segmentId ?? (await aSegment(t)).id;
  const now = Date.now();
  const row = {
    id: newId("cmp"),
    name: `Campaign ${unique()}`,
    audienceId: overrides.audienceId ?? (await anAudience(t, { segmentId })).id,
    templateId: overrides.templateId ?? (await aTemplate(t)).id,
    variables: { "body.1": { field: "firstName", fallback: "cliente" } },
    sender: { mode: "prospect" as const },
    inService: { mode: "exclude" as const, withinMinutes: 120 },
    status: "draft" as const,
    createdBy: "apiKey:key_1",
    createdAt: now,
    updatedAt: now,
    ...overrides,
    segmentId,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.campaigns).values(row);
  return row;
}

const REPORT = "NomePessoa;CpfCnpj\r\nAna Souza;\r\n";
/** A finished report, with its file. */
export async function anExport(t: Of, overrides: Partial<typeof schema.exports_.$inferInsert> = {}) {
  const id = overrides.id ?? newId("exp");
  const row = {
    campaignId: overrides.campaignId ?? (await aCampaign(t)).id,
    status: "completed" as const,
    delimiter: ";",
    fileKey: `${t.tenantId}/exports/${id}.csv`,
    rows: 1,
    bytes: REPORT.length,
    createdBy: "apiKey:key_1",
    createdAt: Date.now(),
    completedAt: Date.now(),
    ...overrides,
    id,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.exports_).values(row);
  await env.FILES.put(row.fileKey, REPORT);
  return row;
}

/** One of an import that is gone, which does nothing when it is retried. `body` is what it says, before sealing. */
export async function aDeadLetter(
  t: Of,
  { body, ...overrides }: Partial<typeof schema.deadLetters.$inferInsert> & { body?: unknown } = {},
) {
  const id = overrides.id ?? newId("dlt");
  const says = body ?? { kind: "import", tenantId: t.tenantId, importId: newId("imp") };
  const row = {
    queue: "jobs",
    sealedBody: await makeSealer(env.CREDENTIALS_KEY).seal(JSON.stringify(says), `dead-letter:${id}`),
    attempts: 11,
    at: Date.now(),
    ...overrides,
    id,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.deadLetters).values(row);
  return row;
}

export async function anUnmatchedEvent(t: Of, overrides: Partial<typeof schema.unmatchedEvents.$inferInsert> = {}) {
  const lastAt = overrides.lastAt ?? Date.now();
  const row = {
    lineId: newId("lin"),
    hour: Math.floor(lastAt / 3_600_000) * 3_600_000,
    kind: "status" as const,
    count: 1,
    ...overrides,
    lastAt,
    tenantId: t.tenantId,
  };
  await orm.insert(schema.unmatchedEvents).values(row);
  return row;
}
