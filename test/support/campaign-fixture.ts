import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { makeSealer } from "#adapters/crypto/seal.ts";
import * as schema from "#adapters/d1/schema/index.ts";
import type { MessagingLimit } from "#core/meta/messaging-limit.ts";
import { aSegment, aTenant, newId, orm, type TestTenant, unique } from "./builders.ts";

/** A message that the fake Graph took or refused. */
export interface GraphSend {
  phoneNumberId: string;
  to: string;
  callback: string;
  at: number;
  body: Record<string, unknown>;
}
export type GraphAnswer =
  | "accept"
  | "hang"
  | "cut"
  | { cutAfterAccept: true }
  | { code: number; status?: number }
  | { status: number; text: string };

const FIRST_PHONE_NUMBER_ID = 7_000_000_000;

/**
 * The Graph API of a test: records what it accepted, answers by a script. It serves the numbers of fixtures made after it:
 * a call that an earlier test left under way (a claim is good for almost a second) is neither recorded nor scripted.
 */
export function stubMessages(
  script: (send: GraphSend, nth: number) => GraphAnswer | Promise<GraphAnswer> = () => "accept",
) {
  const accepted: (GraphSend & { messageId: string })[] = [];
  const refused: (GraphSend & { answer: GraphAnswer })[] = [];
  let nth = 0;
  const since = FIRST_PHONE_NUMBER_ID + unique();
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit);
    const match = /^http:\/\/graph\.test\/v[\d.]+\/(\d+)\/messages$/.exec(request.url);
    if (!match?.[1]) return real(input as RequestInfo, init as RequestInit);
    if (Number(match[1]) < since) throw new TypeError("Network connection lost.");
    const body = (await request.json()) as Record<string, unknown>;
    const send: GraphSend = {
      phoneNumberId: match[1],
      to: String(body.to),
      callback: String(body.biz_opaque_callback_data),
      at: Date.now(),
      body,
    };
    const answer = await script(send, ++nth);
    const accept = () => {
      const messageId = `wamid.${newId("m")}`;
      accepted.push({ ...send, messageId });
      return messageId;
    };
    if (answer === "accept") {
      return Response.json({
        messaging_product: "whatsapp",
        contacts: [{ input: send.to }],
        messages: [{ id: accept() }],
      });
    }
    if (answer === "hang" || answer === "cut" || "cutAfterAccept" in answer) {
      if (answer !== "hang" && answer !== "cut") accept();
      throw new TypeError("Network connection lost.");
    }
    refused.push({ ...send, answer });
    if ("text" in answer) return new Response(answer.text, { status: answer.status });
    const error = { message: "refused", type: "OAuthException", code: answer.code, fbtrace_id: "A" };
    return Response.json({ error }, { status: answer.status ?? 400 });
  });
  return { accepted, refused, restore: () => spy.mockRestore() };
}

export interface CampaignFixture {
  tenant: TestTenant;
  campaignId: string;
  audienceId: string;
  segmentId: string;
  templateId: string;
  lineIds: string[];
  phoneNumberIds: string[];
  portfolioId: string;
  contactIds: string[];
  phones: string[];
  campaign: ReturnType<typeof campaignStub>;
  portfolio: ReturnType<typeof portfolioStub>;
}

export const campaignStub = (id: string) => env.CAMPAIGNS.get(env.CAMPAIGNS.idFromName(id));
export const portfolioStub = (id: string) => env.PORTFOLIOS.get(env.PORTFOLIOS.idFromName(id));

interface FixtureOptions {
  people?: number;
  lines?: number;
  ratePerSecond?: number;
  limit?: MessagingLimit;
  campaign?: Partial<typeof schema.campaigns.$inferInsert>;
  contact?: (i: number) => Partial<typeof schema.contacts.$inferInsert>;
  line?: (i: number) => Partial<typeof schema.lines.$inferInsert>;
}

/** A tenant with lines, an approved template, an audience and a launched (not yet started) campaign, written directly. */
export async function aCampaignFixture(options: FixtureOptions = {}): Promise<CampaignFixture> {
  const { people = 10, lines = 3, ratePerSecond = 80, limit = "unlimited" } = options;
  const tenant = await aTenant();
  const { tenantId } = tenant;
  const { id: segmentId } = await aSegment(tenant);
  const wabaId = String(9_000_000 + unique());
  const portfolioId = `pf_${unique()}_${newId("x")}`;
  const sealer = makeSealer(env.CREDENTIALS_KEY);
  const now = Date.now();
  const portfolio = portfolioStub(portfolioId);
  await portfolio.putLimit(limit);

  const lineIds: string[] = [];
  const phoneNumberIds: string[] = [];
  for (let i = 0; i < lines; i++) {
    const phoneNumberId = String(FIRST_PHONE_NUMBER_ID + unique());
    const row = {
      id: newId("lin"),
      tenantId,
      segmentId,
      kind: "prospect" as const,
      name: `Line ${i}`,
      wabaId,
      phoneNumberId,
      portfolioId,
      sealedToken: await sealer.seal(`token-${i}`, `line:${phoneNumberId}`),
      qualityRating: "GREEN" as const,
      status: "CONNECTED",
      throughputPerSecond: ratePerSecond,
      createdAt: now,
      ...options.line?.(i),
    };
    await orm.insert(schema.lines).values(row);
    await portfolio.putLine({
      lineId: row.id,
      tenantId,
      phoneNumberId,
      sealedToken: row.sealedToken,
      status: row.status,
      quality: row.qualityRating,
      ratePerSecond: row.throughputPerSecond,
    });
    lineIds.push(row.id);
    phoneNumberIds.push(phoneNumberId);
  }

  const templateId = newId("tpl");
  await orm.insert(schema.templates).values({
    id: templateId,
    tenantId,
    wabaId,
    metaId: String(unique()),
    name: "lembrete",
    language: "pt_BR",
    category: "UTILITY",
    status: "APPROVED",
    parameterFormat: "POSITIONAL",
    components: [{ type: "BODY", text: "Olá, {{1}}!" }],
    createdAt: now,
    syncedAt: now,
  });
  for (const lineId of lineIds) await orm.insert(schema.templateLines).values({ tenantId, templateId, lineId });

  const audienceId = newId("aud");
  await orm
    .insert(schema.audiences)
    .values({ id: audienceId, tenantId, segmentId, name: "All", contactCount: people, createdAt: now });
  const contacts = Array.from({ length: people }, (_, i) => {
    const ids = { id: newId("con"), phone: `+55119${String(60_000_000 + unique())}` };
    return { ...ids, name: `Pessoa ${i}`, optInStatus: "granted", optInAt: now, ...options.contact?.(i) };
  }).sort((a, b) => (a.id < b.id ? -1 : 1));
  await env.DB.batch([
    env.DB.prepare(
      `insert into contacts (id, tenant_id, phone, name, document, customer_code, hashtags, attributes, opt_in_status, opt_out_at, created_at, updated_at)
         select value ->> '$.id', ?1, value ->> '$.phone', value ->> '$.name', value ->> '$.document', value ->> '$.customerCode',
                '[]', '{}', value ->> '$.optInStatus', value ->> '$.optOutAt', ?2, ?2 from json_each(?3)`,
    ).bind(tenantId, now, JSON.stringify(contacts)),
    env.DB.prepare(
      `insert into audience_members (tenant_id, audience_id, contact_id) select ?1, ?2, value ->> '$.id' from json_each(?3)`,
    ).bind(tenantId, audienceId, JSON.stringify(contacts)),
  ]);

  const campaignId = newId("cmp");
  await orm.insert(schema.campaigns).values({
    id: campaignId,
    tenantId,
    name: "Campaign",
    segmentId,
    audienceId,
    templateId,
    variables: { "body.1": { field: "name" } },
    sender: { mode: "prospect" },
    inService: { mode: "exclude", withinMinutes: 120 },
    status: "preparing",
    createdBy: "test",
    createdAt: now,
    updatedAt: now,
    launchedAt: now,
    ...options.campaign,
  });
  return {
    tenant,
    campaignId,
    audienceId,
    segmentId,
    templateId,
    lineIds,
    phoneNumberIds,
    portfolioId,
    contactIds: contacts.map((contact) => contact.id),
    phones: contacts.map((contact) => String(contact.phone)),
    // A new stub each time: one made before a restart is of no use after it.
    get campaign() {
      return campaignStub(campaignId);
    },
    get portfolio() {
      return portfolioStub(portfolioId);
    },
  };
}

/** As if this much time had passed for the campaign: everything it has written down lies that much further back. */
export async function timePasses(fixture: CampaignFixture, ms: number): Promise<void> {
  await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    const row = sql.exec<{ value: string }>("select value from state where key = 'campaign'").one();
    const state = JSON.parse(row.value) as Record<string, unknown>;
    for (const key of ["firstWaveAt", "waveAnchorAt", "pausedAt", "catalogueReadAt", "launchedAt", "reopensAt"]) {
      const at = state[key];
      if (typeof at === "number") state[key] = at - ms;
    }
    state.wavesOpenedAt = (state.wavesOpenedAt as number[]).map((at) => at - ms);
    sql.exec("update state set value = ? where key = 'campaign'", JSON.stringify(state));
    // 0 is no instant: such a row waits for its wave alone.
    sql.exec("update recipients set not_before = max(1, not_before - ?) where not_before > 0", ms);
    sql.exec("update recipients set unconfirmed_until = unconfirmed_until - ?", ms);
    sql.exec("update claims set lease_until = lease_until - ?", ms);
    for (const urgency of ["soon", "later"])
      sql.exec(
        `update state set value = json_set(value, '$.untold.${urgency}.since', max(0, (value ->> '$.untold.${urgency}.since') - ?))
           where key = 'recent' and value ->> '$.untold.${urgency}.since' is not null`,
        ms,
      );
    for (const { value } of sql.exec<{ value: string }>("select value from state where key = 'waits'")) {
      const waits = JSON.parse(value) as {
        known: { since: number; goneAt: number | null }[];
        requeues: { since: number; at: number } | null;
      };
      if (waits.requeues) for (const key of ["since", "at"] as const) waits.requeues[key] -= ms;
      for (const wait of waits.known) {
        wait.since -= ms;
        if (wait.goneAt !== null) wait.goneAt -= ms;
      }
      sql.exec("update state set value = ? where key = 'waits'", JSON.stringify(waits));
    }
  });
  // Whatever is in memory is from before.
  await abortAllDurableObjects();
  await fixture.campaign.ensureAlarm(fixture.tenant.tenantId, fixture.campaignId);
}
