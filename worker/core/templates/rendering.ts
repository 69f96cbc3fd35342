import type { Contact } from "#core/audience/contact.ts";
import type { Template } from "#core/meta/template.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { VariableMap, VariableSource } from "./variable-source.ts";
import {
  contactField,
  findComponent,
  headerFormat,
  listVariables,
  MEDIA_HEADERS,
  splitAtVariables,
  type TemplateVariable,
  templateButtons,
  type VariableKind,
  variableNames,
} from "./variables.ts";

/** A file for a media header: a public address, or an id that Meta gave to the sending number. */
export interface MediaValue {
  link?: string;
  mediaId?: string;
  filename?: string;
}

/** What fills each variable of one person's message, by variable key. Texts are already in a form Meta accepts. */
export type VariableValues = Record<string, string | MediaValue>;

/** The body of Meta's `POST /{phone-number-id}/messages` for a template. */
export interface MetaSendRequest {
  messaging_product: "whatsapp";
  recipient_type: "individual";
  to: string;
  type: "template";
  biz_opaque_callback_data: string;
  template: {
    name: string;
    language: { code: string; policy: "deterministic" };
    /** Only components that have parameters; absent when there are none. */
    components?: SendComponent[];
  };
}

export type SendComponent =
  | { type: "header"; parameters: (TextParameter | MediaParameter)[] }
  | { type: "body"; parameters: TextParameter[] }
  | { type: "button"; sub_type: "url"; index: string; parameters: TextParameter[] }
  | { type: "button"; sub_type: "copy_code"; index: string; parameters: CouponParameter[] };
type TextParameter = { type: "text"; parameter_name?: string; text: string };
type CouponParameter = { type: "coupon_code"; coupon_code: string };
type MediaFile = { id: string; filename?: string } | { link: string; filename?: string };
type MediaParameter =
  | { type: "image"; image: MediaFile }
  | { type: "video"; video: MediaFile }
  | { type: "document"; document: MediaFile };

/** A rendered part that is longer than WhatsApp allows, for which Meta's error code is 132005. */
export interface TooLong {
  code: 132005;
  /** `header`, `body`, or the key of a button's variable. */
  part: string;
  /** In UTF-16 units, which never undercounts. */
  length: number;
  limit: number;
}

/**
 * Meta's limits, in characters. A body that stands alone may be longer by some accounts; no published page says so,
 * hence the smaller limit for all.
 */
const LIMIT = { body: 1024, header: 60, coupon: 20, url: 2000 } as const;

const MOST_FILENAME = 240;

/** A template read once, for messages to many people. Every function here takes this or the template itself. */
export interface PreparedTemplate {
  prepared: true;
  name: string;
  language: string;
  variables: TemplateVariable[];
  header: PreparedText | null;
  media: "image" | "video" | "document" | null;
  body: PreparedText;
  footer: string;
  buttons: { label: string; url: string; kind: VariableKind | null; key: string; index: string }[];
}

interface PreparedText {
  /** Literal text and variable keys in turn, starting with text. */
  parts: string[];
  /** In the order of the parameters; `name` only for a template with named parameters. */
  parameters: { key: string; name: string | null }[];
}

export function prepareTemplate(template: Template): PreparedTemplate {
  const variables = listVariables(template);
  const header = findComponent(template, "HEADER");
  const media = MEDIA_HEADERS.get(headerFormat(header)) ?? null;
  return {
    prepared: true,
    name: template.name,
    language: template.language,
    variables,
    header: header && media === null ? prepareText("header", header.text ?? "", template) : null,
    media,
    body: prepareText("body", findComponent(template, "BODY")?.text ?? "", template),
    footer: findComponent(template, "FOOTER")?.text ?? "",
    buttons: templateButtons(template).map((button, index) => {
      const key = `button.${index}.1`;
      const kind = variables.find((variable) => variable.key === key)?.kind ?? null;
      return { label: button.text ?? "", url: button.url ?? "", kind, key, index: String(index) };
    }),
  };
}

/**
 * Finds a sendable value for every variable. `missing` lists the keys that have none: not in the map, empty for this
 * contact with no fallback, or of the wrong kind (a file for a text). A media header also takes a text that is an
 * address, so each person can get a document of their own.
 */
export function resolveVariables(
  template: Template | PreparedTemplate,
  map: VariableMap,
  contact: Contact,
): Result<VariableValues, { missing: string[] }> {
  const values: VariableValues = {};
  const missing: string[] = [];
  for (const { key, kind } of prepare(template).variables) {
    const source = map[key];
    const value = source && (kind === "media" ? mediaValue(source, contact) : textValue(source, kind, contact));
    if (value) values[key] = value;
    else missing.push(key);
  }
  return missing.length === 0 ? ok(values) : err({ missing });
}

/** One person's values as the text to store; {@link expandVariables} reads it back. */
export function compactVariables(values: VariableValues): string {
  return JSON.stringify(values);
}

/** Reads stored values. An entry of another shape is left out, as if it had never been resolved. */
export function expandVariables(json: string): VariableValues {
  const stored: unknown = JSON.parse(json);
  const values: VariableValues = {};
  for (const [key, value] of Object.entries(typeof stored === "object" && stored !== null ? stored : {})) {
    if (isVariableValue(value)) values[key] = value;
  }
  return values;
}

/**
 * The exact request for one person. `to` is E.164. A variable without a value is left out: Meta then refuses the message
 * with 132000, which stops the campaign, where a made-up value would reach a person.
 */
export function renderRequest(
  template: Template | PreparedTemplate,
  values: VariableValues,
  to: string,
  callbackData: string,
): MetaSendRequest {
  const prepared = prepare(template);
  const components: SendComponent[] = [];
  const header = headerParameters(prepared, values);
  if (header.length > 0) components.push({ type: "header", parameters: header });
  const body = textParameters(prepared.body, values);
  if (body.length > 0) components.push({ type: "body", parameters: body });
  for (const { key, kind, index } of prepared.buttons) {
    const text = values[key];
    if (kind === null || typeof text !== "string") continue;
    components.push(
      kind === "coupon"
        ? { type: "button", sub_type: "copy_code", index, parameters: [{ type: "coupon_code", coupon_code: text }] }
        : { type: "button", sub_type: "url", index, parameters: [{ type: "text", text }] },
    );
  }
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to,
    type: "template",
    biz_opaque_callback_data: callbackData,
    template: {
      name: prepared.name,
      language: { code: prepared.language, policy: "deterministic" },
      ...(components.length > 0 ? { components } : {}),
    },
  };
}

/** What the person reads, line by line: header (`[image]` for a file), body, footer, and each button as `[Label]`. */
export function renderText(template: Template | PreparedTemplate, values: VariableValues): string {
  const prepared = prepare(template);
  const header = prepared.media ? `[${prepared.media}]` : prepared.header && fill(prepared.header, values);
  const buttons = prepared.buttons.map((button) => `[${button.label}]`);
  return [header, fill(prepared.body, values), prepared.footer, ...buttons].filter(Boolean).join("\n");
}

/** Checks the lengths of one person's message; the error lists every part that is too long. */
export function validateRendered(
  template: Template | PreparedTemplate,
  values: VariableValues,
): Result<{ bodyLength: number }, TooLong[]> {
  const prepared = prepare(template);
  const bodyLength = fill(prepared.body, values).length;
  const measured = [
    { part: "header", length: prepared.header ? fill(prepared.header, values).length : 0, limit: LIMIT.header },
    { part: "body", length: bodyLength, limit: LIMIT.body },
    ...prepared.buttons.map(({ key, kind, url }) => {
      const length = textOf(values[key]).length;
      if (kind === "coupon") return { part: key, length, limit: LIMIT.coupon };
      return { part: key, length: url.replace(/\{\{.*?\}\}/, "").length + length, limit: LIMIT.url };
    }),
  ];
  const tooLong = measured.filter(({ length, limit }) => length > limit);
  return tooLong.length === 0 ? ok({ bodyLength }) : err(tooLong.map((part) => ({ code: 132005, ...part })));
}

/** Keys of URL buttons that would get a whole address where the template has room for the end of one. */
export function addressesAsSuffix(prepared: PreparedTemplate, values: VariableValues): string[] {
  return prepared.buttons.flatMap(({ key, kind, url }) =>
    kind === "suffix" && url.indexOf("{{") > 0 && isAddress(textOf(values[key])) ? [key] : [],
  );
}

const isAddress = (text: string): boolean => /^https?:\/\//i.test(text);

function prepare(template: Template | PreparedTemplate): PreparedTemplate {
  return "prepared" in template ? template : prepareTemplate(template);
}

function prepareText(component: "header" | "body", text: string, template: Template): PreparedText {
  const { parameterFormat } = template;
  const parts = splitAtVariables(text, parameterFormat);
  return {
    parts: parts.map((part, index) => (index % 2 === 1 ? `${component}.${part}` : part)),
    parameters: variableNames(text, parameterFormat).map((name) => ({
      key: `${component}.${name}`,
      name: parameterFormat === "NAMED" ? name : null,
    })),
  };
}

/** In one pass over the template, so that braces inside a value stay what they are. */
function fill(text: PreparedText, values: VariableValues): string {
  return text.parts.map((part, index) => (index % 2 === 1 ? textOf(values[part]) : part)).join("");
}

function textOf(value: string | MediaValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function headerParameters(prepared: PreparedTemplate, values: VariableValues): (TextParameter | MediaParameter)[] {
  if (prepared.header) return textParameters(prepared.header, values);
  const value = values["header.media"];
  if (prepared.media === null || value === undefined || typeof value === "string") return [];
  const file = mediaFile(value, prepared.media === "document" ? prepared.name : null);
  if (file === null) return [];
  switch (prepared.media) {
    case "image":
      return [{ type: "image", image: file }];
    case "video":
      return [{ type: "video", video: file }];
    case "document":
      return [{ type: "document", document: file }];
  }
}

/** @param documentName of a document, the only file that shows a name; null for the others */
function mediaFile(value: MediaValue, documentName: string | null): MediaFile | null {
  const filename =
    documentName === null ? {} : { filename: value.filename || nameInLink(value.link) || `${documentName}.pdf` };
  if (value.mediaId) return { id: value.mediaId, ...filename };
  return value.link ? { link: value.link, ...filename } : null;
}

/**
 * The file's name at the end of a link, empty when there is none that a person would know it by. A document without a
 * name is "Untitled" on the phone; the documents of templates are PDF.
 */
function nameInLink(link: string | undefined): string {
  if (!link || !URL.canParse(link)) return "";
  const last = new URL(link).pathname.split("/").at(-1) ?? "";
  if (!/^[^.].*\.[a-z0-9]{1,8}$/i.test(last) || last.length > MOST_FILENAME) return "";
  try {
    return sendable(decodeURIComponent(last)).replaceAll(/[\\/]/g, "_");
  } catch {
    return last;
  }
}

function textParameters(text: PreparedText, values: VariableValues): TextParameter[] {
  return text.parameters.flatMap(({ key, name }) => {
    const value = textOf(values[key]);
    if (value === "") return [];
    return [{ type: "text", ...(name === null ? {} : { parameter_name: name }), text: value }];
  });
}

/** Empty when the source has nothing for this contact. */
function textValue(source: VariableSource, kind: VariableKind, contact: Contact): string {
  const text = sourceText(source, contact);
  return kind === "suffix" ? urlText(text) : text;
}

function mediaValue(source: VariableSource, contact: Contact): MediaValue | null {
  if ("mediaId" in source) {
    const mediaId = sendable(source.mediaId);
    return mediaId === "" ? null : { mediaId, ...fileName(source.filename) };
  }
  const link = urlText("link" in source ? sendable(source.link) : sourceText(source, contact));
  if (!/^https?:\/\/[^/]/i.test(link)) return null;
  return { link, ...("filename" in source ? fileName(source.filename) : {}) };
}

function fileName(text: string | undefined): { filename?: string } {
  const filename = sendable(text ?? "");
  return filename === "" ? {} : { filename };
}

function sourceText(source: VariableSource, contact: Contact): string {
  if ("value" in source) return sendable(source.value);
  if ("field" in source) return sendable(contactField(contact, source.field)) || sendable(source.fallback ?? "");
  return "";
}

/**
 * Meta refuses parameters with line breaks, tabs or more than four blanks in a row, and empty ones: such a stretch
 * becomes one space, and a text that shows nothing becomes the empty string. Half of a surrogate pair, which no JSON
 * reader accepts, becomes the replacement character.
 */
function sendable(text: string): string {
  if (/^[!-~\u00a1-\u00ac\u00ae-\u024f]+(?: [!-~\u00a1-\u00ac\u00ae-\u024f]+)*$/.test(text)) return text;
  const clean = text
    .toWellFormed()
    .replace(/[\s\p{Cc}]{2,}|[\p{Cc}\u2028\u2029]/gu, (run) =>
      run.length > 4 || /[\p{Cc}\u2028\u2029]/u.test(run) ? " " : run,
    )
    .trim();
  return /^[\s\p{Cf}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(clean) ? "" : clean;
}

/** Escapes what may not stand in an address; what is escaped already stays so. */
function urlText(text: string): string {
  return encodeURI(text).replace(/%25([0-9a-f]{2})/gi, "%$1");
}

function isVariableValue(value: unknown): value is string | MediaValue {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([name, part]) => /^(?:link|mediaId|filename)$/.test(name) && typeof part === "string",
  );
}
