import { z } from "zod";
import type { MetaEvent } from "#core/meta/event.ts";
import * as field from "./fields.ts";
import { MANAGEMENT_READERS } from "./management.ts";
import { readMessages, readPreferences } from "./messages.ts";

const MAX_FIELD_CHARS = 64;

const bodySchema = z.object({ object: z.literal("whatsapp_business_account"), entry: field.list });
const entrySchema = z.object({ id: field.optionalId, time: field.optionalNumber, changes: field.list });
const changeSchema = z.object({ field: z.string(), value: z.unknown() });

/**
 * Reads a webhook body of any field. Every update becomes one event, in the order they came; what is not for us or not
 * understood becomes `ignored` and never costs its neighbours.
 * @param receivedAt stands in for times that Meta left out or that can't be true, in ms
 */
export function readWebhook(body: unknown, receivedAt: number): MetaEvent[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return [{ kind: "ignored", field: "unreadable" }];
  return parsed.data.entry.flatMap((item): MetaEvent[] => {
    const entry = entrySchema.safeParse(item).data;
    if (!entry) return [{ kind: "ignored", field: "unreadable" }];
    const source = { wabaId: entry.id ?? "", at: field.instantOf(entry.time, receivedAt) };
    return entry.changes.flatMap((change) => readChange(change, source, receivedAt));
  });
}

function readChange(item: unknown, source: { wabaId: string; at: number }, receivedAt: number): MetaEvent[] {
  const change = changeSchema.safeParse(item).data;
  if (!change) return [{ kind: "ignored", field: "unreadable" }];
  if (change.field === "messages") return readMessages(change.value, source.at, receivedAt);
  if (change.field === "user_preferences") return readPreferences(change.value, receivedAt);
  const event = MANAGEMENT_READERS.get(change.field)?.(change.value, source);
  return [event ?? { kind: "ignored", field: change.field.slice(0, MAX_FIELD_CHARS) }];
}
