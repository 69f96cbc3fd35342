import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Template, TemplateComponent } from "#core/meta/template.ts";
import {
  compactVariables,
  expandVariables,
  type MetaSendRequest,
  prepareTemplate,
  renderRequest,
  renderText,
  resolveVariables,
  type VariableValues,
  validateRendered,
} from "#core/templates/rendering.ts";
import type { VariableMap, VariableSource } from "#core/templates/variable-source.ts";
import { listVariables } from "#core/templates/variables.ts";
import { aContact, anyContact, anyText } from "../arbitraries.ts";

function aTemplate(components: TemplateComponent[], overrides: Partial<Template> = {}): Template {
  return {
    name: "pedido_pronto",
    language: "pt_BR",
    category: "UTILITY",
    parameterFormat: "POSITIONAL",
    components,
    ...overrides,
  };
}
const oneVariable = aTemplate([{ type: "BODY", text: "Oi {{1}}!" }]);
const imageHeader = aTemplate([
  { type: "HEADER", format: "IMAGE" },
  { type: "BODY", text: "Oi!" },
]);

/** The value of the only variable of `oneVariable`, or the missing keys. */
function resolveOne(source: VariableSource, contact = aContact()) {
  const resolved = resolveVariables(oneVariable, { "body.1": source }, contact);
  return resolved.ok ? resolved.value["body.1"] : resolved.error;
}
function resolveMedia(source: VariableSource, contact = aContact()) {
  const resolved = resolveVariables(imageHeader, { "header.media": source }, contact);
  return resolved.ok ? resolved.value["header.media"] : resolved.error;
}

/** Sound templates of every shape that we send. */
const anyTemplate: fc.Arbitrary<Template> = fc
  .record({
    named: fc.boolean(),
    header: fc.constantFrom("none", "plain", "text", "IMAGE", "VIDEO", "DOCUMENT"),
    bodyVariables: fc.integer({ min: 0, max: 12 }),
    footer: fc.boolean(),
    buttons: fc.array(
      fc.constantFrom(
        { type: "QUICK_REPLY", text: "Parar" },
        { type: "URL", text: "Site", url: "https://ex.com" },
        { type: "URL", text: "Ver", url: "https://ex.com/{{1}}" },
        { type: "PHONE_NUMBER", text: "Ligar" },
        { type: "COPY_CODE", text: "Copiar" },
      ),
      { maxLength: 4 },
    ),
  })
  .map(({ named, header, bodyVariables, footer, buttons }) => {
    const name = (index: number) => (named ? `{{campo_${index}}}` : `{{${index}}}`);
    const components: TemplateComponent[] = [];
    if (header === "plain") components.push({ type: "HEADER", format: "TEXT", text: "Aviso" });
    else if (header === "text") components.push({ type: "HEADER", format: "TEXT", text: `Aviso ${name(1)}` });
    else if (header !== "none") components.push({ type: "HEADER", format: header });
    const parts = Array.from({ length: bodyVariables }, (_, index) => `${name(index + 1)} e `);
    components.push({ type: "BODY", text: `Oi ${parts.join("")}tchau` });
    if (footer) components.push({ type: "FOOTER", text: "Rodapé" });
    if (buttons.length > 0) components.push({ type: "BUTTONS", buttons });
    return aTemplate(components, { parameterFormat: named ? "NAMED" : "POSITIONAL" });
  });

const textSource: fc.Arbitrary<VariableSource> = fc.oneof(
  fc.record({
    field: fc.constantFrom("name", "firstName", "document", "email", "attributes.Valor", "nothing"),
    fallback: fc.option(fc.oneof(anyText, fc.constant("-")), { nil: undefined, freq: 10 }),
  }),
  fc.record({ value: anyText }),
);
const fileSource: fc.Arbitrary<VariableSource> = fc.oneof(
  fc.record({ link: fc.oneof(fc.webUrl(), anyText), filename: fc.option(anyText, { nil: undefined }) }),
  fc.record({ mediaId: anyText, filename: fc.option(anyText, { nil: undefined }) }),
);

/** Mostly sources of the right kind, so that most messages can be sent. */
const mapFor = (template: Template): fc.Arbitrary<VariableMap> =>
  fc.record(
    Object.fromEntries(
      listVariables(template).map(({ key, kind }) => {
        const [right, wrong] = kind === "media" ? [fileSource, textSource] : [textSource, fileSource];
        return [key, fc.oneof({ weight: 50, arbitrary: right }, { weight: 1, arbitrary: wrong })];
      }),
    ),
  );

/** Why Meta would refuse a parameter's text, by its documentation and what its clients have met. */
function refusal(text: unknown): string | null {
  if (typeof text !== "string") return "not a text";
  if (text.trim() === "") return "empty";
  if (/[\n\r\t\v\f\u0085\u2028\u2029]/.test(text)) return "line break or tab";
  if (/\s{5}/.test(text)) return "more than four blanks";
  if (/\p{Cc}/u.test(text)) return "control character";
  return text.isWellFormed() ? null : "broken Unicode";
}

/** Every string that stands for a value in the request. */
function parameterTexts(request: MetaSendRequest): unknown[] {
  return (request.template.components ?? []).flatMap((component): unknown[] =>
    component.parameters.map((parameter) => {
      if (parameter.type === "text") return parameter.text;
      if (parameter.type === "coupon_code") return parameter.coupon_code;
      const file = "image" in parameter ? parameter.image : "video" in parameter ? parameter.video : parameter.document;
      return "id" in file ? file.id : file.link;
    }),
  );
}

describe("a rendered request", () => {
  it("never has a parameter that Meta refuses, and has one for every variable, whatever the contact and the settings", () => {
    const cases = anyTemplate.chain((template) => fc.tuple(fc.constant(template), mapFor(template), anyContact));
    let sent = 0;
    fc.assert(
      fc.property(cases, ([template, map, contact]) => {
        const resolved = resolveVariables(template, map, contact);
        if (!resolved.ok) {
          expect(resolved.error.missing.length).toBeGreaterThan(0);
          return;
        }
        sent += 1;
        const texts = parameterTexts(renderRequest(template, resolved.value, "+5511961234567", "c:1;r:1"));
        expect(texts).toHaveLength(listVariables(template).length);
        for (const text of texts) expect(refusal(text)).toBeNull();
      }),
      { numRuns: 3000 },
    );
    expect(sent).toBeGreaterThan(1000);
  });

  it("holds for each kind of variable by itself, for any text", () => {
    const template = aTemplate([
      { type: "HEADER", format: "TEXT", text: "{{1}}" },
      { type: "BODY", text: "{{1}}" },
      { type: "BUTTONS", buttons: [{ type: "URL", url: "https://ex.com/{{1}}" }, { type: "COPY_CODE" }] },
    ]);
    fc.assert(
      fc.property(anyText, (value) => {
        const map = Object.fromEntries(listVariables(template).map(({ key }) => [key, { value }]));
        const resolved = resolveVariables(template, map, aContact());
        if (!resolved.ok) return;
        for (const text of Object.values(resolved.value)) expect(refusal(text)).toBeNull();
        expect(resolved.value["button.0.1"]).toMatch(/^[!-~]+$/);
      }),
      { numRuns: 5000 },
    );
  });

  it("is what Meta's documentation shows for a positional template with image and buttons", () => {
    const template = aTemplate([
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Oi {{1}}, pedido {{2}}" },
      { type: "FOOTER", text: "Obrigado" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Parar" },
          { type: "URL", text: "Ver", url: "https://ex.com/{{1}}" },
          { type: "COPY_CODE", text: "Copiar" },
        ],
      },
    ]);
    const values: VariableValues = {
      "header.media": { mediaId: "MEDIA_ID", filename: "ignored.png" },
      "body.1": "Ana",
      "body.2": "42",
      "button.1.1": "abc123",
      "button.2.1": "JUL10",
    };
    expect(renderRequest(template, values, "+5511987654321", "c:42;r:9001")).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+5511987654321",
      type: "template",
      biz_opaque_callback_data: "c:42;r:9001",
      template: {
        name: "pedido_pronto",
        language: { code: "pt_BR", policy: "deterministic" },
        components: [
          { type: "header", parameters: [{ type: "image", image: { id: "MEDIA_ID" } }] },
          {
            type: "body",
            parameters: [
              { type: "text", text: "Ana" },
              { type: "text", text: "42" },
            ],
          },
          { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "abc123" }] },
          {
            type: "button",
            sub_type: "copy_code",
            index: "2",
            parameters: [{ type: "coupon_code", coupon_code: "JUL10" }],
          },
        ],
      },
    });
  });

  it("names the parameters of a named template, in header and body but not on buttons", () => {
    const template = aTemplate(
      [
        { type: "HEADER", format: "TEXT", text: "Oi {{nome}}" },
        { type: "BODY", text: "Cupom {{cupom}} para {{nome}}" },
        { type: "BUTTONS", buttons: [{ type: "URL", url: "https://ex.com/{{1}}" }] },
      ],
      { parameterFormat: "NAMED" },
    );
    const values = { "header.nome": "Ana", "body.cupom": "J10", "body.nome": "Ana", "button.0.1": "a" };
    expect(renderRequest(template, values, "+5511987654321", "x").template.components).toEqual([
      { type: "header", parameters: [{ type: "text", parameter_name: "nome", text: "Ana" }] },
      {
        type: "body",
        parameters: [
          { type: "text", parameter_name: "cupom", text: "J10" },
          { type: "text", parameter_name: "nome", text: "Ana" },
        ],
      },
      { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "a" }] },
    ]);
  });

  it("sends a document with its name, by link", () => {
    const template = aTemplate([
      { type: "HEADER", format: "DOCUMENT" },
      { type: "BODY", text: "Segue o boleto" },
    ]);
    const values = { "header.media": { link: "https://ex.com/a.pdf", filename: "boleto.pdf" } };
    expect(renderRequest(template, values, "+5511987654321", "x").template.components).toEqual([
      {
        type: "header",
        parameters: [{ type: "document", document: { link: "https://ex.com/a.pdf", filename: "boleto.pdf" } }],
      },
    ]);
  });

  it.each([
    [{ link: "https://ex.com/docs/boleto%20maio.pdf?sig=a/b.zip#x" }, "boleto maio.pdf"],
    [{ link: "https://ex.com/docs/a%2Fb%5Cc.pdf" }, "a_b_c.pdf"],
    [{ link: "https://ex.com/docs/%ff.pdf" }, "%ff.pdf"],
    [{ link: "https://ex.com/docs/42" }, "lembrete.pdf"],
    [{ link: "https://ex.com/" }, "lembrete.pdf"],
    [{ link: "https://ex.com/.pdf" }, "lembrete.pdf"],
    [{ link: `https://ex.com/${"x".repeat(300)}.pdf` }, "lembrete.pdf"],
    [{ mediaId: "123" }, "lembrete.pdf"],
    [{ mediaId: "123", filename: "boleto.pdf" }, "boleto.pdf"],
  ])("shows a document %j as %s, for without a name the phone says Untitled", (media, filename) => {
    const template = aTemplate(
      [
        { type: "HEADER", format: "DOCUMENT" },
        { type: "BODY", text: "Segue o boleto" },
      ],
      { name: "lembrete" },
    );
    const [header] =
      renderRequest(template, { "header.media": media }, "+5511987654321", "x").template.components ?? [];
    expect(header?.parameters).toMatchObject([{ type: "document", document: { filename } }]);
  });

  it("has no components when the template has no variables", () => {
    const template = aTemplate([{ type: "BODY", text: "Oi" }]);
    expect(renderRequest(template, {}, "+5511987654321", "x").template).not.toHaveProperty("components");
  });

  it("leaves out a variable that has no value, so Meta refuses the message", () => {
    expect(renderRequest(oneVariable, {}, "+5511987654321", "x").template).not.toHaveProperty("components");
  });

  it("is the same from a prepared template, and from values that were stored", () => {
    const cases = anyTemplate.chain((template) => fc.tuple(fc.constant(template), mapFor(template), anyContact));
    fc.assert(
      fc.property(cases, ([template, map, contact]) => {
        const prepared = prepareTemplate(template);
        const resolved = resolveVariables(template, map, contact);
        expect(resolveVariables(prepared, map, contact)).toEqual(resolved);
        if (!resolved.ok) return;
        const stored = expandVariables(compactVariables(resolved.value));
        const direct = renderRequest(template, resolved.value, "+5511961234567", "x");
        expect(renderRequest(prepared, stored, "+5511961234567", "x")).toEqual(direct);
        expect(renderText(prepared, stored)).toBe(renderText(template, resolved.value));
      }),
    );
  });
});

describe("resolveVariables", () => {
  it.each<[VariableSource, unknown]>([
    [{ field: "name" }, "Ana Souza"],
    [{ field: "firstName" }, "Ana"],
    [{ field: "email", fallback: "-" }, "-"],
    [{ field: "attributes.Valor", fallback: "  a\nb " }, "a b"],
    [{ value: "10%" }, "10%"],
    [{ value: "a\n\n\tb" }, "a b"],
    [{ value: "a    b" }, "a    b"],
    [{ value: "a     b" }, "a b"],
    [{ value: "a\u0000b" }, "a b"],
    [{ value: "\ud83d" }, "\ufffd"],
    [{ value: "👩‍👩‍👧" }, "👩‍👩‍👧"],
    [{ value: "{{2}}" }, "{{2}}"],
    [{ field: "email" }, { missing: ["body.1"] }],
    [{ field: "email", fallback: " \n" }, { missing: ["body.1"] }],
    [{ field: "nothing" }, { missing: ["body.1"] }],
    [{ value: "\u200b\u3164" }, { missing: ["body.1"] }],
    [{ link: "https://ex.com/a.png" }, { missing: ["body.1"] }],
    [{ mediaId: "1" }, { missing: ["body.1"] }],
  ])("from %j takes %j", (source, expected) => {
    expect(resolveOne(source)).toEqual(expected);
  });

  it.each<[VariableSource, unknown]>([
    [{ link: " https://ex.com/a b.png" }, { link: "https://ex.com/a%20b.png" }],
    [
      { link: "https://ex.com/a%20b.png", filename: "b.png" },
      { link: "https://ex.com/a%20b.png", filename: "b.png" },
    ],
    [{ mediaId: "123" }, { mediaId: "123" }],
    [{ value: "https://ex.com/a.png" }, { link: "https://ex.com/a.png" }],
    [{ field: "attributes.Boleto" }, { link: "https://ex.com/1.pdf" }],
    [{ field: "attributes.Foto" }, { missing: ["header.media"] }],
    [{ link: "ftp://ex.com/a.png" }, { missing: ["header.media"] }],
    [{ link: "" }, { missing: ["header.media"] }],
    [{ mediaId: " " }, { missing: ["header.media"] }],
    [{ value: "a picture" }, { missing: ["header.media"] }],
  ])("takes the file of a header from %j: %j", (source, expected) => {
    expect(resolveMedia(source, aContact({ attributes: { Boleto: "https://ex.com/1.pdf" } }))).toEqual(expected);
  });

  it("names every variable without a value, in order", () => {
    const template = aTemplate([
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "{{1}} {{2}}" },
    ]);
    const resolved = resolveVariables(template, { "body.1": { value: "x" } }, aContact());
    expect(resolved).toEqual({ ok: false, error: { missing: ["header.media", "body.2"] } });
  });

  it("escapes the end of a URL once, however often it is escaped before", () => {
    const template = aTemplate([
      { type: "BODY", text: "Oi" },
      { type: "BUTTONS", buttons: [{ type: "URL", url: "https://ex.com/{{1}}" }] },
    ]);
    const suffix = (value: string) => {
      const resolved = resolveVariables(template, { "button.0.1": { value } }, aContact());
      return resolved.ok ? resolved.value["button.0.1"] : null;
    };
    expect(suffix("a b/ç?x=1&y=2")).toBe("a%20b/%C3%A7?x=1&y=2");
    expect(suffix("a%20b")).toBe("a%20b");
    expect(suffix("10%")).toBe("10%25");
    fc.assert(
      fc.property(anyText, (value) => {
        const once = suffix(value);
        if (typeof once === "string") expect(suffix(once)).toBe(once);
      }),
    );
  });
});

describe("expandVariables", () => {
  it("leaves out what is not a value", () => {
    const json = '{"body.1":"a","body.2":7,"header.media":{"link":"x"},"header.1":{"link":7},"button.0.1":null}';
    expect(expandVariables(json)).toEqual({ "body.1": "a", "header.media": { link: "x" } });
    expect(expandVariables("null")).toEqual({});
  });
});

describe("renderText", () => {
  it("is what the person reads", () => {
    const template = aTemplate([
      { type: "HEADER", format: "TEXT", text: "Olá {{1}}" },
      { type: "BODY", text: "Seu pedido {{1}}\nchegou, {{2}}. {{1}}" },
      { type: "FOOTER", text: "Toque em Parar" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Parar" },
          { type: "URL", text: "Ver", url: "https://ex.com/{{1}}" },
        ],
      },
    ]);
    const values = { "header.1": "Ana", "body.1": "42", "body.2": "Bia", "button.1.1": "x" };
    expect(renderText(template, values)).toBe(
      "Olá Ana\nSeu pedido 42\nchegou, Bia. 42\nToque em Parar\n[Parar]\n[Ver]",
    );
  });

  it("shows a neutral tag for a file", () => {
    expect(renderText(imageHeader, { "header.media": { mediaId: "1" } })).toBe("[image]\nOi!");
  });

  it("leaves braces and dollar signs in a value as they are", () => {
    const template = aTemplate([{ type: "BODY", text: "{{1}}|{{2}}" }]);
    fc.assert(
      fc.property(fc.constantFrom("{{2}}", "{{1}}", "$&", "$1", "}}{{"), anyText, (first, second) => {
        expect(renderText(template, { "body.1": first, "body.2": second })).toBe(`${first}|${second}`);
      }),
    );
  });
});

describe("validateRendered", () => {
  const long = aTemplate([
    { type: "HEADER", format: "TEXT", text: "Oi {{1}}" },
    { type: "BODY", text: "Oi {{1}}" },
    { type: "BUTTONS", buttons: [{ type: "COPY_CODE" }, { type: "URL", url: "https://ex.com/{{1}}" }] },
  ]);
  const sized = (header: number, body: number, coupon: number, suffix: number) =>
    validateRendered(long, {
      "header.1": "x".repeat(header),
      "body.1": "x".repeat(body),
      "button.0.1": "x".repeat(coupon),
      "button.1.1": "x".repeat(suffix),
    });

  it("accepts a message that just fits", () => {
    expect(sized(57, 1021, 20, 1985)).toEqual({ ok: true, value: { bodyLength: 1024 } });
  });

  it("lists every part that is one character too long", () => {
    expect(sized(58, 1022, 21, 1986)).toEqual({
      ok: false,
      error: [
        { code: 132005, part: "header", length: 61, limit: 60 },
        { code: 132005, part: "body", length: 1025, limit: 1024 },
        { code: 132005, part: "button.0.1", length: 21, limit: 20 },
        { code: 132005, part: "button.1.1", length: 2001, limit: 2000 },
      ],
    });
  });
});
