import { m } from "$lib/paraglide/messages.js";

const ATTRIBUTE = "attributes.";

/** The fields of a contact that a variable may draw on, in the order they are offered. */
export const contactFields = [
  { value: "firstName", label: m.field_first_name },
  { value: "name", label: m.field_name },
  { value: "document", label: m.field_document },
  { value: "customerCode", label: m.field_customer_code },
  { value: "email", label: m.field_email },
  { value: "phone", label: m.field_phone },
] as const;

export const attributeField = (name: string): string => `${ATTRIBUTE}${name}`;

/** The attribute's name, or null when the field is not one. */
export const attributeOf = (field: string): string | null =>
  field.startsWith(ATTRIBUTE) ? field.slice(ATTRIBUTE.length) : null;

export const fieldLabel = (field: string): string =>
  attributeOf(field) ?? contactFields.find((known) => known.value === field)?.label() ?? field;
