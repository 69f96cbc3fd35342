import { afterEach, beforeEach, vi } from "vitest";
import { z } from "zod";

/** A number at the fake; fields as the Graph API names them. */
export interface FakeNumber {
  id: string;
  [field: string]: unknown;
}
export interface FakeTemplate {
  id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  components: unknown[];
  [field: string]: unknown;
}
export interface FakeAccount {
  id: string;
  /** Null: the account does not say who owns it. */
  portfolioId: string | null;
  subscribed: boolean;
  numbers: FakeNumber[];
  templates: FakeTemplate[];
}
export interface GraphCall {
  method: string;
  /** After the version: `/1001/message_templates`. */
  path: string;
  query: Record<string, string>;
  token: string;
  body: unknown;
}
/** An error of Meta's with its HTTP status, any other answer, a cut connection, or headers or a body that never come. */
export type Fault =
  | { code: number; status?: number; subcode?: number; message?: string }
  | { status: number; text: string }
  | "cut"
  | "no headers"
  | "no body";

const newTemplate = z.looseObject({
  name: z.string(),
  language: z.string(),
  category: z.string(),
  components: z.array(z.unknown()),
});
const NUMBER_FIELDS = [
  "id",
  "display_phone_number",
  "verified_name",
  "status",
  "quality_rating",
  "throughput",
  "is_on_biz_app",
  "whatsapp_business_manager_messaging_limit",
  "messaging_limit_tier",
  "health_status",
];
const TEMPLATE_FIELDS = [
  "id",
  "name",
  "language",
  "status",
  "category",
  "components",
  "parameter_format",
  "rejected_reason",
];

/**
 * The Graph API's management side in memory, at http://graph.test: strict about tokens, objects and fields, paged, and
 * with a record of every call. Anything else that is fetched fails the test.
 */
export class FakeGraph {
  readonly calls: GraphCall[] = [];
  readonly accounts: FakeAccount[] = [];
  readonly tokens = new Set<string>();
  /** Fields that this version does not have. */
  readonly missingFields = new Set<string>();
  /** The largest page it gives, whatever is asked. */
  pageSize = 100;
  #faults: { call: string | RegExp; fault: Fault; times: number }[] = [];
  /** Another start for each fake: objects and rows of one test are still there in the next. */
  #lastId = Math.floor(Math.random() * 1e12) * 1_000;
  #underWay = 0;
  /** The most calls that were under way at a time. */
  peak = 0;

  nextId(): string {
    return String(++this.#lastId);
  }

  /** An account with one healthy number; `token` may use it. */
  account(token: string, overrides: Partial<FakeAccount> = {}): FakeAccount & { number: FakeNumber } {
    const number = fakeNumber({ id: this.nextId() });
    const account = {
      id: this.nextId(),
      portfolioId: this.nextId(),
      subscribed: false,
      numbers: [number],
      templates: [],
      ...overrides,
    };
    this.accounts.push(account);
    this.tokens.add(token);
    return Object.assign(account, { number });
  }

  /** The next `times` calls that begin like this (`GET /1001`), or match with their query, fail. */
  fault(call: string | RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ call, fault, times });
  }

  /** From now on every call is answered again. */
  noFaults(): void {
    this.#faults = [];
  }

  /** Calls as lines for people: `GET /1001`. */
  get log(): string[] {
    return this.calls.map(({ method, path }) => `${method} ${path}`);
  }

  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#underWay += 1;
    this.peak = Math.max(this.peak, this.#underWay);
    try {
      return await this.#take(input, init);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #take(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.origin !== "http://graph.test") throw new Error(`unexpected call to ${url.origin}`);
    const text = await request.text();
    const call: GraphCall = {
      method: request.method,
      path: url.pathname.replace(/^\/v\d+\.\d+/, ""),
      query: Object.fromEntries(url.searchParams),
      token: request.headers.get("Authorization")?.replace(/^Bearer /, "") ?? "",
      body: text === "" ? null : JSON.parse(text),
    };
    this.calls.push(call);
    const fault = this.#takeFault(`${call.method} ${call.path}${url.search}`);
    return fault ? faultyAnswer(fault, init?.signal ?? null) : this.#answer(call);
  }

  #takeFault(line: string): Fault | null {
    const found = this.#faults.find(
      ({ call, times }) => times > 0 && (typeof call === "string" ? line.startsWith(call) : call.test(line)),
    );
    if (!found) return null;
    found.times -= 1;
    return found.fault;
  }

  #answer({ method, path, query, token, body }: GraphCall): Response {
    if (!this.tokens.has(token))
      return graphError({ code: 190, status: 401, message: "Error validating access token" });
    const [id = "", edge] = path.slice(1).split("/");
    const account = this.accounts.find((each) => each.id === id);
    const number = this.accounts.flatMap((each) => each.numbers).find((each) => each.id === id);
    if (method === "GET" && number && !edge) return this.#fields(number, NUMBER_FIELDS, query.fields);
    if (method === "GET" && account && !edge) {
      const owner =
        account.portfolioId === null ? {} : { owner_business_info: { id: account.portfolioId, name: "Acme" } };
      const node = { id: account.id, name: "Acme", ...owner };
      return this.#fields(node, ["id", "name", "owner_business_info"], query.fields);
    }
    if (method === "POST" && account && edge === "subscribed_apps") {
      account.subscribed = true;
      return Response.json({ success: true });
    }
    if (method === "GET" && account && edge === "message_templates") return this.#page(account, query);
    if (method === "POST" && account && edge === "message_templates") {
      const created = { ...newTemplate.parse(body), id: this.nextId(), status: "PENDING" };
      account.templates.push(created);
      return Response.json({ id: created.id, status: created.status, category: created.category });
    }
    return graphError({ code: 100, subcode: 33, message: `Object with ID '${id}' does not exist` });
  }

  #page(account: FakeAccount, query: Record<string, string>): Response {
    const from = query.after ? Number(atob(query.after)) : 0;
    const to = from + Math.min(this.pageSize, Number(query.limit ?? 25));
    const after = btoa(String(to));
    const unknown = this.#unknownField(TEMPLATE_FIELDS, query.fields);
    if (unknown) return unknown;
    const fields = query.fields?.split(",") ?? TEMPLATE_FIELDS;
    const isLast = to >= account.templates.length;
    // The last page has cursors too; only `next` tells that there is more.
    const next = `https://elsewhere.test/v25.0/${account.id}/message_templates?access_token=secret&after=${after}`;
    return Response.json({
      data: account.templates.slice(from, to).map((template) => pick(template, fields)),
      paging: { cursors: { before: btoa(String(from)), after }, ...(isLast ? {} : { next }) },
    });
  }

  #fields(node: Record<string, unknown>, known: string[], fields = "id"): Response {
    return this.#unknownField(known, fields) ?? Response.json(pick(node, ["id", ...fields.split(",")]));
  }

  #unknownField(known: string[], fields = ""): Response | null {
    const asked = fields.split(",").filter((name) => name !== "");
    const unknown = asked.find((name) => !known.includes(name) || this.missingFields.has(name));
    return unknown ? graphError({ code: 100, message: `(#100) Tried accessing nonexisting field (${unknown})` }) : null;
  }
}

/**
 * Time-outs here don't go by the clock, by which a slow machine would be taken for a silent Graph: a call that hangs has
 * at once waited for as long as its caller meant to.
 */
const timeouts = new WeakMap<AbortSignal, () => void>();

function withoutClock(): AbortSignal {
  const controller = new AbortController();
  timeouts.set(controller.signal, () => controller.abort(new DOMException("It took too long.", "TimeoutError")));
  return controller.signal;
}

/** Puts a fake in the place of the network for each test of the file. */
export function useFakeGraph(): { readonly current: FakeGraph } {
  let graph = new FakeGraph();
  beforeEach(() => {
    graph = new FakeGraph();
    vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) => graph.fetch(input, init));
    vi.spyOn(AbortSignal, "timeout").mockImplementation(withoutClock);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.mocked(AbortSignal.timeout).mockRestore();
  });
  return {
    get current() {
      return graph;
    },
  };
}

export const fakeNumber = (overrides: Partial<FakeNumber> & { id: string }): FakeNumber => ({
  display_phone_number: `+55 11 4000-${overrides.id.slice(-4)}`,
  verified_name: "Acme",
  status: "CONNECTED",
  quality_rating: "GREEN",
  throughput: { level: "STANDARD" },
  is_on_biz_app: false,
  whatsapp_business_manager_messaging_limit: "TIER_2K",
  ...overrides,
});

export const fakeTemplate = (overrides: Partial<FakeTemplate> & { id: string; name: string }): FakeTemplate => ({
  language: "pt_BR",
  status: "APPROVED",
  category: "MARKETING",
  components: [{ type: "BODY", text: "Olá {{1}}", example: { body_text: [["Ana"]] } }],
  parameter_format: "POSITIONAL",
  rejected_reason: "NONE",
  ...overrides,
});

const pick = (from: Record<string, unknown>, names: string[]) =>
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));

function graphError({ code, status = 400, subcode, message = `(#${code}) refused` }: Extract<Fault, { code: number }>) {
  const error = { message, type: "OAuthException", code, error_subcode: subcode, fbtrace_id: "Atrace" };
  return Response.json({ error }, { status });
}

async function faultyAnswer(fault: Fault, signal: AbortSignal | null): Promise<Response> {
  if (typeof fault === "object") {
    return "code" in fault ? graphError(fault) : new Response(fault.text, { status: fault.status });
  }
  if (fault === "cut") throw new TypeError("Network connection lost.");
  const givenUp = () =>
    new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      if (signal) timeouts.get(signal)?.();
    });
  if (fault === "no headers") return givenUp();
  const body = new ReadableStream({ pull: givenUp });
  return new Response(body, { status: 200, headers: { "Content-Type": "application/json" } });
}
