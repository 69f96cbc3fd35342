import { parsePhone } from "#core/shared/phone.ts";
import { cnpjWithLetters, type Digits, wordsOf, writtenDigits } from "#core/shared/search.ts";

/**
 * What a person is found by, as words of a full-text index: each word of the name, code and e-mail as one word each,
 * phone and document by their digits. A word bears its tenant in front, so that a tenant's search reads nothing of
 * another's, however many there are; what stands between is a private-use letter, which the index takes for one and
 * nobody types. Capitals and accents are the index's affair.
 */
const sign = (code: number) => ({ js: String.fromCharCode(code), sql: `char(${code})` });
const TENANT_END = sign(0xe000);
/** Before the digits of a phone or document: else two digits would find everybody with that area code. */
const NUMBER = sign(0xe001);
/** Before a phone's digits from its end, as people tell the last four. */
const ENDING = sign(0xe002);
/** For any sign within a code or e-mail, which is one word. */
const INNER = sign(0xe003);

const BETWEEN_WORDS = ["-", "'", "’", ".", "/", ",", "(", ")", "&", "_", "\t", "\n"];
const WITHIN_CODES = [...BETWEEN_WORDS, "@", "+", " "];

/** E.164 has at most 15 digits. */
const PHONE_DIGITS = 15;
const BRAZIL = "+55";
const AREA_CODE_DIGITS = 2;
/** A mobile as it was written before it got its ninth digit. */
const WITHOUT_NINTH = /^(?:55)?(\d{2})(\d{8})$/;

const replaced = (sql: string, signs: readonly string[], by: string) =>
  signs.reduce((inner, sign) => `replace(${inner},char(${sign.codePointAt(0)}),${by})`, sql);

/** An expression for SQLite: a contact's words, of its columns. Changed, the index has to be made anew. */
export function contactWordsSql(): string {
  const tenant = `replace(tenant_id,'_','')||${TENANT_END.sql}`;
  const word = (of: string) => `' '||${tenant}||${of}`;
  const number = (of: string) => word(`${NUMBER.sql}||${of}`);
  const backwards = Array.from({ length: PHONE_DIGITS }, (_, i) => `substr(phone,${-1 - i},1)`).join("||");
  const national = `case when phone like '${BRAZIL}%' then ${[
    number(`substr(phone,${BRAZIL.length + 1})`),
    number(`substr(phone,${BRAZIL.length + AREA_CODE_DIGITS + 1})`),
  ].join("||")} else '' end`;
  return [
    `${tenant}||replace(${replaced("name", BETWEEN_WORDS, "' '")},' ',' '||${tenant})`,
    ...["customer_code", "email"].map((column) => optional(word(replaced(column, WITHIN_CODES, INNER.sql)))),
    optional(`${number("document")}||${number("ltrim(document,'0')")}`),
    optional(`${number("substr(phone,2)")}||${national}||${word(`${ENDING.sql}||${backwards}`)}`),
  ].join("||");
}

const optional = (sql: string) => `coalesce(${sql},'')`;

/**
 * What a contact's words have to begin with for `q` to find it, in the index's language: all of its words, in any order.
 * Null when there is nothing in it to look for.
 */
export function wordsWanted(tenantId: string, q: string): string | null {
  const tenant = `${tenantId.replaceAll("_", "")}${TENANT_END.js}`;
  const begins = (word: string) => `"${tenant}${word}"*`;
  const any = (wanted: string[]) => `(${[...new Set(wanted)].join(" OR ")})`;

  function number({ written, significant }: Digits, text: string): string {
    const phone = parsePhone({ number: text });
    const [, area, subscriber] = WITHOUT_NINTH.exec(significant) ?? [];
    return any([
      begins(written),
      begins(NUMBER.js + written),
      begins(NUMBER.js + significant),
      begins(ENDING.js + [...significant].reverse().join("")),
      ...(phone.ok ? [begins(NUMBER.js + phone.value.e164.slice(1))] : []),
      ...(area ? [begins(`${NUMBER.js}${area}9${subscriber}`)] : []),
    ]);
  }

  function word(text: string): string | null {
    const digits = writtenDigits(text);
    if (digits) return number(digits, text);
    const parts = text.split(/[^\p{L}\p{N}\p{M}]+/u).filter((part) => part !== "");
    if (parts.length === 0) return null;
    const named = parts.map(begins).join(" AND ");
    if (parts.length === 1) return named;
    const [code = ""] = WITHIN_CODES.reduce((inner, sign) => inner.replaceAll(sign, INNER.js), text).split(NOT_A_WORD);
    return code === "" ? `(${named})` : `((${named}) OR ${begins(code)})`;
  }

  const cnpj = cnpjWithLetters(q.trim());
  if (cnpj) return begins(NUMBER.js + cnpj);
  const whole = writtenDigits(q.trim());
  if (whole) return number(whole, q);
  const wanted = wordsOf(q)
    .map(word)
    .filter((found) => found !== null);
  return wanted.length > 0 ? wanted.join(" AND ") : null;
}

const NOT_A_WORD = new RegExp(`[^\\p{L}\\p{N}\\p{M}${INNER.js}]`, "u");
