import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ulid } from "ulid";
import { hashPassword } from "../../worker/adapters/auth/password.ts";
import { audienceCsv, audiences, phones, portfolioId, segments, templates, token, wabaId } from "./demo-catalogue.mjs";
import { executeSql, querySql } from "./stack.mjs";

export const DEMO = {
  tenant: "Aurora Crédito",
  email: "demo@aurora.example",
  password: "campanhas-2026",
  name: "Marina Duarte",
};

const quoted = (value) => `'${String(value).replaceAll("'", "''")}'`;

/** The tenant of the demo's person, `{ tenantId }`; null in a database that has none. */
export async function demoTenant(stack) {
  const [found] = await querySql(
    stack,
    `select tenant_id as tenantId from members join user on user.id = user_id where email = ${quoted(DEMO.email)}`,
  );
  return found ?? null;
}

/** A tenant with one person and one API key, written straight into D1: before them nobody could call the API. */
export async function seedTenant(stack) {
  const { sql, ...tenant } = await newTenant();
  await executeSql(stack, sql);
  return tenant;
}

/** As above, with the `sql` that makes it, so that several can be made at once. */
export async function newTenant({
  name = DEMO.tenant,
  email = DEMO.email,
  password = DEMO.password,
  person = DEMO.name,
} = {}) {
  const now = Date.now();
  const ids = { tenant: `ten_${ulid()}`, user: `usr_${ulid()}`, account: `acc_${ulid()}` };
  const key = newKey(ids.tenant, now);
  const q = quoted;
  const sql = [
    `insert into tenants (id, name, settings, created_at) values (${q(ids.tenant)}, ${q(name)}, '{}', ${now});`,
    `insert into user (id, name, email, email_verified, created_at, updated_at) values (${q(ids.user)}, ${q(person)}, ${q(email)}, 1, ${now}, ${now});`,
    `insert into account (id, account_id, provider_id, user_id, password, created_at, updated_at)
         values (${q(ids.account)}, ${q(ids.user)}, 'credential', ${q(ids.user)}, ${q(await hashPassword(password))}, ${now}, ${now});`,
    `insert into members (tenant_id, user_id, role, created_at) values (${q(ids.tenant)}, ${q(ids.user)}, 'owner', ${now});`,
    key.sql,
  ].join("\n");
  return { tenantId: ids.tenant, apiKey: key.apiKey, email, password, sql };
}

/** Another key for the demo's tenant: of the ones that it has only hashes are kept. */
export async function renewDemo(stack, { tenantId }) {
  const { apiKey, sql } = newKey(tenantId, Date.now());
  await executeSql(stack, sql);
  return { tenantId, apiKey, email: DEMO.email, password: DEMO.password };
}

function newKey(tenantId, now) {
  const apiKey = `wak_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(apiKey).digest("hex");
  const values = [`key_${ulid()}`, tenantId, "Demo", apiKey.slice(0, 12), hash, '["*"]'].map(quoted).join(", ");
  const sql = `insert into api_keys (id, tenant_id, name, prefix, hash, scopes, created_at) values (${values}, ${now});`;
  return { apiKey, sql };
}

/** A small client: throws with the problem's code when a call is refused. A text, bytes or a stream are a CSV file. */
export function client(apiUrl, apiKey) {
  return async (method, path, body, headers = {}) => {
    const csv = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { "Content-Type": csv ? "text/csv" : "application/json" }),
        ...headers,
      },
      body: body === undefined || csv ? body : JSON.stringify(body),
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text ? JSON.parse(text) : null;
  };
}

export async function until(check, { timeoutMs = 120_000, everyMs = 300 } = {}) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error("it did not happen in time");
    await sleep(everyMs);
  }
}

/** Whether the simulator has its accounts; its state may have been thrown away alone. */
export async function knowsAccounts(stack) {
  const { wabas } = await (await fetch(`${stack.graphUrl}/control/accounts`)).json();
  return wabas.length > 0;
}

export async function seedGraph(stack, { limit = "TIER_100K" } = {}) {
  const response = await fetch(`${stack.graphUrl}/control/seed`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      wabas: [
        {
          id: wabaId,
          name: "Aurora Crédito",
          portfolio: { id: portfolioId, name: "Aurora" },
          token,
          messagingLimit: limit,
          phones: phones.map(({ id, display, name, quality }) => ({
            id,
            display,
            name,
            quality,
            status: "CONNECTED",
            rate: 80,
          })),
          templates,
        },
      ],
    }),
  });
  if (!response.ok) throw new Error(`The Graph simulator refused its seed: ${await response.text()}`);
}

/** Segments, lines, templates, audiences and campaigns, all through the API, as a tenant would make them. */
export async function seedDemo(stack, apiKey, say) {
  const call = client(stack.apiUrl, apiKey);
  const segmentIds = {};
  for (const name of segments) segmentIds[name] = (await call("POST", "/v1/segments", { name })).id;
  if (stack.ownGraph) {
    say("Registering lines and templates…");
    await seedGraph(stack);
    for (const { id, kind, segment, label } of phones) {
      await call("POST", "/v1/lines", {
        segmentId: segmentIds[segment],
        kind,
        wabaId,
        phoneNumberId: id,
        accessToken: token,
        name: label,
      });
    }
    await call("POST", "/v1/templates/sync", {});
  }
  say("Importing audiences…");
  const audienceIds = {};
  for (const audience of audiences) {
    const { id } = await call("POST", "/v1/audiences", {
      segmentId: segmentIds[audience.segment],
      name: audience.name,
    });
    audienceIds[audience.name] = id;
    const started = await call("POST", `/v1/audiences/${id}/imports`, audienceCsv(audience));
    await until(async () => (await call("GET", `/v1/imports/${started.id}`)).status === "completed");
  }
  if (stack.ownGraph) await seedCampaigns(call, segmentIds, audienceIds, say);
}

async function seedCampaigns(call, segmentIds, audienceIds, say) {
  say("Running two campaigns, so that there are results to look at…");
  const found = (await call("GET", "/v1/templates?limit=200")).data;
  const template = (name) => found.find((item) => item.name === name).id;
  const campaign = (name, more) => ({
    name,
    segmentId: segmentIds.Cobrança,
    sender: { mode: "prospect" },
    inService: { mode: "exclude", withinMinutes: 120 },
    ...more,
  });
  const past = [
    campaign("Lembrete de vencimento", {
      audienceId: audienceIds["Parcelas a vencer"],
      templateId: template("lembrete_vencimento"),
      variables: { "body.1": { field: "firstName" }, "body.2": { field: "attributes.Valor", fallback: "-" } },
    }),
    campaign("Acordo clientes VIP", {
      audienceId: audienceIds["Carteira novembro"],
      filter: { hashtagsAny: ["vip"] },
      templateId: template("cobranca_acordo"),
      variables: {
        "body.1": { field: "firstName" },
        "body.2": { field: "attributes.Valor", fallback: "-" },
        "body.3": { value: "30/11" },
      },
      pacing: { percent: 50, intervalMinutes: 1 },
    }),
  ];
  for (const settings of past) {
    const { id } = await call("POST", "/v1/campaigns", settings);
    await call("POST", `/v1/campaigns/${id}/launch`);
  }
  await call(
    "POST",
    "/v1/campaigns",
    campaign("Black Friday: quitação com desconto", {
      audienceId: audienceIds["Carteira novembro"],
      templateId: template("promo_black_friday"),
      variables: {
        "header.media": { link: "https://aurora.example/bf.png" },
        "body.1": { field: "firstName" },
        "body.2": { value: "60%" },
      },
      pacing: { percent: 20, intervalMinutes: 30 },
    }),
  );
}
