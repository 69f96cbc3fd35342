import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { JobMessage } from "#contracts/queue-messages.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { requeueStalledErasures, runErasure } from "#services/audience/erasure-job.ts";
import { askErasure } from "#services/audience/erasures.ts";
import { runExport } from "#services/reports/export-job.ts";
import {
  aBlock,
  aContact,
  aDeadLetter,
  anAlert,
  anAttendance,
  anAudience,
  anAuditEntry,
  anExport,
  aTenant,
  orm,
  type TestTenant,
} from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { aJobsQueue, anUpload, contactsOf, importFile, runImport } from "../../support/imports.ts";
import { deliver } from "../../support/queues.ts";
import { whereabouts } from "../../support/whereabouts.ts";

const NAME = "Zuleide Quitéria Vasconcelos";
const PHONE = "+5511987650123";
const CPF = "52998224725";
const EMAIL = "zuleide.vasconcelos@example.com";
const USER_ID = "BR.9zY8xW7v6u";
/** As Meta writes them: the number stands in it. */
const REPLY_ID = `wamid.${btoa(`\x1c\x18\x0d5511987650123\x15\x02`)}`;

/** Whatever tells of her, in all the ways in which it was written. */
const TRACES = [
  "Zuleide",
  "5511987650123",
  "11987650123",
  "987650123",
  "98765-0123",
  "551187650123",
  "8765-0123",
  CPF,
  "529.982.247-25",
  EMAIL,
  USER_ID,
  REPLY_ID,
];

const HEAD = "NomePessoa;CpfCnpj;DDDTelefone;NumeroTelefone;Email;Observacao\n";
const hers = (rows: string[]) => `${HEAD}Bruno Lima;;11;961230001;;\n${rows.join("")}Carla Dias;;21;961230002;;\n`;
const WRITTEN = [
  `${NAME};529.982.247-25;11;98765-0123;${EMAIL};\n`,
  `Z. Vasconcelos;;(011) ;9 8765-0123;;"ligar à noite\nou de manhã"\n`,
  `Vasconcelos;;;+55 (11) 98765-0123;;mãe de Zuleide\n`,
  `Sem nono dígito;;11;8765-0123;;Zuleide\n`,
];
/** Refused, and in the file of rejects: an area code that does not exist. */
const REFUSED = `${NAME};52998224725;20;987650123;;\n`;

const newJobs = () => {
  const jobs = aJobsQueue();
  return { ...jobs, deps: (deps: Deps = makeDeps(env)): Deps => ({ ...deps, queues: jobs.queues }) };
};
/** Delivers the erasure's messages, one small step each, until there is none. */
async function runToEnd(message: Extract<JobMessage, { kind: "erasure" }>, deps: Deps = makeDeps(env)): Promise<void> {
  const jobs = newJobs();
  jobs.sent.push(message);
  for (let next = jobs.sent.shift(); next; next = jobs.sent.shift())
    if (next.kind === "erasure") await runErasure(jobs.deps(deps), next, 0);
}
const stored = async (id: string) => {
  const [row] = await orm.select().from(schema.erasures).where(eq(schema.erasures.id, id));
  if (!row) throw new Error("There is no such erasure.");
  return row;
};
async function ask(t: TestTenant, contactId: string) {
  const response = await t.call("POST", `/v1/contacts/${contactId}/erase`, { reason: "requested" });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  return { id, message: { kind: "erasure" as const, tenantId: t.tenantId, erasureId: id } };
}
/** The Worker's own queue may have taken the message as well: whoever is first, it comes to its end. */
async function erase(t: TestTenant, contactId: string): Promise<string> {
  const { id, message } = await ask(t, contactId);
  await runToEnd(message);
  await eventually(async () => expect((await stored(id)).status).toBe("completed"));
  return id;
}

/** She is in a campaign that has sent, in one that waits, in files, and in all that a tenant may hold of a person. */
async function aKnownPerson(): Promise<{ t: TestTenant; past: CampaignFixture; contactId: string; exportId: string }> {
  const graph = stubMessages();
  const past = await aCampaignFixture({
    people: 3,
    contact: (i) => (i === 1 ? { name: NAME, phone: PHONE, document: CPF } : {}),
  });
  const { tenant: t, campaignId } = past;
  const place = past.phones.indexOf(PHONE);
  const contactId = past.contactIds[place] ?? "";
  await orm
    .update(schema.contacts)
    .set({ email: EMAIL, userId: USER_ID, attributes: { Apelido: "Zuleide" }, hashtags: ["zuleide"] })
    .where(eq(schema.contacts.id, contactId));
  await past.campaign.start(t.tenantId, campaignId);
  await eventually(async () => expect((await past.campaign.snapshot())?.status).toBe("completed"));
  graph.restore();
  const messageId = graph.accepted.find(({ to }) => to.includes("987650123"))?.messageId ?? "";
  const at = Date.now();
  await past.campaign.applyEvents(t.tenantId, [
    { contactId, update: { type: "delivered", at, messageId, charged: true } },
    {
      contactId,
      update: { type: "replied", at, messageId: REPLY_ID, contextId: messageId, kind: "text", channel: "idr" },
    },
  ]);

  await importFile(t, past.audienceId, hers([...WRITTEN, REFUSED]));
  const exported = await anExport(t, { campaignId, status: "queued", rows: 0, bytes: 0, completedAt: null });
  await runExport(newJobs().deps(), { kind: "export", tenantId: t.tenantId, exportId: exported.id });

  const { id: alsoIn } = await anAudience(t, { contactCount: 1 });
  await orm.insert(schema.audienceMembers).values({ tenantId: t.tenantId, audienceId: alsoIn, contactId });
  await orm.insert(schema.contactStrikes).values({ tenantId: t.tenantId, contactId, campaignId, at });
  await anAttendance(t, { phone: PHONE });
  await aBlock(t, { phone: null, document: CPF, reason: `pedido de ${NAME}` });
  await aBlock(t, { phone: null, userId: USER_ID, userPhone: PHONE });
  await anAlert(t, { kind: "number_changed", subject: contactId, message: `New number ${PHONE}.` });
  await anAuditEntry(t, { action: "contact.opt_in", subject: contactId, detail: { source: `ligação de ${NAME}` } });
  await aDeadLetter(t, {
    queue: "meta-events",
    body: {
      kind: "events",
      receivedAt: at,
      events: [
        { kind: "inbound", phone: PHONE },
        { kind: "inbound", phone: "+5511961230001" },
      ],
    },
  });
  await t.call(
    "POST",
    "/v1/attendances",
    { phone: PHONE, channel: "idr", startedAt: "2026-11-01T12:00:00Z" },
    {
      "Idempotency-Key": "attendance-1",
    },
  );
  return { t, past, contactId, exportId: exported.id };
}
const tracesOf = ({ past }: { past: CampaignFixture }) =>
  whereabouts(TRACES, {
    tenantId: past.tenant.tenantId,
    campaignIds: [past.campaignId],
    portfolioIds: [past.portfolioId],
  });

describe("a person who is erased", () => {
  test("is nowhere any more: not in the catalogue, not in a campaign, not in a file, not in what is logged", async () => {
    const logged = vi.spyOn(console, "error");
    const known = await aKnownPerson();
    const { t, past, contactId, exportId } = known;
    const before = await tracesOf(known);
    for (const place of [
      "D1 contacts",
      "D1 blocks",
      "D1 alerts",
      "D1 audit_log",
      "campaign recipients",
      "portfolio users",
      "R2",
    ])
      expect(
        before.filter((trace) => trace.startsWith(place)),
        place,
      ).not.toEqual([]);
    const counts = (await past.campaign.stats())?.snapshot.counts;
    const linesBefore = await linesOf(t, exportId);

    const id = await erase(t, contactId);

    expect(await tracesOf(known)).toEqual([]);
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/Zuleide|87650123/);
    const { found, sealedPerson } = await stored(id);
    expect(sealedPerson).toBeNull();
    expect(found).toMatchObject({
      ...{ contacts: 1, audiences: 2, strikes: 1, attendances: 2, blocks: 2, alerts: 1, auditEntries: 1 },
      ...{ campaigns: 1, recipients: 1, portfolioUsers: 1, deadLetters: 1, storedAnswers: 1 },
    });
    // The import's text and its rejects, and the report.
    expect(found.files).toBeGreaterThanOrEqual(3);
    expect(found.fileRows).toBeGreaterThanOrEqual(WRITTEN.length + 2);

    // What counts is as it was, and the others are whole.
    expect((await past.campaign.stats())?.snapshot.counts).toEqual(counts);
    const row = await past.campaign.recipient(contactId);
    expect(row).toMatchObject({ status: "delivered", name: "", phone: null, text: null, messageId: null });
    const linesAfter = await linesOf(t, exportId);
    expect(linesAfter).toHaveLength(linesBefore.length);
    expect(linesAfter.filter((line, i) => line !== linesBefore[i])).toEqual([expect.stringMatching(/^ +$/)]);
    const [letter] = await orm.select().from(schema.deadLetters).where(eq(schema.deadLetters.tenantId, t.tenantId));
    expect(letter && (await makeDeps(env).platform.openDeadLetter(letter))).toContain("+5511961230001");
    const sizes = await orm
      .select({ n: schema.audiences.contactCount, id: schema.audiences.id })
      .from(schema.audiences)
      .where(eq(schema.audiences.tenantId, t.tenantId));
    for (const { n, id: audienceId } of sizes)
      expect(n).toBe(await orm.$count(schema.audienceMembers, eq(schema.audienceMembers.audienceId, audienceId)));
  });

  test("is not brought back by what is told of their message later", async () => {
    const known = await aKnownPerson();
    const { t, past, contactId } = known;
    await erase(t, contactId);
    await past.campaign.applyEvents(t.tenantId, [
      { contactId, update: { type: "read", at: Date.now(), messageId: REPLY_ID, charged: null } },
      {
        contactId,
        update: { type: "replied", at: Date.now(), messageId: REPLY_ID, contextId: null, kind: "text", channel: "idr" },
      },
    ]);
    expect(await past.campaign.recipient(contactId)).toMatchObject({ status: "read", messageId: null });
    expect(await tracesOf(known)).toEqual([]);
  });

  test("gets nothing from a campaign that is under way, which forgets them and goes on for the others", async () => {
    const waiting = await aCampaignFixture({ people: 3, campaign: { startAt: Date.now() + 3_600_000 } });
    const { tenant: t, contactIds, phones, portfolioId, campaignId } = waiting;
    await waiting.campaign.start(t.tenantId, campaignId);
    await eventually(async () => expect((await waiting.campaign.snapshot())?.status).toBe("scheduled"));
    await erase(t, contactIds[0] ?? "");
    expect((await waiting.campaign.stats())?.bySkip).toEqual([{ reason: "contactDeleted", count: 1 }]);
    expect((await waiting.campaign.snapshot())?.counts).toMatchObject({ pending: 2, skipped: 1 });
    expect(
      await whereabouts([phones[0] ?? "?"], {
        tenantId: t.tenantId,
        campaignIds: [campaignId],
        portfolioIds: [portfolioId],
      }),
    ).toEqual([]);
  });

  test("does not come back by an import, which says so and keeps nothing of the row", async () => {
    const t = await aTenant();
    const { id: audienceId } = await anAudience(t);
    const { id: contactId } = await aContact(t, { audienceId, name: NAME, phone: PHONE, document: CPF });
    await erase(t, contactId);
    const { id } = await anUpload(t, audienceId, hers([...WRITTEN, `Com outro telefone;${CPF};11;961239999;;\n`]));
    const job = await runImport(t, id);
    expect(job).toMatchObject({ totalRows: 7, importedRows: 2, rejectedRows: 5 });
    expect(job.cursor?.rejections).toMatchObject({ person_erased: { count: 5 } });
    expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Bruno Lima", "Carla Dias"]);
    const rejects = (await (await t.call("GET", `/v1/imports/${id}/rejects`)).text()).trim().split("\r\n");
    expect(rejects).toHaveLength(6);
    for (const reject of rejects.slice(1))
      expect(reject).toMatch(/^;;;;;;\d+;A pessoa pediu a exclusão.*\(person_erased\)$/);
  });

  test("is not imported by a step that was read before they were erased", async () => {
    const t = await aTenant();
    const { id: audienceId } = await anAudience(t);
    const { id: contactId } = await aContact(t, { audienceId, name: NAME, phone: PHONE });
    const { id } = await anUpload(t, audienceId, hers(WRITTEN));
    const deps = makeDeps(env);
    let asked = false;
    const store: Deps["store"] = (tenantId) => {
      const real = deps.store(tenantId);
      const { contacts } = real;
      const consentsByPhone = async (phones: string[]) => {
        const known = await contacts.consentsByPhone(phones);
        if (!asked) {
          asked = true;
          await erase(t, contactId);
        }
        return known;
      };
      return instead(real, "contacts", { ...contacts, consentsByPhone });
    };
    const job = await runImport(t, id, { deps: { ...deps, store } });
    expect(asked).toBe(true);
    expect(job.cursor?.rejections).toMatchObject({ person_erased: { count: WRITTEN.length } });
    expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Bruno Lima", "Carla Dias"]);
  });

  test("does not come back by the API, in any way of writing the number, nor by the document alone", async () => {
    const t = await aTenant();
    const { id: contactId } = await aContact(t, { name: NAME, phone: PHONE, document: CPF });
    const other = await aContact(t);
    await erase(t, contactId);
    for (const input of [
      { phone: "(11) 98765-0123" },
      { phone: "011 8765-0123" },
      { phone: "11961230003", document: "529.982.247-25" },
    ]) {
      const response = await t.call("POST", "/v1/contacts", { name: "Z.", ...input });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "person_erased" });
    }
    expect((await t.call("PATCH", `/v1/contacts/${other.id}`, { phone: PHONE })).status).toBe(422);
    // Another tenant has never erased anybody.
    expect((await (await aTenant()).call("POST", "/v1/contacts", { name: "Z.", phone: PHONE })).status).toBe(201);
  });

  test("does not come back by writing to us: no contact, no attendance, no alert", async () => {
    const past = await aCampaignFixture({ people: 1, contact: () => ({ phone: PHONE, name: NAME }) });
    const { tenant: t } = past;
    await erase(t, past.contactIds[0] ?? "");
    const event = {
      kind: "inbound",
      phoneNumberId: past.phoneNumberIds[0],
      phone: PHONE,
      userId: USER_ID,
      at: Date.now(),
    };
    const said = { messageId: REPLY_ID, contextId: null, type: "text", text: "SAIR", payload: null };
    const { acked } = await deliver("meta-events", [
      { kind: "events", receivedAt: Date.now(), events: [{ ...event, ...said }], waits: 9 },
    ]);
    expect(acked).toBe(1);
    expect(
      await whereabouts(TRACES, { tenantId: t.tenantId, campaignIds: [], portfolioIds: [past.portfolioId] }),
    ).toEqual([]);
  });

  test("takes along the contacts with the same CPF, and nobody with the same company's number", async () => {
    const t = await aTenant();
    const CNPJ = "11222333000181";
    const one = await aContact(t, { phone: PHONE, document: CPF });
    await aContact(t, { name: "Outro telefone", document: CPF });
    await erase(t, one.id);
    expect(await contactsOf(t)).toEqual([]);
    const company = await aContact(t, { document: CNPJ });
    await aContact(t, { name: "Colega", document: CNPJ });
    await erase(t, company.id);
    expect((await contactsOf(t)).map(({ name }) => name)).toEqual(["Colega"]);
  });
});

describe("an erasure", () => {
  test("goes on after a crash at any step, and two that work on it side by side erase the same", async () => {
    const known = await aKnownPerson();
    const { message, id } = await ask(known.t, known.contactId);
    for (let crashes = 0; ; crashes += 1) {
      // Does its work, and dies before it can say so; then another two take the step together.
      const deps = makeDeps(env);
      const dying: Deps["store"] = (tenantId) => {
        const store = deps.store(tenantId);
        const move = () => Promise.reject(new Error("killed"));
        return instead(store, "erasures", { ...store.erasures, move, failedStep: async () => true });
      };
      await runErasure({ ...newJobs().deps(deps), store: dying }, message, 0).catch(() => {});
      const jobs = newJobs();
      await Promise.all([runErasure(jobs.deps(), message, 0), runErasure(jobs.deps(), message, 0)]);
      if ((await stored(id)).status === "completed") break;
      expect(crashes).toBeLessThan(60);
    }
    expect(await tracesOf(known)).toEqual([]);
    expect((await stored(id)).found).toMatchObject({ contacts: 1, recipients: 1, blocks: 2 });
  });

  test("of two people side by side ends for both", async () => {
    const past = await aCampaignFixture({ people: 4, campaign: { startAt: Date.now() + 3_600_000 } });
    const { tenant: t, campaignId, portfolioId, phones } = past;
    await past.campaign.start(t.tenantId, campaignId);
    await eventually(async () => expect((await past.campaign.snapshot())?.status).toBe("scheduled"));
    await importFile(t, past.audienceId, `${HEAD}${phones.map((phone) => `Ana;;;${phone};;\n`).join("")}`);
    const [one = "", two = ""] = past.contactIds;
    await Promise.all([erase(t, one), erase(t, two)]);
    const everywhere = { tenantId: t.tenantId, campaignIds: [campaignId], portfolioIds: [portfolioId] };
    expect(await whereabouts(phones.slice(0, 2), everywhere)).toEqual([]);
    expect(await whereabouts(phones.slice(2), everywhere)).not.toEqual([]);
  });

  test("whose message was lost is put on the queue again", async () => {
    const t = await aTenant();
    const { id: contactId } = await aContact(t);
    const { id, message } = await ask(t, contactId);
    await eventually(async () => expect((await stored(id)).status).toBe("completed"));
    await orm
      .update(schema.erasures)
      .set({ status: "running", completedAt: null, movedAt: 1_000 })
      .where(eq(schema.erasures.id, id));
    const jobs = newJobs();
    await requeueStalledErasures(jobs.deps(), Date.now());
    expect(jobs.sent).toContainEqual(message);
    await requeueStalledErasures(jobs.deps(), Date.now());
    expect(jobs.sent.filter((sent) => sent.kind === "erasure" && sent.erasureId === id)).toHaveLength(1);
  });

  test("passes over no campaign that does not answer: it is given up with an alert, and goes on when asked again", async () => {
    const past = await aCampaignFixture({ people: 2, campaign: { startAt: Date.now() + 3_600_000 } });
    const { tenant: t, campaignId, contactIds, phones, portfolioId } = past;
    await past.campaign.start(t.tenantId, campaignId);
    await eventually(async () => expect((await past.campaign.snapshot())?.status).toBe("scheduled"));
    const contactId = contactIds[0] ?? "";
    const deps = makeDeps(env);
    const silent = {
      forget: () => Promise.reject(new Error("no answer")),
      exclude: async () => {},
    } as unknown as CampaignRpc;
    // Asked for without the Worker's queue, which would find the campaign well.
    const by = {
      principal: { kind: "user" as const, id: "u", name: "", tenantId: t.tenantId, scopes: ["*"] },
      requestId: "r",
    };
    const row = await askErasure(newJobs().deps(deps), by, contactId, "requested");
    const message = { kind: "erasure" as const, tenantId: t.tenantId, erasureId: row?.id ?? "" };
    for (let tries = 0; (await stored(message.erasureId)).status !== "failed"; tries += 1) {
      expect(tries).toBeLessThan(20);
      await runErasure({ ...newJobs().deps(deps), campaign: () => silent }, message).catch(() => {});
    }
    const raised = await orm
      .select({ kind: schema.alerts.kind, severity: schema.alerts.severity })
      .from(schema.alerts)
      .where(and(eq(schema.alerts.tenantId, t.tenantId), eq(schema.alerts.subject, message.erasureId)));
    expect(raised).toEqual([{ kind: "erasure_failed", severity: "critical" }]);
    const everywhere = { tenantId: t.tenantId, campaignIds: [campaignId], portfolioIds: [portfolioId] };
    expect(await whereabouts([phones[0] ?? "?"], everywhere)).not.toEqual([]);

    expect(await erase(t, contactId)).toBe(message.erasureId);
    expect(await whereabouts([phones[0] ?? "?"], everywhere)).toEqual([]);
  });
});

/** The same with another value under one name. */
const instead = <Whole extends object, Name extends keyof Whole>(whole: Whole, name: Name, value: Whole[Name]): Whole =>
  new Proxy(whole, { get: (target, asked) => (asked === name ? value : Reflect.get(target, asked)) });

async function linesOf(t: TestTenant, exportId: string): Promise<string[]> {
  const response = await t.call("GET", `/v1/exports/${exportId}/download`);
  const bytes = await response.arrayBuffer();
  expect(response.headers.get("Content-Length")).toBe(String(bytes.byteLength));
  return new TextDecoder().decode(bytes).split("\r\n");
}
