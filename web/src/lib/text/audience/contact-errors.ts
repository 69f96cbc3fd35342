import type { PhoneError } from "$core/shared/phone.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { Problem } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

const phoneTexts: Record<PhoneError, () => string> = {
  empty: m.phone_empty,
  not_a_number: m.phone_not_a_number,
  two_numbers: m.phone_two_numbers,
  lost_digits: m.phone_lost_digits,
  too_short: m.phone_too_short,
  too_long: m.phone_too_long,
  bad_area_code: m.phone_bad_area_code,
  invalid: m.phone_invalid,
};

export const phoneErrorText = (error: PhoneError): string => phoneTexts[error]();

const texts: Record<string, () => string> = {
  document: m.contact_document_invalid,
  "optIn.at": m.consent_at_invalid,
  at: m.consent_at_invalid,
};

/** What is wrong with a field that the API refused, by its name there; a field stands for those inside it. */
export function contactError(problem: Problem | null, path: string): string | undefined {
  const error = problem?.errors?.find((candidate) => candidate.path === path || candidate.path.startsWith(`${path}.`));
  if (error) return (path === "phone" ? lookUp(phoneTexts, error.message) : texts[error.path])?.() ?? m.invalid_value();
  // The one thing that a contact can be in conflict with is another of its number.
  return path === "phone" && problem?.code === "conflict" ? m.phone_taken() : undefined;
}
