import type { ListedTemplate, RemoteTemplate } from "#core/meta/graph.ts";

/** A template as the catalogue has it. */
export interface KnownTemplate extends RemoteTemplate {
  id: string;
  /** No longer listed by Meta at the last sync. */
  removed: boolean;
}

export interface TemplateChanges {
  created: RemoteTemplate[];
  updated: RemoteTemplate[];
  unchanged: RemoteTemplate[];
  /** Our ids of those that Meta no longer lists. */
  removedIds: string[];
  /** Those that were not MARKETING before and are now, as they were. */
  becameMarketing: KnownTemplate[];
}

/** The category that costs most, by far. */
export const MARKETING = "MARKETING";
/** What a list without the category says. */
export const UNKNOWN_CATEGORY = "UNKNOWN";

/** Whether what was agreed to as `before` costs more as `after`. What is not known is no change. */
export const becameMarketing = (before: string, after: string): boolean =>
  after === MARKETING && before !== MARKETING && before !== UNKNOWN_CATEGORY;

/** The only status that Meta sends a template in. */
export const isSendable = (status: string): boolean => status === "APPROVED";

/**
 * Why no line may send a template, when that is the template's own doing; null when it is not.
 * @param lines with the template's status in each line's account, null where it is not
 */
export function templateStop(lines: { templateStatus?: string | null | undefined }[]): TemplateStop | null {
  const statuses = lines.flatMap(({ templateStatus }) => templateStatus ?? []);
  if (statuses.length === 0 || statuses.some(isSendable)) return null;
  return statuses.every((status) => GOING.has(status)) ? "template_deleted" : "template_not_approved";
}

export type TemplateStop = "template_deleted" | "template_not_approved";

/** Statuses of a template that is about to give its name free. */
const GOING = new Set(["PENDING_DELETION", "DELETED"]);

/**
 * What a sync has to do so that the catalogue shows what Meta lists. A name and a language make one template, also when
 * it was deleted and made again under another id.
 */
export function templateChanges(known: KnownTemplate[], listed: ListedTemplate[]): TemplateChanges {
  const remote = byKey(listed);
  const changes: TemplateChanges = { created: [], updated: [], unchanged: [], removedIds: [], becameMarketing: [] };
  const knownByKey = new Map(known.map((template) => [keyOf(template), template]));
  for (const [key, found] of remote) {
    const before = knownByKey.get(key);
    const template = complete(found, before);
    if (!before) changes.created.push(template);
    else if (before.removed || fingerprint(before) !== fingerprint(template)) changes.updated.push(template);
    else changes.unchanged.push(template);
    if (before && !before.removed && becameMarketing(before.category, template.category))
      changes.becameMarketing.push(before);
  }
  for (const [key, template] of knownByKey) {
    if (!template.removed && !remote.has(key)) changes.removedIds.push(template.id);
  }
  return changes;
}

/** What the list does not say stays what it was. */
const complete = (found: ListedTemplate, before: KnownTemplate | undefined): RemoteTemplate => ({
  ...found,
  category: found.category ?? before?.category ?? UNKNOWN_CATEGORY,
  parameterFormat: found.parameterFormat ?? before?.parameterFormat ?? "POSITIONAL",
});

/** When a name is listed twice, the one that is going makes way for the other. */
function byKey(listed: ListedTemplate[]): Map<string, ListedTemplate> {
  const remote = new Map<string, ListedTemplate>();
  for (const template of listed) {
    const other = remote.get(keyOf(template));
    if (!other || GOING.has(other.status)) remote.set(keyOf(template), template);
  }
  return remote;
}

const keyOf = ({ name, language }: { name: string; language: string }) => `${name}\n${language}`;

/** All that a person would call a change, as text that does not depend on the order of keys. */
function fingerprint({
  metaId,
  status,
  category,
  parameterFormat,
  rejectedReason,
  components,
}: RemoteTemplate): string {
  return canonical({ metaId, status, category, parameterFormat, rejectedReason, components });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([key, item]) => item !== undefined && key !== SIGNED_ADDRESS);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join()}}`;
}

/** The example of a media header comes back as an address that Meta signs anew each time it is asked. */
const SIGNED_ADDRESS = "header_handle";
