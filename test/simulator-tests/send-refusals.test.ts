import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { aviso, bodyOf, Fixture, templateCall, urlButton } from "./fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await Fixture.create();
});

const to = "5511987654321";
const body = (parameter: object) => ({ type: "body", parameters: [parameter] });
const image = (media: object) => ({ type: "header", parameters: [{ type: "image", image: media }] });
const link = "https://ex.com/a.jpg";

/** Every call that Meta refuses, what is wrong with it, and the code and HTTP status of the answer. */
const refusals: [wrong: string, call: unknown, code: number, httpStatus: number][] = [
  ["a body that is no JSON", "{", 100, 400],
  ["a list as body", [], 100, 400],
  ["no messaging_product", { to, type: "text", text: { body: "oi" } }, 100, 400],
  ["another messaging_product", aviso(to, { messaging_product: "sms" }), 100, 400],
  ["no recipient", { ...aviso(to), to: undefined }, 131009, 400],
  ["letters as recipient", aviso("onze"), 131009, 400],
  ["too few digits", aviso("5511"), 131009, 400],
  ["a number as recipient", aviso(to, { to: 5511987654321 }), 100, 400],
  ["a user id that is none", { ...aviso(to), to: undefined, recipient: "x" }, 131009, 400],
  ["the sender as recipient", aviso("+55 11 98888-0001"), 131021, 400],
  ["the sender without its ninth digit", aviso("551188880001"), 131021, 400],
  ["an unknown type", aviso(to, { type: "letter" }), 100, 400],
  ["callback data beyond 512 characters", aviso(to, { biz_opaque_callback_data: "x".repeat(513) }), 100, 400],
  ["no template", { ...aviso(to), template: undefined }, 131008, 400],
  ["no language", aviso(to, { template: { name: "aviso" } }), 131008, 400],
  [
    "a key Meta does not know",
    aviso(to, { template: { name: "aviso", language: { code: "pt_BR" }, colour: 1 } }),
    100,
    400,
  ],
  [
    "another language policy",
    aviso(to, { template: { name: "aviso", language: { code: "pt_BR", policy: "fallback" } } }),
    100,
    400,
  ],
  ["an unknown template", templateCall("nada", []), 132001, 404],
  ["an unknown language", templateCall("aviso", [bodyOf("Ana")], "en_US"), 132001, 404],
  ["a template under review", templateCall("estado_pending", []), 132001, 404],
  ["a rejected template", templateCall("estado_rejected", []), 132001, 404],
  ["a paused template", templateCall("estado_paused", []), 132015, 400],
  ["a disabled template", templateCall("estado_disabled", []), 132016, 400],
  ["no parameters", templateCall("aviso", []), 132000, 400],
  ["too many parameters", templateCall("aviso", [bodyOf("Ana", "Bia")]), 132000, 400],
  ["the body twice", templateCall("aviso", [bodyOf("Ana"), bodyOf("Ana")]), 100, 400],
  ["a component Meta does not know", templateCall("aviso", [bodyOf("Ana"), { type: "tail" }]), 100, 400],
  ["a number as text", templateCall("aviso", [body({ type: "text", text: 5 })]), 100, 400],
  ["an empty text", templateCall("aviso", [bodyOf("")]), 131008, 400],
  ["a text of spaces", templateCall("aviso", [bodyOf("  ")]), 131008, 400],
  ["a missing text", templateCall("aviso", [body({ type: "text" })]), 131008, 400],
  ["a line break", templateCall("aviso", [bodyOf("a\nb")]), 132012, 400],
  ["a tab", templateCall("aviso", [bodyOf("a\tb")]), 132012, 400],
  ["five spaces in a row", templateCall("aviso", [bodyOf("a     b")]), 132012, 400],
  ["a picture where a text belongs", templateCall("aviso", [body({ type: "image", image: { link } })]), 132012, 400],
  [
    "a name in a positional template",
    templateCall("aviso", [body({ type: "text", text: "Ana", parameter_name: "x" })]),
    132018,
    400,
  ],
  ["a body of more than 1024 characters", templateCall("aviso", [bodyOf("x".repeat(1010))]), 132005, 400],
  ["no names in a named template", templateCall("nomeado", [bodyOf("Ana", "1")]), 132000, 400],
  [
    "a wrong name in a named template",
    templateCall("nomeado", [
      {
        type: "body",
        parameters: [
          { type: "text", text: "Ana", parameter_name: "first_name" },
          { type: "text", text: "1", parameter_name: "cod" },
        ],
      },
    ]),
    132000,
    400,
  ],
  [
    "a name given twice",
    templateCall("nomeado", [
      {
        type: "body",
        parameters: [
          { type: "text", text: "Ana", parameter_name: "code" },
          { type: "text", text: "1", parameter_name: "code" },
        ],
      },
    ]),
    132018,
    400,
  ],
  ["no picture for a picture header", templateCall("foto", []), 132012, 400],
  [
    "a video for a picture header",
    templateCall("foto", [{ type: "header", parameters: [{ type: "video", video: { link } }] }]),
    132012,
    400,
  ],
  ["a picture without id or link", templateCall("foto", [image({})]), 131008, 400],
  ["a link that is no address", templateCall("foto", [image({ link: "a.jpg" })]), 131009, 400],
  ["a media id nobody uploaded", templateCall("foto", [image({ id: "123" })]), 131009, 400],
  [
    "a header for a template without",
    templateCall("aviso", [bodyOf("Ana"), { type: "header", parameters: [{ type: "text", text: "x" }] }]),
    132000,
    400,
  ],
  ["no text for a text header", templateCall("titulo", []), 132000, 400],
  [
    "a header of more than 60 characters",
    templateCall("titulo", [{ type: "header", parameters: [{ type: "text", text: "x".repeat(60) }] }]),
    132005,
    400,
  ],
  ["no parameter for a link button", templateCall("oferta", [bodyOf("Ana", "10%")]), 131008, 400],
  [
    "an empty parameter for a link button",
    templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(1, "")]),
    131008,
    400,
  ],
  [
    "a button the template lacks",
    templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(1, "a"), urlButton(2, "a")]),
    131009,
    400,
  ],
  [
    "a button given twice",
    templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(1, "a"), urlButton(1, "a")]),
    131009,
    400,
  ],
  [
    "a link button where a reply is",
    templateCall("oferta", [bodyOf("Ana", "10%"), urlButton(0, "a"), urlButton(1, "a")]),
    132012,
    400,
  ],
  [
    "a button without index",
    templateCall("oferta", [bodyOf("Ana", "10%"), { ...urlButton(1, "a"), index: undefined }]),
    131008,
    400,
  ],
  [
    "a coupon of more than 20 characters",
    templateCall("cupom", [
      {
        type: "button",
        sub_type: "copy_code",
        index: 0,
        parameters: [{ type: "coupon_code", coupon_code: "x".repeat(21) }],
      },
    ]),
    131009,
    400,
  ],
];

describe("a send is refused for", () => {
  it.each(refusals)("%s", async (_, call, code, httpStatus) => {
    const { status, body: answer } = await fixture.send(call);
    expect({ status, code: answer.error?.code }).toEqual({ status: httpStatus, code });
    expect(answer.error?.error_data?.details).not.toBe("");
    expect(answer.error?.message).toMatch(new RegExp(`^\\(#${code}\\) `));
    expect(answer.error?.fbtrace_id).toMatch(/^A/);
    expect(answer.messages).toBeUndefined();
  });
});

describe("a send by the wrong hand", () => {
  it("gets 190 without a token or with an unknown one", async () => {
    for (const token of [null, "stranger"]) {
      const { status, body: answer } = await fixture.send(aviso(to), token);
      expect({ status, code: answer.error?.code }).toEqual({ status: 401, code: 190 });
    }
  });

  it("gets 100 with subcode 33 for a number that is unknown or another account's", async () => {
    const { phoneId: neighbours } = await fixture.neighbour();
    for (const phoneId of ["1", neighbours]) {
      const response = await fixture.graph("POST", `/${phoneId}/messages`, aviso(to));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { code: 100, error_subcode: 33, type: "GraphMethodException" },
      });
    }
  });

  it("gets 132001 for another account's template", async () => {
    await fixture.neighbour();
    expect((await fixture.send(templateCall("vizinho", []))).body.error?.code).toBe(132001);
  });

  it("gets 190 once the token is revoked, and the code of a block or a lost registration", async () => {
    const own = await Fixture.create();
    const codeAfter = async (patch: object) => {
      await own.control("PATCH", `/phones/${own.phoneId}`, patch);
      return (await own.send(aviso(to))).body.error?.code;
    };
    expect(await codeAfter({ tokenRevoked: true })).toBe(190);
    expect(await codeAfter({ tokenRevoked: false, blocked: true })).toBe(131048);
    expect(await codeAfter({ blocked: 368 })).toBe(368);
    expect(await codeAfter({ blocked: false, status: "DISCONNECTED" })).toBe(133010);
    expect(await codeAfter({ status: "BANNED" })).toBe(131031);
    expect(await codeAfter({ status: "CONNECTED" })).toBeUndefined();
  });
});

describe("a send is accepted", () => {
  it("with named parameters in any order, and its body is rendered", async () => {
    const call = templateCall("nomeado", [
      {
        type: "body",
        parameters: [
          { type: "text", text: "77", parameter_name: "code" },
          { type: "text", text: "Ana", parameter_name: "first_name" },
        ],
      },
    ]);
    const wamid = await fixture.accepted(call);
    const record = z.object({ data: z.array(z.looseObject({ wamid: z.string(), body: z.string() })) });
    const { data } = record.parse(await (await fixture.control("GET", "/messages?limit=5000")).json());
    expect(data.find((message) => message.wamid === wamid)?.body).toBe("Olá Ana, o código é 77.");
  });

  it("with a link header, a payload, a coupon, and with dollar signs left as they are", async () => {
    await fixture.accepted(templateCall("foto", [image({ link })]));
    await fixture.accepted(
      templateCall("oferta", [
        bodyOf("$&", "R$ 10"),
        urlButton(1, "abc"),
        { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "SIM" }] },
      ]),
    );
    await fixture.accepted(
      templateCall("cupom", [
        {
          type: "button",
          sub_type: "copy_code",
          index: 0,
          parameters: [{ type: "coupon_code", coupon_code: "JUL10" }],
        },
      ]),
    );
  });

  it("with a media id only from the number that uploaded it, and only as its kind", async () => {
    const form = new FormData();
    form.set("messaging_product", "whatsapp");
    form.set("type", "image/png");
    form.set("file", new File([new Uint8Array(10)], "a.png", { type: "image/png" }));
    const upload = await fixture.stub.fetch(`https://graph.facebook.com/v25.0/${fixture.phoneId}/media`, {
      method: "POST",
      headers: { authorization: `Bearer ${fixture.token}` },
      body: form,
    });
    const { id } = z.object({ id: z.string() }).parse(await upload.json());
    await fixture.accepted(templateCall("foto", [image({ id })]));
    const elsewhere = await fixture.graph(
      "POST",
      `/${fixture.otherPhoneId}/messages`,
      templateCall("foto", [image({ id })]),
    );
    expect(await elsewhere.json()).toMatchObject({ error: { code: 131009 } });
    const read = await fixture.graph("GET", `/${id}`);
    expect(await read.json()).toMatchObject({ id, mime_type: "image/png", file_size: 10 });
  });

  it("to a user id, and is then answered without a wa_id", async () => {
    const { body: answer } = await fixture.send({ ...aviso(to), to: undefined, recipient: "BR.1a2B" });
    expect(answer.contacts).toEqual([{ input: "BR.1a2B", user_id: "BR.1a2B" }]);
  });

  it("with ids that never repeat and hold the recipient's number", async () => {
    const ids = await Promise.all(Array.from({ length: 200 }, () => fixture.accepted(aviso(to))));
    expect(new Set(ids).size).toBe(200);
    expect(atob(ids[0]?.slice("wamid.".length) ?? "")).toContain(to);
  });
});
