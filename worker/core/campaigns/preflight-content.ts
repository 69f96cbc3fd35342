import type { Contact } from "#core/audience/contact.ts";
import { byField } from "#core/audience/contact-fields.ts";
import { MIN_PROSPECT_LINES } from "#core/lines/rotation.ts";
import { resolveVariables } from "#core/templates/rendering.ts";
import type { VariableMap } from "#core/templates/variable-source.ts";
import { unsupported } from "#core/templates/variables.ts";
import type { PreflightIssue, PreflightLine, PreflightSnapshot } from "./preflight-snapshot.ts";

const APPROVED = "APPROVED";
type TemplateSnapshot = PreflightSnapshot & { template: NonNullable<PreflightSnapshot["template"]> };

/** What stands against the message itself: its template, the values of its variables, its length. */
export function contentIssues(
  { template, variables, tooLong, addressesAsSuffix }: TemplateSnapshot,
  lines: PreflightLine[],
  healthy: PreflightLine[],
): PreflightIssue[] {
  const issues: PreflightIssue[] = [];
  const path = "templateId";
  if (template.status.toUpperCase() !== APPROVED) {
    const message = `Meta has the template as ${template.status.toLowerCase()}; only approved ones can be sent.`;
    issues.push({ code: "template_not_approved", severity: "error", message, path });
  } else if (tooFewLinked(lines, healthy)) {
    const message = "The template is not approved and linked for enough of the campaign's lines.";
    issues.push({ code: "template_not_linked", severity: "error", message, path });
  }
  const obstacle = unsupported(template);
  if (obstacle !== null) {
    const message = `This kind of template can't be sent yet: ${obstacle}.`;
    issues.push({ code: "template_unsupported", severity: "error", message, path });
  }
  for (const key of keysWithoutSource({ template, variables })) issues.push(missing(key));
  if (tooLong > 0) {
    const message = `Messages longer than WhatsApp allows, which will fail: ${tooLong}. Shorten what fills the variables.`;
    issues.push({ code: "text_too_long", severity: "warning", message, path: "variables" });
  }
  for (const [key, count] of Object.entries(addressesAsSuffix)) {
    const message = `The button already begins with an address and needs only its end. People whose value is a whole address, so that the link would not open: ${count}.`;
    issues.push({ code: "button_suffix_is_address", severity: "warning", message, path: `variables.${key}` });
  }
  return issues;
}

/**
 * Rotation needs as many lines with the template as without: one linked line of three healthy ones would carry all. Of
 * lines that can't send anyway, linked or not is still worth saying.
 */
function tooFewLinked(lines: PreflightLine[], healthy: PreflightLine[]): boolean {
  const candidates = healthy.length > 0 ? healthy : lines;
  const linked = candidates.filter((line) => line.templateLinked).length;
  return linked < Math.min(MIN_PROSPECT_LINES, candidates.length);
}

/** Variables that would be empty whoever the contact is: no source, an empty text, or a file for a text. */
function keysWithoutSource({ template, variables }: Pick<TemplateSnapshot, "template" | "variables">): string[] {
  const resolved = resolveVariables(template, variables, contactWithEverything(variables));
  return resolved.ok ? [] : resolved.error.missing;
}

function missing(key: string): PreflightIssue {
  const path = `variables.${key}`;
  return key === "header.media"
    ? { code: "media_missing", severity: "error", message: "The header's file has no link and no media id.", path }
    : { code: "variable_missing", severity: "error", message: `The variable ${key} has no value.`, path };
}

/** Someone whose every field has a value, which is an address so that it can also stand for a file. */
function contactWithEverything(variables: VariableMap): Contact {
  const value = "https://example.com/x";
  const names = Object.values(variables).flatMap((source) =>
    "field" in source && source.field.startsWith("attributes.") ? [source.field.slice("attributes.".length)] : [],
  );
  return {
    id: "",
    phone: value,
    name: value,
    ...byField(() => value),
    hashtags: [],
    attributes: Object.fromEntries(names.map((name) => [name, value])),
    optInStatus: "granted",
  };
}
