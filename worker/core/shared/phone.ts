import { parsePhoneNumberFromString, validatePhoneNumberLength } from "libphonenumber-js/max";
import { isAreaCode } from "./area-codes.ts";
import { err, ok, type Result } from "./result.ts";

/**
 * `bad_area_code` also means: none given, or the column and the number name two different ones. `two_numbers`: more
 * than one is written, or may be. `lost_digits`: a spreadsheet's `5,51199E+12`.
 */
export type PhoneError =
  | "empty"
  | "not_a_number"
  | "two_numbers"
  | "lost_digits"
  | "too_short"
  | "too_long"
  | "bad_area_code"
  | "invalid";

type Parsed = Result<{ e164: string }, PhoneError>;

const PLAIN = /^\+?\d+$/;

/** No one number takes more characters to write; patterns need not be tried on a page of text. */
const MAX_WRITTEN = 100;

/** What people and spreadsheets put around digits: spaces, brackets, dashes, quotes, Excel's `="…"`, invisible marks. */
const DECORATION = /[\s().\-'"=_\u2010-\u2015\u2212\p{Cf}\p{Cc}]/gu;

/**
 * Two numbers in one cell: digits on both sides of a slash, comma, line break, "ou" …, or a second ending of up to three
 * digits as in `3141-5926/27`, which may be an extension too. Their digits together are somebody else's number, so they are never joined.
 */
const BETWEEN_NUMBERS = /\d[^\p{L}\d]*(?:[/\\|,;:&\n\r\v\f\u0085\u2028\u2029]|\b(?:ou|e|or|and)\b)[^\p{L}\d]*\d/iu;
const SECOND_ENDING = /\d{4}[\s().\-'"=_\u2010-\u2015\u2212]+\d{1,3}\D*$/u;
/** Signs that stand for a number and are no digit of one: a footnote's `²`, `⑧`, `½`. Normalized they would become digits. */
const OTHER_NUMBER = /\p{No}/u;

/** A number in a spreadsheet's scientific notation. */
const SCIENTIFIC = /^[+'"=\s]*\d(?:[.,]\d+)?\s*E\s*\+?\s*\d{1,2}["\s]*$/iu;

/** The trunk zero with the placeholder of a carrier, as it was printed for decades: `0XX11`, `(0xx11)`, `0**11`. */
const CARRIER_PLACEHOLDER = /^(\D*(?:(?:00)?55\D*)?0)\s*(?:xx|\*\*)/iu;

/**
 * Reads a phone number as Brazilian offices write it; `ddd` is the area code when it has a column of its own.
 *
 * Brazil is the country unless the number starts with `+`. The country code may be there or not, with or without
 * `+` or `00`; so may the trunk `0` and a two-digit carrier after it. A number that carries its country code and an
 * area code stands alone; one that carries only an area code must agree with the column, because guessing would
 * write to a stranger. Eight-digit mobiles (first digit 6 to 9) get their ninth digit. Landlines are valid.
 * Brazilian service numbers without an area code (0800, 4004) are not people and are refused. So is a cell in which
 * two numbers stand, however they are told apart.
 */
export function parsePhone(input: { ddd?: string | null; number: string }): Parsed {
  const read = readDigits(input.number);
  if (!read.ok) return read;
  const number = read.value;
  const column = areaColumn(input.ddd ?? "");
  if (number.startsWith("+55")) return brazilian(number.slice(3), column, true);
  if (number.startsWith("+")) return foreign(number.slice(1));
  if (number.startsWith("0055")) return brazilian(number.slice(4), column, true);
  const hasCountry = /^55\d{10,11}$/.test(number);
  return hasCountry ? brazilian(number.slice(2), column, true) : brazilian(number, column, false);
}

/**
 * The E.164 we store for a number that carries its country code: Meta's digits-only `wa_id`, `from` or
 * `recipient_id`, or an E.164 in any punctuation. A Brazilian mobile whose `wa_id` predates the ninth digit gets it
 * back. Null when the text is no phone number (a business-scoped user id, for one); a number that only our tables do
 * not know is kept as it is, since Meta has just used it.
 */
export function canonicalPhone(waIdOrPhone: string): string | null {
  const number = readDigits(waIdOrPhone);
  const digits = number.ok ? /^\+?([1-9]\d{6,14})$/.exec(number.value)?.[1] : undefined;
  if (digits === undefined) return null;
  const parsed = parsePhone({ number: `+${digits}` });
  return parsed.ok ? parsed.value.e164 : `+${digits}`;
}

/**
 * The Brazilian number that differs from this one by the ninth digit alone: as it was written before it got it, or as it
 * would be with it. Null where there is no such number.
 */
export function ninthDigitTwin(e164: string): string | null {
  const [, area, ninth, rest] = /^\+55(\d{2})(9?)(\d{8})$/.exec(e164) ?? [];
  if (!area) return null;
  return ninth ? `+55${area}${rest}` : `+55${area}9${rest}`;
}

/**
 * The report's two columns. DDDTelefone is the area code of a Brazilian number; NumeroTelefone is the complete number, as
 * the message was sent to: 5511961234567. Outside Brazil there is no DDD, and the number keeps its `+`, because its
 * digits alone may read as a Brazilian's. Given back to {@link parsePhone}, the two are the same number again.
 */
export function reportPhone(e164: string): { ddd: string; number: string } {
  const ddd = /^\+55(\d{2})\d{8,9}$/.exec(e164)?.[1];
  return ddd ? { ddd, number: e164.slice(1) } : { ddd: "", number: e164 };
}

/** The digits of the one number that is written, with its `+`. */
function readDigits(text: string): Result<string, PhoneError> {
  if (PLAIN.test(text)) return ok(text);
  if (text.length > MAX_WRITTEN) return err("too_long");
  if (OTHER_NUMBER.test(text)) return err("not_a_number");
  const written = withoutAdditions(text);
  if (SCIENTIFIC.test(written)) return err("lost_digits");
  if (BETWEEN_NUMBERS.test(written)) return err("two_numbers");
  const number = written.replace(DECORATION, "");
  if (number === "") return err("empty");
  if (!PLAIN.test(number)) return err("not_a_number");
  const isForeign = number.startsWith("+") && !number.startsWith("+55");
  return !isForeign && SECOND_ENDING.test(written) ? err("two_numbers") : ok(number);
}

/** The text with its digits in ASCII, without a scheme, what a spreadsheet added, or the placeholder of a carrier. */
function withoutAdditions(text: string): string {
  return (
    text
      .normalize("NFKC")
      .trim()
      .replace(/^(?:tel|whatsapp):/i, "")
      // A spreadsheet that took the column for numbers writes 11961234567.0
      .replace(/^(\+?\d+)[.,]0+$/, "$1")
      .replace(CARRIER_PLACEHOLDER, "$1")
  );
}

/** Empty when the column says nothing; two area codes in it are none that exists. */
function areaColumn(ddd: string): string {
  const written = PLAIN.test(ddd) ? ddd : withoutAdditions(ddd.slice(0, MAX_WRITTEN));
  if (BETWEEN_NUMBERS.test(written) || OTHER_NUMBER.test(ddd)) return "00";
  const digits = written.replace(/\D/g, "").replace(/^0+/, "");
  return /^55\d{2}$/.test(digits) ? digits.slice(2) : digits;
}

/** `digits` follow the country code when `hasCountry`, else they are all there is. */
function brazilian(digits: string, column: string, hasCountry: boolean): Parsed {
  const national = withoutTrunk(digits);
  if (national.length < 8) return err("too_short");
  if (national.length > 11) return err("too_long");
  if (national.length < 10) return column === "" ? err("bad_area_code") : subscriber(column, national);

  const area = national.slice(0, 2);
  // A column that says 55 may mean the country.
  if (hasCountry || column === "" || column === area || column === "55") return subscriber(area, national.slice(2));
  if (area === "55") return subscriber(column, national.slice(2));
  return err("bad_area_code");
}

/** Drops the trunk `0`, the carrier in `0 15 11 96123-4567`, and zeros that pad a column to a fixed width. */
function withoutTrunk(digits: string): string {
  const carrier = /^0[1-9]\d(\d{10,11})$/.exec(digits)?.[1];
  return carrier ?? digits.replace(/^0+/, "");
}

function subscriber(area: string, number: string): Parsed {
  if (number.length < 8) return err("too_short");
  if (!isAreaCode(area)) return err("bad_area_code");
  if (/^9\d{8}$|^[2-5]\d{7}$/.test(number)) return ok({ e164: `+55${area}${number}` });
  if (/^[6-9]\d{7}$/.test(number)) return ok({ e164: `+55${area}9${number}` });
  return err("invalid");
}

function foreign(digits: string): Parsed {
  const text = `+${digits}`;
  const parsed = parsePhoneNumberFromString(text);
  if (parsed?.isValid()) return ok({ e164: parsed.number });
  const length = validatePhoneNumberLength(text);
  if (length === "TOO_SHORT") return err("too_short");
  return err(length === "TOO_LONG" ? "too_long" : "invalid");
}
