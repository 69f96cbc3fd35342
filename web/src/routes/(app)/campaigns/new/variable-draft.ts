import type { Campaign } from "$lib/api/types.ts";
import { attributeField, attributeOf } from "$lib/text/audience/contact-fields.ts";

type Source = Campaign["variables"][string];

/** A variable as the form holds it: what was typed under each kind stays there while the kind is changed. */
export interface VariableDraft {
  kind: "field" | "attribute" | "value" | "link";
  field: string;
  attribute: string;
  fallback: string;
  value: string;
  link: string;
  filename: string;
}

const blank: VariableDraft = {
  kind: "field",
  field: "",
  attribute: "",
  fallback: "",
  value: "",
  link: "",
  filename: "",
};

/** What a variable starts with: media from an address, a name where the template's author showed one, else a choice. */
export function newVariable(variableKind: string): VariableDraft {
  return { ...blank, kind: variableKind === "media" ? "link" : "field" };
}

export function fromSource(source: Source): VariableDraft {
  if ("value" in source) return { ...blank, kind: "value", value: source.value };
  if ("link" in source) return { ...blank, kind: "link", link: source.link, filename: source.filename ?? "" };
  if ("mediaId" in source) return { ...blank, kind: "link", filename: source.filename ?? "" };
  const attribute = attributeOf(source.field);
  const fallback = source.fallback ?? "";
  return attribute === null
    ? { ...blank, kind: "field", field: source.field, fallback }
    : { ...blank, kind: "attribute", attribute, fallback };
}

/** The API's form of it; null while nothing is chosen, which the check then reports as missing. */
export function toSource(variable: VariableDraft): Source | null {
  const fallback = variable.fallback ? { fallback: variable.fallback } : {};
  switch (variable.kind) {
    case "field":
      return variable.field ? { field: variable.field, ...fallback } : null;
    case "attribute":
      return variable.attribute ? { field: attributeField(variable.attribute), ...fallback } : null;
    case "value":
      return variable.value ? { value: variable.value } : null;
    case "link":
      if (!variable.link) return null;
      return { link: variable.link, ...(variable.filename ? { filename: variable.filename } : {}) };
  }
}
