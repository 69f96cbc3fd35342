import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aviso, Fixture, TEMPLATES, templateCall } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

const listSchema = z.object({
  data: z.array(z.looseObject({ id: z.string(), name: z.string().optional() })),
  paging: z.object({ cursors: z.object({ after: z.string() }), next: z.string().optional() }).optional(),
  summary: z.record(z.string(), z.number()).optional(),
});
const json = async (response: Promise<Response>): Promise<unknown> => (await response).json();

describe("a number", () => {
  it("gives the fields asked for and its id, nothing else", async () => {
    const fixture = await Fixture.create();
    const fields = "display_phone_number,quality_rating,throughput,status,whatsapp_business_manager_messaging_limit";
    expect(await json(fixture.graph("GET", `/${fixture.phoneId}?fields=${fields}`))).toEqual({
      id: fixture.phoneId,
      display_phone_number: "+55 11 98888-0001",
      quality_rating: "GREEN",
      throughput: { level: "HIGH" },
      status: "CONNECTED",
      whatsapp_business_manager_messaging_limit: "TIER_10K",
    });
  });

  it("answers 100 for a field that numbers do not have", async () => {
    const fixture = await Fixture.create();
    const response = await fixture.graph("GET", `/${fixture.phoneId}?fields=id,shoe_size`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 100, message: expect.stringContaining("nonexisting field (shoe_size)") },
    });
  });

  it("says that it cannot send once it is blocked", async () => {
    const fixture = await Fixture.create();
    const health = () => json(fixture.graph("GET", `/${fixture.phoneId}?fields=health_status`));
    expect(await health()).toMatchObject({ health_status: { can_send_message: "AVAILABLE" } });
    await fixture.control("PATCH", `/phones/${fixture.phoneId}`, { blocked: true });
    expect(await health()).toMatchObject({
      health_status: {
        can_send_message: "BLOCKED",
        entities: [{ entity_type: "PHONE_NUMBER", id: fixture.phoneId }, {}, {}, {}],
      },
    });
  });

  it("is listed under its account, page by page", async () => {
    const fixture = await Fixture.create();
    const first = listSchema.parse(
      await json(fixture.graph("GET", `/${fixture.wabaId}/phone_numbers?limit=1&fields=id`)),
    );
    expect(first.data).toEqual([{ id: fixture.phoneId }]);
    const next = await fixture.stub.fetch(first.paging?.next ?? "", {
      headers: { authorization: `Bearer ${fixture.token}` },
    });
    const second = listSchema.parse(await next.json());
    expect(second.data).toEqual([{ id: fixture.otherPhoneId }]);
    expect(second.paging?.next).toBeUndefined();
  });

  it("is invisible to another account's token, as are the account and its templates", async () => {
    const fixture = await Fixture.create();
    const { wabaId, phoneId, templateId } = await fixture.neighbour();
    const paths = [phoneId, wabaId, templateId, "996", `${wabaId}/phone_numbers`, `${wabaId}/message_templates`];
    for (const path of paths) {
      const response = await fixture.graph("GET", `/${path}`);
      expect([path, response.status, await response.json()]).toMatchObject([
        path,
        400,
        { error: { code: 100, error_subcode: 33 } },
      ]);
    }
  });
});

describe("an account", () => {
  it("names the portfolio that owns it", async () => {
    const fixture = await Fixture.create();
    expect(await json(fixture.graph("GET", `/${fixture.wabaId}?fields=id,name,owner_business_info`))).toEqual({
      id: fixture.wabaId,
      name: "Grupo Demo",
      owner_business_info: { id: fixture.portfolioId, name: "Grupo Demo" },
    });
    expect(await json(fixture.graph("GET", `/${fixture.portfolioId}`))).toEqual({
      id: fixture.portfolioId,
      name: "Grupo Demo",
    });
  });

  it("gives parts of a field where they are asked for", async () => {
    const fixture = await Fixture.create();
    expect(await json(fixture.graph("GET", `/${fixture.wabaId}?fields=owner_business_info{id}`))).toEqual({
      id: fixture.wabaId,
      owner_business_info: { id: fixture.portfolioId },
    });
  });

  it("is reached by paths with and without a version, and nothing else is", async () => {
    const fixture = await Fixture.create();
    const headers = { authorization: `Bearer ${fixture.token}` };
    for (const path of [`/${fixture.wabaId}`, `/v21.0/${fixture.wabaId}`])
      expect((await fixture.stub.fetch(`https://graph.facebook.com${path}`, { headers })).status).toBe(200);
    const unknown = await fixture.graph("GET", `/${fixture.wabaId}/shoes`);
    expect(await unknown.json()).toMatchObject({ error: { code: 2500 } });
  });
});

describe("the list of templates", () => {
  it("shows each template exactly once over its pages, whatever the size of a page", async () => {
    const fixture = await Fixture.create();
    for (const limit of [1, 3, 7, 100]) {
      const names: (string | undefined)[] = [];
      let next: string | undefined =
        `https://graph.facebook.com/v25.0/${fixture.wabaId}/message_templates?limit=${limit}`;
      while (next && names.length <= TEMPLATES.length) {
        const response: Response = await fixture.stub.fetch(next, {
          headers: { authorization: `Bearer ${fixture.token}` },
        });
        const page = listSchema.parse(await response.json());
        expect(page.data.length).toBeLessThanOrEqual(limit);
        names.push(...page.data.map((template) => template.name));
        next = page.paging?.next;
      }
      expect(names.sort()).toEqual(TEMPLATES.map((template) => template.name).sort());
    }
  });

  it("refuses a cursor that it did not give out with 131059", async () => {
    const fixture = await Fixture.create();
    for (const cursor of ["nonsense!", btoa("other:1")]) {
      const response = await fixture.graph(
        "GET",
        `/${fixture.wabaId}/message_templates?after=${encodeURIComponent(cursor)}`,
      );
      expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 131059 } }]);
    }
  });

  it("is narrowed by name and status, gives only the fields asked for, and counts", async () => {
    const fixture = await Fixture.create();
    const list = async (query: string) =>
      listSchema.parse(await json(fixture.graph("GET", `/${fixture.wabaId}/message_templates?${query}`)));
    expect((await list("name=aviso&fields=name,status")).data).toEqual([
      { id: expect.stringMatching(/^\d+$/), name: "aviso", status: "APPROVED" },
    ]);
    expect((await list("status=PAUSED")).data.map((template) => template.name)).toEqual(["estado_paused"]);
    expect((await list("limit=1&summary=total_count")).summary).toEqual({ total_count: TEMPLATES.length });
  });
});

const text = "Oi {{1}}, tudo bem?";
const example = { body_text: [["Ana"]] };
const definition = (more: object = {}) => ({
  name: "novo",
  language: "pt_BR",
  category: "MARKETING",
  components: [{ type: "BODY", text, example }],
  ...more,
});
const withPart = (...parts: object[]) => definition({ components: [{ type: "BODY", text, example }, ...parts] });
const withButtons = (...buttons: object[]) => withPart({ type: "BUTTONS", buttons });
const withBody = (bodyText: string, bodyExample: object = example) =>
  definition({ components: [{ type: "BODY", text: bodyText, example: bodyExample }] });

const wrongDefinitions: [wrong: string, body: unknown][] = [
  ["no JSON", "{"],
  ["capital letters in the name", definition({ name: "Novo" })],
  ["a language that is none", definition({ language: "portuguese" })],
  ["an unknown category", definition({ category: "SPAM" })],
  ["no components", definition({ components: [] })],
  ["no body", definition({ components: [{ type: "FOOTER", text: "x" }] })],
  [
    "two bodies",
    definition({
      components: [
        { type: "BODY", text: "Oi" },
        { type: "BODY", text: "Oi" },
      ],
    }),
  ],
  ["a body beyond 1024 characters", withBody("x".repeat(1025))],
  ["no example", withBody(text, {})],
  ["a gap in the numbers", withBody("Oi {{2}} aqui")],
  ["names in a positional template", withBody("Oi {{nome}} aqui")],
  ["numbers in a named template", definition({ parameter_format: "NAMED" })],
  ["a variable at the start", withBody("{{1}} oi")],
  ["a variable at the end", withBody("oi {{1}}")],
  ["a picture header without example", withPart({ type: "HEADER", format: "IMAGE" })],
  ["a header format that is none", withPart({ type: "HEADER", format: "SONG" })],
  ["a header beyond 60 characters", withPart({ type: "HEADER", format: "TEXT", text: "x".repeat(61) })],
  [
    "two variables in a header",
    withPart({ type: "HEADER", format: "TEXT", text: "{{1}} e {{2}}", example: { header_text: ["a", "b"] } }),
  ],
  ["a variable in the footer", withPart({ type: "FOOTER", text: "{{1}}" })],
  ["a footer beyond 60 characters", withPart({ type: "FOOTER", text: "x".repeat(61) })],
  ["eleven buttons", withButtons(...Array.from({ length: 11 }, (_, n) => ({ type: "QUICK_REPLY", text: `b${n}` })))],
  ["three links", withButtons(...[1, 2, 3].map((n) => ({ type: "URL", text: `b${n}`, url: "https://ex.com" })))],
  ["a label beyond 25 characters", withButtons({ type: "QUICK_REPLY", text: "x".repeat(26) })],
  [
    "a link with its variable in the middle",
    withButtons({ type: "URL", text: "Ver", url: "https://ex.com/{{1}}/a", example: ["a"] }),
  ],
  ["a link's variable without example", withButtons({ type: "URL", text: "Ver", url: "https://ex.com/{{1}}" })],
  ["a call without a number", withButtons({ type: "PHONE_NUMBER", text: "Ligar" })],
];

describe("creating a template", () => {
  it.each(wrongDefinitions)("is refused for %s", async (_, body) => {
    const fixture = await Fixture.create();
    const response = await fixture.graph("POST", `/${fixture.wabaId}/message_templates`, body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 100 } }]);
  });

  it("answers PENDING, and the webhook tells when it is approved and can be sent", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    const created = await json(fixture.graph("POST", `/${fixture.wabaId}/message_templates`, definition()));
    expect(created).toEqual({ id: expect.stringMatching(/^\d+$/), status: "PENDING", category: "MARKETING" });
    const call = templateCall("novo", [{ type: "body", parameters: [{ type: "text", text: "Ana" }] }]);
    await receiver.until((r) => r.fields("message_template_status_update").length === 1);
    expect(receiver.fields("message_template_status_update")[0]).toMatchObject({
      event: "APPROVED",
      message_template_name: "novo",
      reason: "NONE",
    });
    await fixture.accepted(call);
  });

  it("can end in a rejection, or never end", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await fixture.control("PUT", "/behaviour", { templateReview: "reject" });
    await fixture.graph("POST", `/${fixture.wabaId}/message_templates`, definition());
    await receiver.until((r) => r.fields("message_template_status_update").length === 1);
    expect(receiver.fields("message_template_status_update")[0]).toMatchObject({
      event: "REJECTED",
      reason: "INVALID_FORMAT",
    });
    await fixture.control("PUT", "/behaviour", { templateReview: "hold" });
    await fixture.graph("POST", `/${fixture.wabaId}/message_templates`, definition({ name: "outro" }));
    await receiver.untilQuiet();
    const { data } = listSchema.parse(
      await json(fixture.graph("GET", `/${fixture.wabaId}/message_templates?name=outro&fields=status`)),
    );
    expect(data[0]).toMatchObject({ status: "PENDING" });
  });

  it("is refused for a name and language that exist, not for another language", async () => {
    const fixture = await Fixture.create();
    const create = (more: object) => fixture.graph("POST", `/${fixture.wabaId}/message_templates`, definition(more));
    const again = await create({ name: "aviso" });
    expect(await again.json()).toMatchObject({ error: { code: 100, error_subcode: 2388024 } });
    expect((await create({ name: "aviso", language: "en_US" })).status).toBe(200);
  });

  it("shows a header's example as an address", async () => {
    const fixture = await Fixture.create();
    const header = { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::aW"] } };
    const created = z
      .object({ id: z.string() })
      .parse(await json(fixture.graph("POST", `/${fixture.wabaId}/message_templates`, withPart(header))));
    expect(await json(fixture.graph("GET", `/${created.id}?fields=components`))).toMatchObject({
      components: [{}, { type: "HEADER", example: { header_handle: [expect.stringMatching(/^https:/)] } }],
    });
  });

  it("begins with an upload whose handle comes in two steps", async () => {
    const fixture = await Fixture.create();
    const session = await json(
      fixture.graph("POST", "/1234/uploads?file_name=a.png&file_length=3&file_type=image/png"),
    );
    const { id } = z.object({ id: z.string().startsWith("upload:") }).parse(session);
    const sent = await fixture.stub.fetch(`https://graph.facebook.com/v25.0/${id}`, {
      method: "POST",
      headers: { authorization: `OAuth ${fixture.token}`, file_offset: "0" },
      body: "abc",
    });
    expect(await sent.json()).toEqual({ h: expect.stringMatching(/^4::/) });
  });
});

describe("deleting and editing a template", () => {
  it("makes the name unknown to sends and blocks it", async () => {
    const fixture = await Fixture.create();
    expect((await fixture.graph("DELETE", `/${fixture.wabaId}/message_templates?name=aviso`)).status).toBe(200);
    expect((await fixture.send(aviso("5511987654321"))).body.error?.code).toBe(132001);
    const again = await fixture.graph("POST", `/${fixture.wabaId}/message_templates`, definition({ name: "aviso" }));
    expect(await again.json()).toMatchObject({ error: { error_subcode: 2388023 } });
    const missing = await fixture.graph("DELETE", `/${fixture.wabaId}/message_templates?name=aviso`);
    expect([missing.status, await missing.json()]).toMatchObject([400, { error: { error_subcode: 2593002 } }]);
  });

  it("sends an edited template through review again", async () => {
    const fixture = await Fixture.create();
    const { data } = listSchema.parse(
      await json(fixture.graph("GET", `/${fixture.wabaId}/message_templates?name=aviso`)),
    );
    const id = data[0]?.id ?? "";
    const edited = await fixture.graph("POST", `/${id}`, { components: [{ type: "BODY", text, example }] });
    expect(await edited.json()).toEqual({ success: true });
    const twice = await fixture.graph("POST", `/${id}`, { components: [{ type: "BODY", text, example }] });
    expect(await twice.json()).toMatchObject({ error: { code: 100 } });
  });
});
