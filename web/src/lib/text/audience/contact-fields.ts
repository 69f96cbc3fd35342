import type { VARIABLE_FIELDS } from "$core/templates/variables.ts";
import { m } from "$lib/paraglide/messages.js";

const ATTRIBUTE = "attributes.";

const labels: Record<(typeof VARIABLE_FIELDS)[number], () => string> = {
  firstName: m.field_first_name,
  name: m.field_name,
  document: m.field_document,
  customerCode: m.field_customer_code,
  email: m.field_email,
  phone: m.field_phone,
};

/** What a variable may draw on of a contact, in the order in which it is offered. */
export const contactFields = Object.entries(labels).map(([value, label]) => ({ value, label }));

export const attributeField = (name: string): string => `${ATTRIBUTE}${name}`;

/** The attribute's name, or null when the field is not one. */
export const attributeOf = (field: string): string | null =>
  field.startsWith(ATTRIBUTE) ? field.slice(ATTRIBUTE.length) : null;

export const fieldLabel = (field: string): string =>
  attributeOf(field) ?? contactFields.find((known) => known.value === field)?.label() ?? field;
