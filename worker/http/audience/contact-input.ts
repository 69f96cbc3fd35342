import { CONTACT_FIELDS, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { parsePhone } from "#core/shared/phone.ts";
import { problem } from "#http/kit/errors.ts";

/** The phone in E.164, or 422 without naming the number. */
export function phoneOr422(text: string): string {
  const phone = parsePhone({ number: text });
  if (phone.ok) return phone.value.e164;
  throw problem("invalid_phone", "Give one Brazilian number with its area code, or one with + and its country code.", {
    errors: [{ path: "phone", message: phone.error }],
  });
}

/** The phones in E.164, or 422 that names the place of each that is none, not the number. */
export function phonesOr422(texts: string[], list: string): string[] {
  const phones = texts.map((number) => parsePhone({ number }));
  const errors = phones.flatMap((phone, i) => (phone.ok ? [] : [{ path: `${list}.${i}.phone`, message: phone.error }]));
  if (errors.length > 0) throw problem("invalid_phone", "Some are no phone numbers; see errors.", { errors });
  return phones.flatMap((phone) => (phone.ok ? [phone.value.e164] : []));
}

/** A field as it is stored; blank and null mean none. Refused, without naming the text, when it can't be one. */
export function readField(field: ContactField, text: string | null): string | null {
  if (text === null || text.trim() === "") return null;
  const { read, refusal } = FIELD_RULES[field];
  if (!refusal) return text;
  const value = read(text);
  if (value !== null) return value;
  throw problem(refusal.code, refusal.detail, { errors: [{ path: field, message: refusal.message }] });
}

/** The fields that are given, as {@link readField} reads them. */
export function readFields(input: Partial<Record<ContactField, string | null | undefined>>) {
  const fields: Partial<Record<ContactField, string | null>> = {};
  for (const field of CONTACT_FIELDS) {
    const text = input[field];
    if (text !== undefined) fields[field] = readField(field, text);
  }
  return fields;
}
