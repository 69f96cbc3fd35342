import { readDocument } from "#core/shared/document.ts";
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

/** The document as it is stored; blank and null mean none. 422 when its check digits are wrong. */
export function documentOr422(text: string | null): string | null {
  if (text === null || text.trim() === "") return null;
  const document = readDocument(text);
  if (document !== null) return document;
  throw problem("invalid_document", "Its length or its check digits are wrong.", {
    errors: [{ path: "document", message: "not a CPF or CNPJ" }],
  });
}
