import { describe, expect, it } from "vitest";
import type { Template, TemplateButton, TemplateComponent } from "#core/meta/template.ts";
import { contactField, isVariableField, listVariables, unsupported } from "#core/templates/variables.ts";
import { aContact } from "../arbitraries.ts";

function aTemplate(components: TemplateComponent[], overrides: Partial<Template> = {}): Template {
  return {
    name: "promo",
    language: "pt_BR",
    category: "MARKETING",
    parameterFormat: "POSITIONAL",
    components,
    ...overrides,
  };
}
const body = { type: "BODY", text: "Oi!" };
const keys = (template: Template) => listVariables(template).map((variable) => variable.key);
const withButtons = (...buttons: TemplateButton[]) => aTemplate([body, { type: "BUTTONS", buttons }]);

describe("listVariables", () => {
  it("names positional variables in the order of their numbers, each once", () => {
    expect(keys(aTemplate([{ type: "BODY", text: "{{2}} e {{1}} e {{2}}, {{10}}" }]))).toEqual([
      "body.1",
      "body.2",
      "body.10",
    ]);
  });

  it("names named variables as the template does, in order of appearance", () => {
    const named = aTemplate([{ type: "BODY", text: "Oi {{ first_name }}, cupom {{code}}, {{first_name}}" }], {
      parameterFormat: "NAMED",
    });
    expect(keys(named)).toEqual(["body.first_name", "body.code"]);
  });

  it("finds header, body and buttons in Meta's order, whatever the order and case of the components", () => {
    const template = aTemplate([
      { type: "buttons", buttons: [{ type: "URL", url: "https://ex.com/{{1}}" }] },
      { type: "body", text: "Oi {{1}}" },
      { type: "header", format: "text", text: "Olá {{1}}" },
    ]);
    expect(keys(template)).toEqual(["header.1", "body.1", "button.0.1"]);
  });

  it("numbers a button's variable by the button's place among all buttons", () => {
    const template = withButtons(
      { type: "QUICK_REPLY", text: "Parar" },
      { type: "URL", text: "Site", url: "https://ex.com/" },
      { type: "PHONE_NUMBER", text: "Ligar", phone_number: "+551131234567" },
      { type: "URL", text: "Ver", url: "https://ex.com/{{1}}" },
      { type: "COPY_CODE", text: "Copiar" },
    );
    expect(listVariables(template).map(({ key, kind }) => [key, kind])).toEqual([
      ["button.3.1", "suffix"],
      ["button.4.1", "coupon"],
    ]);
  });

  it("asks for the code of an authentication template in the body and on the button", () => {
    const template = aTemplate([
      { type: "BODY", text: "*{{1}}* é seu código." },
      { type: "BUTTONS", buttons: [{ type: "OTP", text: "Copiar código" }] },
    ]);
    expect(keys(template)).toEqual(["body.1", "button.0.1"]);
  });

  it.each(["IMAGE", "VIDEO", "DOCUMENT"])("asks for the file of a header of format %s", (format) => {
    const template = aTemplate([{ type: "HEADER", format, example: { header_handle: ["https://cdn/x"] } }, body]);
    expect(listVariables(template)).toEqual([
      { key: "header.media", component: "header", example: "https://cdn/x", kind: "media", required: true },
    ]);
  });

  it("shows the examples of a positional template", () => {
    const template = aTemplate([
      { type: "HEADER", format: "TEXT", text: "Olá {{1}}", example: { header_text: ["Bia"] } },
      { type: "BODY", text: "{{1}} {{2}}", example: { body_text: [["Ana", "JUL10"]] } },
      {
        type: "BUTTONS",
        buttons: [
          { type: "URL", url: "https://ex.com/{{1}}", example: ["https://ex.com/abc"] },
          { type: "COPY_CODE", example: "JUL10" },
        ],
      },
    ]);
    expect(listVariables(template).map(({ key, example }) => [key, example])).toEqual([
      ["header.1", "Bia"],
      ["body.1", "Ana"],
      ["body.2", "JUL10"],
      ["button.0.1", "abc"],
      ["button.1.1", "JUL10"],
    ]);
  });

  it("shows the examples of a named template", () => {
    const template = aTemplate(
      [
        {
          type: "BODY",
          text: "{{code}} {{first_name}}",
          example: {
            body_text_named_params: [
              { param_name: "first_name", example: "Ana" },
              { param_name: "code", example: "JUL10" },
            ],
          },
        },
      ],
      { parameterFormat: "NAMED" },
    );
    expect(listVariables(template).map(({ example }) => example)).toEqual(["JUL10", "Ana"]);
  });

  it.each([undefined, null, 7, "x", [], { body_text: 7 }, { body_text: [[7]] }, { body_text: [] }])(
    "has no example when Meta gives %j",
    (example) => {
      expect(listVariables(aTemplate([{ type: "BODY", text: "{{1}}", example }]))[0]?.example).toBeNull();
    },
  );
});

describe("unsupported", () => {
  it("is null for everything that we send", () => {
    const template = aTemplate([
      { type: "HEADER", format: "IMAGE" },
      body,
      { type: "FOOTER", text: "Toque em Parar" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Parar" },
          { type: "URL", url: "https://ex.com/{{1}}" },
          { type: "PHONE_NUMBER" },
          { type: "COPY_CODE" },
        ],
      },
    ]);
    expect(unsupported(template)).toBeNull();
  });

  it.each<[string, Template]>([
    ["carousel", aTemplate([body, { type: "CAROUSEL" }])],
    ["limited time offer", aTemplate([body, { type: "LIMITED_TIME_OFFER" }])],
    ["call permission request", aTemplate([body, { type: "call_permission_request" }])],
    ["location header", aTemplate([{ type: "HEADER", format: "LOCATION" }, body])],
    ["hologram header", aTemplate([{ type: "HEADER", format: "HOLOGRAM" }, body])],
    ["flow button", withButtons({ type: "FLOW" })],
    ["catalog button", withButtons({ type: "CATALOG" })],
    ["mpm button", withButtons({ type: "QUICK_REPLY" }, { type: "MPM" })],
    ["button of tomorrow button", withButtons({ type: "BUTTON_OF_TOMORROW" })],
    ["more than one variable", withButtons({ type: "URL", url: "https://{{1}}.com/{{2}}" })],
    ["no body text", aTemplate([{ type: "HEADER", format: "TEXT", text: "Oi" }])],
  ])("names what stands in the way: %s", (words, template) => {
    expect(unsupported(template)).toContain(words);
  });
});

describe("contactField", () => {
  const contact = aContact({
    name: "  Ana Maria Souza",
    document: "11144477735",
    email: null,
    attributes: { Valor: "10", "Data.Vencimento": "2026-12-01" },
  });

  it.each([
    ["name", "  Ana Maria Souza"],
    ["firstName", "Ana"],
    ["document", "11144477735"],
    ["customerCode", ""],
    ["email", ""],
    ["phone", "+5511961234567"],
    ["attributes.Valor", "10"],
    ["attributes.Data.Vencimento", "2026-12-01"],
    ["attributes.toString", ""],
    ["attributes.", ""],
    ["hashtags", ""],
    ["optInStatus", ""],
  ])("%s is %j", (field, expected) => {
    expect(contactField(contact, field)).toBe(expected);
  });

  it("knows which fields there are", () => {
    expect(["name", "firstName", "attributes.X"].every(isVariableField)).toBe(true);
    expect(["", "id", "attributes", "attributes.", "optInStatus"].some(isVariableField)).toBe(false);
  });
});
