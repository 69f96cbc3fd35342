import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { timelineStore } from "#adapters/d1/audience/timeline.ts";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import { ormOf, tenantDb } from "#adapters/d1/tenant-db.ts";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/audience/contacts.schema.ts";
import {
  aBlock,
  aCampaign,
  aContact,
  anAttendance,
  anAudience,
  anAuditEntry,
  anImport,
  aTenant,
  orm,
  type TestTenant,
} from "../../support/builders.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const timeline = async (t: TestTenant, id: string, query: Record<string, string> = {}) =>
  expectBody(
    await t.call("GET", `/v1/contacts/${id}/timeline?${new URLSearchParams(query)}`),
    200,
    answers.timeline.strict(),
  );
const kinds = ({ data }: z.infer<typeof answers.timeline>) => data.map(({ happened }) => happened.kind);

/** A person with something of each kind, a second apart, the last of them an edit. */
async function aLife(t: TestTenant) {
  const phone = "+5511987650001";
  const audience = await anAudience(t, { name: "Carteira" });
  const imported = await anImport(t, { audienceId: audience.id, createdAt: 2_000 });
  const contact = await aContact(t, { phone, document: "52998224725", importId: imported.id, createdAt: 1_000 });
  const consent = env.DB.prepare(
    `insert into consent_events (tenant_id, contact_id, id, status, source, at, recorded_at)
     values (?1, ?2, ?3, ?4, 'site', null, ?5)`,
  );
  const earlier = await anImport(t, { audienceId: "aud_gone", createdAt: 1_500 });
  await env.DB.batch([
    consent.bind(t.tenantId, contact.id, `${earlier.id}:12`, "granted", 3_000),
    consent.bind(t.tenantId, contact.id, "cns_1", "revoked", 4_000),
  ]);
  await aBlock(t, { phone: null, document: "52998224725", reason: "Pediu", createdAt: 5_000 });
  await anAttendance(t, { phone, startedAt: 6_000, endedAt: 7_000 });
  await anAuditEntry(t, {
    ...{ subject: contact.id, action: "contact.update", actor: "user:usr_1", at: 8_000, detail: { fields: ["name"] } },
  });
  await anAuditEntry(t, { subject: contact.id, action: "contact.opt_out", at: 8_500 });
  const campaign = await aCampaign(t, { name: "Novembro" });
  const sends = { tenantId: t.tenantId, contactId: contact.id, category: "utility", asOf: 1 };
  await orm.insert(contactSends).values([
    { ...sends, campaignId: campaign.id, sentAt: 8_600, deliveredAt: 8_700, repliedAt: 8_800 },
    { ...sends, campaignId: "cmp_gone", failedAt: 8_550 },
    { ...sends, campaignId: "cmp_waits" },
  ]);
  await anAuditEntry(t, {
    ...{
      subject: contact.id,
      action: "contact.merge",
      actor: "apiKey:key_1",
      at: 9_000,
      detail: { mergedId: "con_x" },
    },
  });
  return { contact, imported, audience };
}

describe("a contact's timeline", () => {
  const ALL = [
    "merged",
    "message",
    "message",
    "edited",
    "attendance_closed",
    "attendance_opened",
    "blocked",
    "consent",
    "consent",
    "imported",
    "imported",
    "created",
  ];

  test("tells what happened with the person, the newest first, and nothing of anybody else", async () => {
    const t = await aTenant();
    const { contact, imported, audience } = await aLife(t);
    await aLife(await aTenant());
    await aContact(t);
    const all = await timeline(t, contact.id);
    expect(kinds(all)).toEqual(ALL);
    expect(all.nextCursor).toBeNull();
    expect(all.data.map(({ happened }) => happened)).toMatchObject([
      { contactId: "con_x", by: "program" },
      { campaignName: "Novembro", sentAt: "1970-01-01T00:00:08.600Z", readAt: null, failedAt: null },
      { campaignName: null, sentAt: null, failedAt: "1970-01-01T00:00:08.550Z" },
      { fields: ["name"], by: "user" },
      { channel: "operation" },
      { channel: "operation" },
      { reason: "Pediu", segmentId: null, until: null },
      { status: "revoked", source: "site", saidAt: null },
      { status: "granted" },
      { importId: imported.id, audienceId: audience.id, audienceName: "Carteira" },
      { audienceName: null },
      {},
    ]);
  });

  test("comes in pages that lose nothing and show nothing twice", async () => {
    const t = await aTenant();
    const { contact } = await aLife(t);
    for (const limit of ["1", "3", "4"]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: z.infer<typeof answers.timeline> = await timeline(t, contact.id, {
          limit,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...kinds(page));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(ALL);
    }
  });

  test.each([
    ["messages", ["message", "message"]],
    ["imports", ["imported", "imported", "created"]],
    ["consent", ["consent", "consent"]],
    ["blocks", ["blocked"]],
    ["attendances", ["attendance_closed", "attendance_opened"]],
    ["edits", ["merged", "edited"]],
  ])("is narrowed to %s", async (group, expected) => {
    const t = await aTenant();
    const { contact } = await aLife(t);
    expect(kinds(await timeline(t, contact.id, { group }))).toEqual(expected);
  });

  test("of somebody by hand begins when they were made, and of nobody is not found", async () => {
    const t = await aTenant();
    expect(kinds(await timeline(t, (await aContact(t, { phone: null })).id))).toEqual(["created"]);
    await expectProblem(await t.call("GET", "/v1/contacts/con_nobody/timeline"), 404, "not_found");
  });

  test("asks an index of each source", async () => {
    const asked: string[] = [];
    const d1 = new Proxy(env.DB, {
      get: (db, name) =>
        name === "prepare"
          ? (sql: string) => {
              asked.push(sql);
              return db.prepare(sql);
            }
          : Reflect.get(db, name),
    });
    const t = await aTenant();
    const contact = await makeDeps(env)
      .store(t.tenantId)
      .contacts.get((await aContact(t)).id);
    if (!contact) throw new Error("no contact");
    await timelineStore({ ...tenantDb(env, t.tenantId), d1, orm: ormOf(d1) }).page(contact, { limit: 10 });
    expect(asked.length).toBeGreaterThan(5);
    for (const sql of asked) {
      const values = Array.from({ length: sql.split("?").length - 1 }, () => "x");
      const { results } = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...values)
        .all<{ detail: string }>();
      const scans = results.filter(({ detail }) => /^SCAN (?!known|\(|CONSTANT|hit)/.test(detail));
      expect(scans, sql).toEqual([]);
    }
  });
});
