import { env } from "cloudflare:workers";
import { z } from "zod";

/** A simulator of a test's own, with one account, two numbers and one template of every kind the tests need. */
export const TEMPLATES = [
  {
    name: "oferta",
    language: "pt_BR",
    category: "MARKETING",
    components: [
      { type: "BODY", text: "Oi {{1}}, temos {{2}} para você." },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Quero" },
          { type: "URL", text: "Ver", url: "https://ex.com/{{1}}" },
        ],
      },
    ],
  },
  {
    name: "aviso",
    language: "pt_BR",
    category: "UTILITY",
    components: [{ type: "BODY", text: "Olá {{1}}, seu pedido saiu." }],
  },
  {
    name: "nomeado",
    language: "pt_BR",
    category: "UTILITY",
    parameter_format: "NAMED",
    components: [{ type: "BODY", text: "Olá {{first_name}}, o código é {{code}}." }],
  },
  {
    name: "foto",
    language: "pt_BR",
    category: "UTILITY",
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Veja." },
    ],
  },
  {
    name: "titulo",
    language: "pt_BR",
    category: "UTILITY",
    components: [
      { type: "HEADER", format: "TEXT", text: "Pedido {{1}}" },
      { type: "BODY", text: "Saiu." },
    ],
  },
  {
    name: "cupom",
    language: "pt_BR",
    category: "MARKETING",
    components: [
      { type: "BODY", text: "Use." },
      { type: "BUTTONS", buttons: [{ type: "COPY_CODE", text: "Copiar" }] },
    ],
  },
  ...["PENDING", "REJECTED", "PAUSED", "DISABLED"].map((status) => ({
    name: `estado_${status.toLowerCase()}`,
    language: "pt_BR",
    category: "UTILITY",
    status,
    components: [{ type: "BODY", text: "Oi." }],
  })),
];

const answerSchema = z.looseObject({
  messages: z.array(z.looseObject({ id: z.string(), message_status: z.string() })).optional(),
  contacts: z.array(z.looseObject({ input: z.string(), wa_id: z.string().optional() })).optional(),
  error: z
    .looseObject({
      message: z.string(),
      type: z.string(),
      code: z.number(),
      error_data: z.object({ messaging_product: z.literal("whatsapp"), details: z.string() }).optional(),
      error_subcode: z.number().optional(),
      fbtrace_id: z.string(),
    })
    .optional(),
});

let fixtures = 0;

export class Fixture {
  private readonly serial = ++fixtures;
  readonly wabaId = `${100_000_000_000_000 + this.serial}`;
  readonly portfolioId = `${200_000_000_000_000 + this.serial}`;
  readonly phoneId = `${300_000_000_000_000 + this.serial * 10}`;
  readonly otherPhoneId = `${300_000_000_000_001 + this.serial * 10}`;
  readonly token = `token-${this.serial}`;

  /** A stub per use: those from before an object was killed are dead with it. */
  get stub() {
    return env.GRAPH.getByName(`fixture-${this.serial}`);
  }

  static async create(phone: { rate?: number } = {}): Promise<Fixture> {
    const fixture = new Fixture();
    await fixture.control("POST", "/seed", {
      wabas: [
        {
          id: fixture.wabaId,
          portfolio: { id: fixture.portfolioId, name: "Grupo Demo" },
          token: fixture.token,
          messagingLimit: 10_000,
          phones: [
            { id: fixture.phoneId, display: "+55 11 98888-0001", name: "Demo 1", rate: 1000, ...phone },
            { id: fixture.otherPhoneId, display: "+55 11 98888-0002", name: "Demo 2", quality: "YELLOW" },
          ],
          templates: TEMPLATES,
        },
      ],
    });
    return fixture;
  }

  /** Another account in the same simulator, of another owner. */
  async neighbour(): Promise<{ wabaId: string; phoneId: string; templateId: string; token: string }> {
    const account = { wabaId: "999", phoneId: "998", templateId: "997", token: `neighbour-${this.serial}` };
    await this.control("POST", "/seed", {
      wabas: [
        {
          id: account.wabaId,
          portfolio: { id: "996", name: "Vizinho" },
          token: account.token,
          phones: [{ id: account.phoneId, display: "+55 21 98888-0003" }],
          templates: [
            { id: account.templateId, name: "vizinho", language: "pt_BR", components: [{ type: "BODY", text: "Oi." }] },
          ],
        },
      ],
    });
    return account;
  }

  /** A call to the Graph API with the account's token, or another one. */
  graph(method: string, path: string, body?: unknown, token: string | null = this.token): Promise<Response> {
    return this.stub.fetch(`https://graph.facebook.com/v25.0${path}`, {
      method,
      headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  async control(method: string, path: string, body?: unknown): Promise<Response> {
    return this.stub.fetch(`https://simulator.test/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** How many webhooks are still to be told. */
  async waiting(): Promise<number> {
    const summary = z.object({ waiting: z.object({ webhooks: z.number(), posts: z.number() }) });
    const { waiting } = summary.parse(await (await this.control("GET", "/summary")).json());
    return waiting.webhooks + waiting.posts;
  }

  async send(body: unknown, token?: string | null) {
    const response = await this.graph("POST", `/${this.phoneId}/messages`, body, token);
    return { status: response.status, body: answerSchema.parse(await response.json()) };
  }

  /** Sends what must be accepted; answers its wamid. */
  async accepted(body: unknown): Promise<string> {
    const { status, body: answer } = await this.send(body);
    const id = answer.messages?.[0]?.id;
    if (status !== 200 || !id) throw new Error(`refused: ${JSON.stringify(answer)}`);
    return id;
  }
}

const text = (value: string) => ({ type: "text", text: value });

/** A call of the template "aviso" that is right in every way. */
export const aviso = (to: string, more: object = {}) => ({
  messaging_product: "whatsapp",
  to,
  type: "template",
  template: {
    name: "aviso",
    language: { code: "pt_BR" },
    components: [{ type: "body", parameters: [text("Ana")] }],
  },
  ...more,
});

/** A call of any template with the components given. */
export const templateCall = (name: string, components: object[], language = "pt_BR") => ({
  messaging_product: "whatsapp",
  to: "5511987654321",
  type: "template",
  template: { name, language: { code: language }, components },
});

export const bodyOf = (...values: string[]) => ({ type: "body", parameters: values.map(text) });
export const urlButton = (index: number, value: string) => ({
  type: "button",
  sub_type: "url",
  index: String(index),
  parameters: [text(value)],
});

/** The nth invented person: a valid Brazilian mobile of DDD 11. */
export const person = (n: number): string => `55119${60_000_000 + n}`;
