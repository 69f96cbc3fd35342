import {
  contactField,
  findComponent,
  headerFormat,
  MEDIA_HEADERS,
  splitAtVariables,
  templateButtons,
} from "$core/templates/variables.ts";
import type { Campaign, Contact, Template } from "$lib/api/types.ts";
import { readMarkup, type Stretch } from "./markup.ts";

type Variables = Campaign["variables"];

/** A stretch of a preview; where a variable still has no value, its name stands in and `variable` says so. */
export interface PreviewStretch extends Stretch {
  variable: "filled" | "missing" | null;
}

/** A template as a phone would show it. */
export interface Preview {
  media: { kind: "image" | "video" | "document"; filename: string | null } | null;
  header: PreviewStretch[];
  body: PreviewStretch[];
  footer: string;
  buttons: { label: string; type: string }[];
}

/**
 * Renders what is known so far: the contact's values, the fallbacks, the fixed texts. Without a contact, a variable that
 * draws on one shows the example its author gave.
 */
export function previewOf(template: Template, variables: Variables, contact: Contact | null): Preview {
  const header = findComponent(template, "HEADER");
  const kind = MEDIA_HEADERS.get(headerFormat(header)) ?? null;
  const fill = (component: "header" | "body", text = "") =>
    styled(
      splitAtVariables(text, template.parameterFormat)
        .map((part, index) =>
          index % 2 === 0 ? part : marked(`${component}.${part}`, part, template, variables, contact),
        )
        .join(""),
    );
  return {
    media: kind && { kind, filename: fileName(variables["header.media"]) },
    header: kind ? [] : fill("header", header?.text),
    body: fill("body", findComponent(template, "BODY")?.text),
    footer: findComponent(template, "FOOTER")?.text ?? "",
    buttons: templateButtons(template).map((button) => ({ label: button.text ?? "", type: button.type.toUpperCase() })),
  };
}

/**
 * A value may stand inside bold text (`*R$ {{1}}*`), so marks are read after filling. These characters, which no text
 * uses, keep the place of the values meanwhile.
 */
const FILLED = "\ue000";
const MISSING = "\ue001";
const END = "\ue002";

function marked(key: string, name: string, template: Template, variables: Variables, contact: Contact | null): string {
  const source = variables[key];
  const example = template.variables.find((variable) => variable.key === key)?.example ?? "";
  const value = source ? textOf(source, contact) || (contact ? "" : example) : "";
  return value ? `${FILLED}${value}${END}` : `${MISSING}{{${name}}}${END}`;
}

function styled(text: string): PreviewStretch[] {
  let variable: PreviewStretch["variable"] = null;
  const stretches: PreviewStretch[] = [];
  for (const stretch of readMarkup(text)) {
    for (const part of stretch.text.split(/([\ue000-\ue002])/)) {
      if (part === FILLED) variable = "filled";
      else if (part === MISSING) variable = "missing";
      else if (part === END) variable = null;
      else if (part) stretches.push({ ...stretch, text: part, variable });
    }
  }
  return stretches;
}

/** Empty when the source has nothing for this contact. */
function textOf(source: Variables[string], contact: Contact | null): string {
  if ("value" in source) return source.value;
  if (!("field" in source) || !contact) return "";
  return contactField({ ...contact, optInStatus: contact.optIn.status }, source.field) || (source.fallback ?? "");
}

function fileName(source: Variables[string] | undefined): string | null {
  if (!source) return null;
  if ("filename" in source && source.filename) return source.filename;
  const link = "link" in source ? source.link : "";
  return URL.canParse(link) ? new URL(link).pathname.split("/").at(-1) || null : null;
}
