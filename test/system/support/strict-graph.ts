import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { judge, type Refusal, type StrictTemplate } from "./strict-message.ts";
import { StrictWebhooks, type WebhookReceiver } from "./strict-webhooks.ts";

/**
 * A second Graph server, made from Meta's documentation alone and with opinions of its own: only v25.0, only documented
 * fields, nothing beyond numbers, templates and messages. What the product calls beside these is answered 404, as an
 * older or narrower Graph API would, and must not be needed.
 */
export interface StrictGraphOptions {
  token: string;
  wabaId: string;
  phones: { id: string; display: string; name: string }[];
  templates: StrictTemplate[];
  receiver: WebhookReceiver;
}
export type Disposition = "failed" | "sent" | "delivered" | "read" | "replied";
export interface StrictSend {
  phoneNumberId: string;
  to: string;
  wamid: string;
  callbackData: string | null;
  disposition: Disposition;
}
export interface StrictGraph {
  url: string;
  /** Everything accepted, in order. */
  sends: StrictSend[];
  /** Every call that was refused: `METHOD path: code`. */
  refused: string[];
  webhooks: StrictWebhooks;
  close(): Promise<void>;
}

const VERSION = "v25.0";
/** Small, so that lists have several pages. */
const PAGE = 2;
const PHONE_FIELDS = new Set(
  (
    "id display_phone_number verified_name status quality_rating country_code country_dial_code code_verification_status " +
    "unified_cert_status account_mode host_platform messaging_limit_tier is_official_business_account username name_status " +
    "new_name_status platform_type throughput health_status quality_score is_pin_enabled is_on_biz_app " +
    "webhook_configuration last_onboarded_time whatsapp_business_manager_messaging_limit"
  ).split(" "),
);
const TEMPLATE_FIELDS = new Set(
  (
    "id name language status category components parameter_format rejected_reason quality_score previous_category " +
    "sub_category correct_category message_send_ttl_seconds last_updated_time health_status"
  ).split(" "),
);
/** One in twenty fails: more would be the failure share at which a campaign pauses itself. */
const DISPOSITIONS: Disposition[] = [
  ...["delivered", "read", "read", "failed", "replied"],
  ...["delivered", "read", "sent", "read", "delivered"],
  ...["read", "read", "replied", "delivered", "sent"],
  ...["read", "delivered", "read", "replied", "delivered"],
] as Disposition[];

type Answer = { status: number; body: object };

export async function startStrictGraph(options: StrictGraphOptions): Promise<StrictGraph> {
  const sends: StrictSend[] = [];
  const refused: string[] = [];
  const webhooks = new StrictWebhooks(options.receiver);

  const server = createServer((request, response) => {
    answer(request).then(
      (given) => reply(request, response, given),
      (error: unknown) => reply(request, response, refusal({ status: 500, code: 1, details: String(error) })),
    );
  });
  // Node's own 5 s pass on a busy machine, and a call that sets out on a connection just then being closed is lost.
  server.keepAliveTimeout = 60_000;
  const reply = (request: IncomingMessage, response: ServerResponse, { status, body }: Answer) => {
    if (status !== 200) refused.push(`${request.method} ${pathOf(request)}: ${JSON.stringify(body)}`);
    response.writeHead(status, { "Content-Type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
  };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://graph.test");
    const [version, id, edge, ...more] = url.pathname.slice(1).split("/");
    if (version !== VERSION || more.length > 0) return unknownPath(url);
    if (request.headers.authorization !== `Bearer ${options.token}`)
      return refusal({ status: 401, code: 190, details: "Invalid OAuth access token" });

    const phone = options.phones.find((each) => each.id === id);
    const route = `${request.method} ${phone ? "phone" : id === options.wabaId ? "waba" : "other"}/${edge ?? ""}`;
    switch (route) {
      case "GET phone/":
        return nodeOf(url, PHONE_FIELDS, phoneNode(phone ?? { id: "", display: "", name: "" }));
      case "GET waba/phone_numbers":
        return listOf(url, PHONE_FIELDS, options.phones.map(phoneNode));
      case "GET waba/message_templates":
        return listOf(
          url,
          TEMPLATE_FIELDS,
          options.templates.map((template) => ({ ...template, rejected_reason: "NONE" })),
        );
      case "POST phone/messages":
        return send(id ?? "", await bodyOf(request));
      default:
        return unknownPath(url);
    }
  }

  function send(phoneNumberId: string, body: unknown): Answer {
    const verdict = judge(body, options.templates);
    if (!verdict.ok) return refusal(verdict.refusal);
    const { to, callbackData } = verdict;
    const wamid = `wamid.${randomBytes(24).toString("base64")}`;
    const disposition = DISPOSITIONS[sends.length % DISPOSITIONS.length] ?? "sent";
    const sent = { phoneNumberId, to, wamid, callbackData, disposition };
    sends.push(sent);
    tellDisposition(sent, sends.length);
    const digits = to.replace("+", "");
    // No message_status: older answers lack it.
    const contacts = [{ input: to, wa_id: waIdOf(digits) }];
    return { status: 200, body: { messaging_product: "whatsapp", contacts, messages: [{ id: wamid }] } };
  }

  /** The updates of a message: out of order for some, twice for some, the last without any number of the person. */
  function tellDisposition({ phoneNumberId, to, wamid, callbackData, disposition }: StrictSend, nth: number): void {
    const digits = to.replace("+", "");
    const display = options.phones.find((each) => each.id === phoneNumberId)?.display ?? "";
    const source = { wabaId: options.wabaId, phoneNumberId, displayDigits: display.replace(/\D/g, "") };
    const now = Date.now();
    const status = (name: string, afterMs: number, more: object = {}) => {
      const recipient = nth % 7 === 0 ? { recipient_user_id: `BR.${nth}` } : { recipient_id: waIdOf(digits) };
      const timestamp = String(Math.floor((now + afterMs) / 1_000));
      const callback = callbackData === null ? {} : { biz_opaque_callback_data: callbackData };
      const statuses = [{ id: wamid, status: name, timestamp, ...recipient, ...callback, ...more }];
      const late = nth % 5 === 0 ? 700 - afterMs : afterMs;
      webhooks.tell(source, { statuses }, late);
      if (nth % 11 === 0) webhooks.tell(source, { statuses }, late + 40);
    };
    const pricing = { billable: true, pricing_model: "PMP", type: "regular", category: "utility" };
    if (disposition === "failed") {
      const details = "Message undeliverable.";
      const title = "Message undeliverable";
      status("failed", 100, { errors: [{ code: 131026, title, message: title, error_data: { details } }] });
      return;
    }
    status("sent", 50, { pricing });
    if (disposition === "sent") return;
    // Meta may leave `delivered` out when it was read at once.
    if (disposition !== "read" || nth % 3 !== 0) status("delivered", 200, { pricing });
    if (disposition === "delivered") return;
    status("read", 400);
    if (disposition === "read") return;
    const from = waIdOf(digits);
    const button = { payload: "Parar", text: "Parar" };
    const message = { from, id: `wamid.${randomBytes(24).toString("base64")}`, type: "button", button };
    const timestamp = String(Math.floor((now + 600) / 1_000));
    const context = { from: source.displayDigits, id: wamid };
    const contacts = [{ profile: { name: "Conceição" }, wa_id: from }];
    webhooks.tell(source, { contacts, messages: [{ ...message, timestamp, context }] }, 600);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sends,
    refused,
    webhooks,
    close: async () => {
      webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pathOf = (request: IncomingMessage) => (request.url ?? "").split("?")[0];

const refusal = ({ status, code, details }: Refusal): Answer => ({
  status,
  body: {
    error: {
      message: `(#${code}) ${details}`,
      type: "OAuthException",
      code,
      error_data: { messaging_product: "whatsapp", details },
      fbtrace_id: `A${randomBytes(11).toString("base64url")}`,
    },
  },
});

const unknownPath = (url: URL): Answer =>
  refusal({ status: 404, code: 100, details: `Unsupported request: ${url.pathname}` });

const phoneNode = ({ id, display, name }: StrictGraphOptions["phones"][number]) => ({
  id,
  display_phone_number: display,
  verified_name: name,
  status: "CONNECTED",
  quality_rating: "GREEN",
  throughput: { level: "STANDARD" },
  is_on_biz_app: false,
  whatsapp_business_manager_messaging_limit: "TIER_2K",
  messaging_limit_tier: "TIER_2K",
});

/** Fields that nobody documented are refused, fields without a value left out. */
function nodeOf(url: URL, known: ReadonlySet<string>, node: Record<string, unknown>): Answer {
  const asked = ["id", ...(url.searchParams.get("fields") ?? "id").split(",")];
  const unknown = asked.find((field) => !known.has(field));
  if (unknown !== undefined)
    return refusal({ status: 400, code: 100, details: `Tried accessing nonexisting field (${unknown})` });
  return { status: 200, body: Object.fromEntries(asked.flatMap((name) => (name in node ? [[name, node[name]]] : []))) };
}

function listOf(url: URL, known: ReadonlySet<string>, nodes: Record<string, unknown>[]): Answer {
  const after = Number(Buffer.from(url.searchParams.get("after") ?? "", "base64url").toString() || "0");
  const page = nodes.slice(after, after + PAGE).map((node) => nodeOf(url, known, node));
  const wrong = page.find(({ status }) => status !== 200);
  if (wrong) return wrong;
  const cursor = (at: number) => Buffer.from(String(at)).toString("base64url");
  const next = new URL(url);
  next.searchParams.set("after", cursor(after + PAGE));
  const paging = {
    cursors: { before: cursor(after), after: cursor(after + page.length) },
    ...(after + PAGE < nodes.length ? { next: next.href } : {}),
  };
  return { status: 200, body: { data: page.map(({ body }) => body), paging } };
}

/** Accounts older than the ninth digit lack it: beyond DDD 30, here for every number that ends evenly. */
const waIdOf = (digits: string): string =>
  digits.replace(/^55([3-9]\d)9(\d{7}[02468])$/, (_, area: string, rest: string) => `55${area}${rest}`);

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  if (!request.headers["content-type"]?.startsWith("application/json")) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
