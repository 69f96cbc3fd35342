import type { Contact } from "#core/audience/contact.ts";
import { CONTACT_FIELDS } from "#core/audience/contact-fields.ts";
import type { Template, TemplateButton, TemplateComponent } from "#core/meta/template.ts";

/**
 * What a variable is filled with: `text` in header or body, a `media` file, the `suffix` of a button's URL, the
 * `payload` of a quick reply, or a `coupon` code.
 */
export type VariableKind = "text" | "media" | "suffix" | "payload" | "coupon";

export interface TemplateVariable {
  /** `body.1`, `body.first_name`, `header.1`, `header.media`, `button.0.1`. */
  key: string;
  component: "header" | "body" | "button";
  /** What the template's author showed to Meta as an example, when it is there. */
  example: string | null;
  kind: VariableKind;
  /** Meta refuses the message without it. */
  required: boolean;
}

/** Header formats that carry a file, by Meta's name, with the name of the parameter that fills them. */
export const MEDIA_HEADERS: ReadonlyMap<string, "image" | "video" | "document"> = new Map([
  ["IMAGE", "image"],
  ["VIDEO", "video"],
  ["DOCUMENT", "document"],
]);

/** What a variable may draw on of a contact, beside `attributes.<name>`. */
export const VARIABLE_FIELDS = ["name", "firstName", ...CONTACT_FIELDS, "phone"] as const;
const ATTRIBUTE_PREFIX = "attributes.";

const SENDABLE_COMPONENTS = new Set(["HEADER", "BODY", "FOOTER", "BUTTONS"]);
const SENDABLE_BUTTONS = new Set(["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "OTP"]);

/**
 * Every variable of a template in the order in which Meta wants them. A quick reply needs none: its payload is then the
 * button's own text.
 */
export function listVariables(template: Template): TemplateVariable[] {
  const header = findComponent(template, "HEADER");
  const body = findComponent(template, "BODY");
  return [
    ...(header ? headerVariables(header, template.parameterFormat) : []),
    ...(body ? textVariables("body", body, template.parameterFormat) : []),
    ...templateButtons(template).flatMap(buttonVariables),
  ];
}

/** Why a template cannot be sent yet, in words for people; null when it can. What we do not know counts as cannot. */
export function unsupported(template: Template): string | null {
  const strange = template.components.find((component) => !SENDABLE_COMPONENTS.has(component.type.toUpperCase()));
  if (strange) return `component ${readable(strange.type)} is not supported`;
  if (!findComponent(template, "BODY")?.text) return "the template has no body text";

  const header = findComponent(template, "HEADER");
  const format = headerFormat(header);
  if (header && format !== "TEXT" && !MEDIA_HEADERS.has(format)) return `${readable(format)} header is not supported`;

  for (const button of templateButtons(template)) {
    const type = button.type.toUpperCase();
    if (!SENDABLE_BUTTONS.has(type)) return `${readable(type)} button is not supported`;
    if ((button.url?.match(/\{\{/g) ?? []).length > 1) return "a button URL has more than one variable";
  }
  return null;
}

/** Whether `field` is one that {@link contactField} can read. */
export function isVariableField(field: string): boolean {
  if (field.startsWith(ATTRIBUTE_PREFIX)) return field.length > ATTRIBUTE_PREFIX.length;
  return VARIABLE_FIELDS.some((known) => known === field);
}

/** A contact's value for a field; empty when the contact, or the vocabulary, does not have it. */
export function contactField(contact: Contact, field: string): string {
  if (field.startsWith(ATTRIBUTE_PREFIX)) {
    const name = field.slice(ATTRIBUTE_PREFIX.length);
    return Object.hasOwn(contact.attributes, name) ? (contact.attributes[name] ?? "") : "";
  }
  const known = VARIABLE_FIELDS.find((name) => name === field);
  if (known === undefined) return "";
  return known === "firstName" ? (contact.name.trim().split(/\s+/)[0] ?? "") : (contact[known] ?? "");
}

/** Finds a component whatever the case of its type: Meta writes `BODY` in lists and `body` in some answers. */
export function findComponent(template: Template, type: "HEADER" | "BODY" | "FOOTER" | "BUTTONS") {
  return template.components.find((component) => component.type.toUpperCase() === type);
}

export function templateButtons(template: Template): TemplateButton[] {
  return findComponent(template, "BUTTONS")?.buttons ?? [];
}

/** `TEXT`, `IMAGE`, …; a header that names no format is text. */
export function headerFormat(header: TemplateComponent | undefined): string {
  return (header?.format ?? "TEXT").toUpperCase();
}

/** A text cut at its variables: literal text alternates with names (`1`, `first_name`), starting with text. */
export function splitAtVariables(text: string, format: Template["parameterFormat"]): string[] {
  return text.split(format === "NAMED" ? /\{\{\s*(\w+)\s*\}\}/ : /\{\{\s*(\d+)\s*\}\}/);
}

/** Distinct names in a text: by number when positional, by first appearance when named. */
export function variableNames(text: string, format: Template["parameterFormat"]): string[] {
  const names = [...new Set(splitAtVariables(text, format).filter((_, index) => index % 2 === 1))];
  return format === "NAMED" ? names : names.sort((a, b) => Number(a) - Number(b));
}

function headerVariables(header: TemplateComponent, format: Template["parameterFormat"]): TemplateVariable[] {
  if (!MEDIA_HEADERS.has(headerFormat(header))) return textVariables("header", header, format);
  const example = firstText(field(header.example, "header_handle"));
  return [{ key: "header.media", component: "header", example, kind: "media", required: true }];
}

function textVariables(
  component: "header" | "body",
  from: TemplateComponent,
  format: Template["parameterFormat"],
): TemplateVariable[] {
  return variableNames(from.text ?? "", format).map((name, index) => ({
    key: `${component}.${name}`,
    component,
    example: format === "NAMED" ? namedExample(component, from, name) : positionalExample(component, from, index),
    kind: "text",
    required: true,
  }));
}

function buttonVariables(button: TemplateButton, index: number): TemplateVariable[] {
  const kind = buttonKind(button);
  if (kind === null) return [];
  const example = firstText(button.example);
  const prefix = button.url?.split("{{")[0] ?? "";
  // Meta shows the whole address as the example of a URL button; only its end is the variable.
  const shown = kind === "suffix" && example?.startsWith(prefix) ? example.slice(prefix.length) : example;
  return [{ key: `button.${index}.1`, component: "button", example: shown, kind, required: true }];
}

/** How a button's variable is filled, null when it has none. A one-time password travels as the suffix of a URL. */
function buttonKind(button: TemplateButton): "suffix" | "coupon" | null {
  switch (button.type.toUpperCase()) {
    case "URL":
      return button.url?.includes("{{") ? "suffix" : null;
    case "OTP":
      return "suffix";
    case "COPY_CODE":
      return "coupon";
    default:
      return null;
  }
}

/** Positional examples: `{body_text: [["Ana", "10"]]}`, `{header_text: ["Ana"]}`. */
function positionalExample(component: "header" | "body", from: TemplateComponent, index: number): string | null {
  const list = field(from.example, `${component}_text`);
  const row = Array.isArray(list) && Array.isArray(list[0]) ? list[0] : list;
  return Array.isArray(row) ? firstText(row[index]) : null;
}

/** Named examples: `{body_text_named_params: [{param_name: "first_name", example: "Ana"}]}`. */
function namedExample(component: "header" | "body", from: TemplateComponent, name: string): string | null {
  const list = field(from.example, `${component}_text_named_params`);
  if (!Array.isArray(list)) return null;
  return firstText(field(list.find((item) => field(item, "param_name") === name) ?? null, "example"));
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function firstText(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : null;
}

function readable(type: string): string {
  return type.toLowerCase().replaceAll("_", " ");
}
