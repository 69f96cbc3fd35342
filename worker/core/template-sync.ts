import type { RemoteTemplate } from "./graph.ts";

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
}

/** Statuses of a template that is about to give its name free. */
const GOING = new Set(["PENDING_DELETION", "DELETED"]);

/**
 * What a sync has to do so that the catalogue shows what Meta lists. A name and a language make one template, also when
 * it was deleted and made again under another id.
 */
export function templateChanges(known: KnownTemplate[], listed: RemoteTemplate[]): TemplateChanges {
  const remote = byKey(listed);
  const changes: TemplateChanges = { created: [], updated: [], unchanged: [], removedIds: [] };
  const knownByKey = new Map(known.map((template) => [keyOf(template), template]));
  for (const [key, template] of remote) {
    const before = knownByKey.get(key);
    if (!before) changes.created.push(template);
    else if (before.removed || fingerprint(before) !== fingerprint(template)) changes.updated.push(template);
    else changes.unchanged.push(template);
  }
  for (const [key, template] of knownByKey) {
    if (!template.removed && !remote.has(key)) changes.removedIds.push(template.id);
  }
  return changes;
}

/** When a name is listed twice, the one that is going makes way for the other. */
function byKey(listed: RemoteTemplate[]): Map<string, RemoteTemplate> {
  const remote = new Map<string, RemoteTemplate>();
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
