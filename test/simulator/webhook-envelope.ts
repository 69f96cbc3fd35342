import type { Phone } from "./model.ts";

/** One thing to tell a receiver. */
export type Update =
  | { kind: "status"; phone: Phone; status: object; contact: Contact | null }
  | { kind: "message"; phone: Phone; message: object; contact: Contact }
  /** Any other field, or a whole `value` of one's own. */
  | { kind: "field"; wabaId: string; field: string; value: object; timeMs: number };

export interface Contact {
  profile?: { name: string };
  wa_id?: string;
  user_id?: string;
}

interface MessagesValue {
  messaging_product: "whatsapp";
  metadata: { display_phone_number: string; phone_number_id: string };
  contacts: Contact[];
  messages: object[];
  statuses: object[];
}

interface Change {
  field: string;
  value: object;
}

const keyOf = (contact: Contact): string => `${contact.wa_id ?? ""} ${contact.user_id ?? ""}`;

/** Absent rather than empty, as Meta leaves lists out. */
function withoutEmptyLists(value: MessagesValue): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => !Array.isArray(part) || part.length > 0));
}

/**
 * The body of a POST: one entry per account, one change per number for messages and statuses together, and one change
 * for each other field. `time` stands only on entries of management fields.
 */
export function envelope(updates: Update[]): object {
  const entries = new Map<string, { id: string; time?: number; changes: Change[] }>();
  const values = new Map<string, MessagesValue>();
  const entryOf = (id: string, timeMs: number | null) => {
    const key = `${id} ${timeMs === null ? "messages" : "fields"}`;
    const time = timeMs === null ? {} : { time: Math.floor(timeMs / 1000) };
    const entry = entries.get(key) ?? { id, ...time, changes: [] };
    entries.set(key, entry);
    return entry;
  };
  const valueFor = (phone: Phone): MessagesValue => {
    const known = values.get(phone.id);
    if (known) return known;
    const value: MessagesValue = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: phone.display.replace(/\D/g, ""), phone_number_id: phone.id },
      contacts: [],
      messages: [],
      statuses: [],
    };
    values.set(phone.id, value);
    entryOf(phone.wabaId, null).changes.push({ field: "messages", value });
    return value;
  };

  for (const update of updates) {
    if (update.kind === "field") {
      entryOf(update.wabaId, update.timeMs).changes.push({ field: update.field, value: update.value });
      continue;
    }
    const value = valueFor(update.phone);
    if (update.kind === "status") value.statuses.push(update.status);
    else value.messages.push(update.message);
    const { contact } = update;
    if (contact && !value.contacts.some((known) => keyOf(known) === keyOf(contact))) value.contacts.push(contact);
  }
  for (const value of values.values()) {
    for (const entry of entries.values())
      for (const change of entry.changes) if (change.value === value) change.value = withoutEmptyLists(value);
  }
  return { object: "whatsapp_business_account", entry: [...entries.values()] };
}

/** The bytes on the wire: Meta writes every character beyond ASCII as an escape, and signs that. */
export const encodeBody = (body: object): string =>
  JSON.stringify(body).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
