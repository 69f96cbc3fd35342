import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { drawLatency, type Latency, seeded } from "./latency.ts";
import { RateGate } from "./rate-gate.ts";
import { Acceptances } from "./record.ts";
import { type Receiver, type Telling, Webhooks } from "./webhooks.ts";

/**
 * Stands in for Meta's Graph API in measurements: answers what a registration, a sync and a send ask, checks nothing but
 * the token and the rate of each number, and costs a fraction of what the simulator does. Its settings come as JSON in
 * the first argument.
 */
export interface GraphSettings {
  port: number;
  token: string;
  wabaId: string;
  portfolioId: string;
  phones: { id: string; display: string; name: string }[];
  templates: { name: string; language: string; status: string; category: string; components: unknown[] }[];
  /** Messages a second that each number may send; null for no check. */
  ratePerSecond: number | null;
  /** What numbers say of their throughput: 80 or 1,000 messages a second. */
  level: "STANDARD" | "HIGH";
  receiver: Receiver;
  seed: number;
  initial: Partial<Conditions>;
}

/** What a bench changes while it runs: `PUT /control/conditions`. */
export interface Conditions {
  latency: Latency;
  /** Of the rate, between 0 and 1. */
  throttle: number;
  /** Calls that are accepted and answered only after `hangMs`. */
  hangShare: number;
  hangMs: number;
  telling: Telling;
}

const settings: GraphSettings = JSON.parse(process.argv[2] ?? "{}");
const random = seeded(settings.seed);
const conditions: Omit<Conditions, "telling"> = {
  latency: { medianMs: 20 },
  throttle: 1,
  hangShare: 0,
  hangMs: 30_000,
};
const webhooks = new Webhooks(settings.receiver, random);
const record = new Acceptances();
const phones = new Map(settings.phones.map((phone, place) => [phone.id, { ...phone, place, gate: new RateGate() }]));
/** When calls were refused for speed. */
const refused: number[] = [];
let hung = 0;
let unknownCalls = 0;

/** Since it began to listen. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
};
const started = process.cpuUsage();

const instant = () => performance.timeOrigin + performance.now();

function setConditions({ telling, ...others }: Partial<Conditions>): void {
  Object.assign(conditions, others);
  if (telling) webhooks.telling = telling;
}
setConditions(settings.initial);

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => answer(request, Buffer.concat(parts).toString(), response));
});
// A connection that is closed while a request is on its way would leave a message unconfirmed that never arrived.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(settings.port, "127.0.0.1");

function answer(request: IncomingMessage, body: string, response: ServerResponse): void {
  const url = request.url ?? "/";
  const method = request.method ?? "";
  const [, , id = "", edge = ""] = url.split("?", 1)[0]?.split("/") ?? [];
  if (url.startsWith("/control/")) control(method, url, body, response);
  else if (request.headers.authorization !== `Bearer ${settings.token}`)
    reply(response, 401, errorOf(190, "Access token has expired"));
  else if (method === "POST" && edge === "messages") send(id, body, response);
  else {
    const found = node(method, id, edge);
    if (!found) unknownCalls += 1;
    reply(response, found ? 200 : 400, found ?? errorOf(100, "Unsupported request"));
  }
}

function send(id: string, body: string, response: ServerResponse): void {
  const at = instant();
  const phone = phones.get(id);
  const { to, biz_opaque_callback_data: callback = "" } = JSON.parse(body);
  const afterMs = drawLatency(conditions.latency, random);
  if (!phone) {
    reply(response, 400, errorOf(100, "Unknown number"));
    return;
  }
  const limit = settings.ratePerSecond === null ? null : settings.ratePerSecond * conditions.throttle;
  if (!phone.gate.admits(at, limit)) {
    refused.push(Math.round(at));
    setTimeout(reply, afterMs, response, 429, errorOf(130_429, "Rate limit hit"));
    return;
  }
  record.add(at, phone.place, callback);
  const wamid = `wamid.bench${record.at.length}`;
  const waId = String(to).replace(/\D/g, "");
  webhooks.plan(
    { wabaId: settings.wabaId, phoneId: id, display: phone.display.replace(/\D/g, ""), to: waId, wamid, callback },
    at + afterMs,
  );
  const accepted = {
    messaging_product: "whatsapp",
    contacts: [{ input: to, wa_id: waId }],
    messages: [{ id: wamid, message_status: "accepted" }],
  };
  const hangs = conditions.hangShare > 0 && random() < conditions.hangShare;
  if (hangs) hung += 1;
  setTimeout(reply, hangs ? conditions.hangMs : afterMs, response, 200, accepted);
}

function node(method: string, id: string, edge: string): object | null {
  const phone = phones.get(id);
  if (phone && edge === "")
    return {
      id,
      display_phone_number: phone.display,
      verified_name: phone.name,
      status: "CONNECTED",
      quality_rating: "GREEN",
      throughput: { level: settings.level },
      is_on_biz_app: false,
      whatsapp_business_manager_messaging_limit: "TIER_UNLIMITED",
    };
  if (id !== settings.wabaId) return null;
  if (edge === "") return { id, name: "Bench", owner_business_info: { id: settings.portfolioId, name: "Bench" } };
  if (edge === "subscribed_apps" && method === "POST") return { success: true };
  if (edge !== "message_templates" || method !== "GET") return null;
  return { data: settings.templates.map((template, i) => ({ id: String(700_000 + i), ...template })), paging: {} };
}

function control(method: string, url: string, body: string, response: ServerResponse): void {
  if (url === "/control/conditions" && method === "PUT") {
    setConditions(JSON.parse(body));
    reply(response, 200, {});
  } else if (url === "/control/record") {
    reply(response, 200, { ...record, refused, answers: webhooks.answers });
  } else {
    reply(response, 200, {
      accepted: record.at.length,
      lastAt: record.at.at(-1) ?? null,
      twice: record.twice,
      refused: refused.length,
      hung,
      unknownCalls,
      cpuSeconds: cpuSeconds(),
      webhooks: {
        waiting: webhooks.waiting,
        bodies: webhooks.answers.length,
        planned: webhooks.planned,
        statuses: webhooks.told,
        failures: webhooks.failures,
      },
    });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

const errorOf = (code: number, title: string) => ({
  error: {
    message: `(#${code}) ${title}`,
    type: "OAuthException",
    code,
    error_data: { messaging_product: "whatsapp", details: title },
    fbtrace_id: "Abench",
  },
});
