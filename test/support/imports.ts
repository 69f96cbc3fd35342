import { env } from "cloudflare:workers";
import { and, asc, eq } from "drizzle-orm";
import * as schema from "#adapters/d1/schema/index.ts";
import type { JobMessage } from "#contracts/queue-messages.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { runImportSlice } from "#services/imports/import-job.ts";
import type { Pace } from "#services/imports/import-run.ts";
import { newId, orm, type TestTenant } from "./builders.ts";

/** A jobs queue that only remembers, so that a test decides when each message is delivered. */
export function aJobsQueue() {
  const sent: JobMessage[] = [];
  const enqueueJob = async (message: JobMessage) => void sent.push(message);
  return { sent, queues: { ...makeDeps(env).queues, enqueueJob } };
}

/** A file that has been uploaded into an audience, with nothing read yet. */
export async function anUpload(
  t: TestTenant,
  audienceId: string,
  file: string | Uint8Array,
  overrides: Partial<typeof schema.imports.$inferInsert> = {},
) {
  const id = overrides.id ?? newId("imp");
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const fileKey = `${t.tenantId}/imports/${id}.csv`;
  await env.FILES.put(fileKey, bytes);
  return makeDeps(env)
    .store(t.tenantId)
    .imports.create({
      audienceId,
      fileKey,
      fileBytes: bytes.length,
      encoding: "utf-8",
      delimiter: null,
      mapping: null,
      rejectsKey: `${t.tenantId}/imports/${id}/rejects/`,
      createdBy: "apiKey:key_1",
      createdAt: Date.now(),
      ...overrides,
      id,
    });
}

/** One small step a message. */
export const SMALL_STEPS: Pace = { stepRecords: 3, windowBytes: 300, runMs: 0, pauseMs: 0 };

/** Delivers messages until the import has ended, or waits for a person, by these messages or by those of the Worker's own queue. */
export async function runImport(
  t: TestTenant,
  importId: string,
  { pace, deps = makeDeps(env) }: { pace?: Pace; deps?: Deps } = {},
) {
  const { queues } = aJobsQueue();
  for (;;) {
    await runImportSlice({ ...deps, queues }, { kind: "import", tenantId: t.tenantId, importId }, pace);
    const job = await deps.store(t.tenantId).imports.get(importId);
    if (!job) throw new Error("the import is gone");
    if (job.status !== "queued" && job.status !== "running") return job;
  }
}

export async function importFile(t: TestTenant, audienceId: string, file: string | Uint8Array, pace?: Pace) {
  const { id } = await anUpload(t, audienceId, file);
  return runImport(t, id, pace ? { pace } : {});
}

/** The tenant's contacts in the order in which they came. */
export const contactsOf = (t: TestTenant) =>
  orm.select().from(schema.contacts).where(eq(schema.contacts.tenantId, t.tenantId)).orderBy(asc(schema.contacts.id));

export async function contactBy(t: TestTenant, phone: string) {
  const { contacts } = schema;
  const [row] = await orm
    .select()
    .from(contacts)
    .where(and(eq(contacts.tenantId, t.tenantId), eq(contacts.phone, phone)));
  if (!row) throw new Error("no such contact");
  return row;
}

/** What has been said about a person's consent, as `status source`, oldest first. */
export async function consentOf(t: TestTenant, contactId: string): Promise<string[]> {
  const events = await makeDeps(env).store(t.tenantId).contacts.consentHistory(contactId);
  return events.map(({ status, source }) => `${status} ${source}`).toReversed();
}

/** The reject file, with its byte order mark. */
export async function rejectsOf(t: TestTenant, importId: string): Promise<string> {
  const response = await t.call("GET", `/v1/imports/${importId}/rejects`);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await response.arrayBuffer());
}
