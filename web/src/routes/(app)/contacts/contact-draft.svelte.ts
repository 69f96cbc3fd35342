import { byField, CONTACT_FIELDS, type ContactField } from "$core/audience/contact-fields.ts";
import type { Contact, ContactPatch } from "$lib/api/types.ts";
import { formatDocument } from "$lib/features/contacts/document.ts";
import { formatPhone } from "$lib/format/phone.ts";
import { m } from "$lib/paraglide/messages.js";

export interface AttributeRow {
  /** Tells rows apart whose names are not written yet. */
  row: number;
  name: string;
  value: string;
}

/** Every part of a contact that people edit; a patch of all of them. */
type Parts = Required<ContactPatch>;

/** As a field shows it, so that what nobody touched counts as unchanged. */
const shown = (field: ContactField, text: string | null) =>
  field === "document" ? formatDocument(text ?? "") : (text ?? "");

/** A person while they are edited. */
export class ContactDraft {
  name = $state("");
  phone = $state("");
  fields = $state(byField(() => ""));
  hashtags = $state<string[]>([]);
  attributes = $state<AttributeRow[]>([]);
  readonly #before: Parts;

  constructor(contact: Contact | null = null) {
    if (contact) {
      this.name = contact.name;
      this.phone = contact.phone === null ? "" : formatPhone(contact.phone);
      this.fields = byField((field) => shown(field, contact[field]));
      this.hashtags = contact.hashtags;
      this.attributes = Object.entries(contact.attributes).map(([name, value], row) => ({ row, name, value }));
    }
    this.#before = this.parts;
  }

  get parts(): Parts {
    const named = this.attributes.filter(({ name }) => name.trim() !== "");
    return {
      name: this.name.trim(),
      phone: this.phone.trim(),
      ...byField((field) => this.fields[field].trim() || null),
      hashtags: [...this.hashtags],
      attributes: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
    };
  }

  /** Only what differs, so that what somebody else changes meanwhile stays. */
  get changes(): ContactPatch {
    const { parts } = this;
    const names = ["name", "phone", ...CONTACT_FIELDS, "hashtags", "attributes"] as const;
    const changed = names.filter((name) => JSON.stringify(parts[name]) !== JSON.stringify(this.#before[name]));
    return Object.fromEntries(changed.map((name) => [name, parts[name]]));
  }

  get isChanged(): boolean {
    return Object.keys(this.changes).length > 0;
  }

  addAttribute(): void {
    const row = Math.max(0, ...this.attributes.map((attribute) => attribute.row)) + 1;
    this.attributes.push({ row, name: "", value: "" });
  }

  removeAttribute(row: number): void {
    this.attributes = this.attributes.filter((other) => other.row !== row);
  }

  /** What can't be kept of a row as it stands; a second value of one name would silently replace the first. */
  attributeFault({ row, name, value }: AttributeRow): string | undefined {
    const own = name.trim();
    if (own === "") return value.trim() === "" ? undefined : m.attribute_unnamed();
    return this.attributes.some((other) => other.row < row && other.name.trim() === own)
      ? m.attribute_twice()
      : undefined;
  }

  get isSound(): boolean {
    return this.attributes.every((attribute) => this.attributeFault(attribute) === undefined);
  }
}
