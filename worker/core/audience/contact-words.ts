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
/** How a Brazilian mobile looks to SQLite, ninth digit and all. */
const MOBILE = "+55__9________";
/** A mobile as it was written before it got its ninth digit. */
const WITHOUT_NINTH = /^(?:55)?(\d{2})(\d{8})$/;
/** What a number may begin with that the index leaves out. */
const COUNTRY = /^55(?=\d{4})/;
const NINTH = /^9(?=\d{4,8}$)/;

const replaced = (sql: string, signs: readonly string[], by: string) =>
  signs.reduce((inner, sign) => `replace(${inner},char(${sign.codePointAt(0)}),${by})`, sql);

/** An expression for SQLite: a contact's words, of its columns. Changed, the index has to be made anew. */
export function contactWordsSql(): string {
  const tenant = `replace(tenant_id,'_','')||${TENANT_END.sql}`;
  const word = (of: string) => `' '||${tenant}||${of}`;
  const number = (of: string) => word(`${NUMBER.sql}||${of}`);
  const backwards = Array.from({ length: PHONE_DIGITS }, (_, i) => `substr(phone,${-1 - i},1)`).join("||");
  const nationalAt = BRAZIL.length + 1;
  const subscriberAt = nationalAt + AREA_CODE_DIGITS;
  // Without the ninth digit, which people leave out.
  const subscriber = `substr(phone,case when phone like '${MOBILE}' then ${subscriberAt + 1} else ${subscriberAt} end)`;
  const brazilian = `${number(`substr(phone,${nationalAt})`)}||${number(subscriber)}`;
  const beginning = `case when phone like '${BRAZIL}%' then ${brazilian} else ${number("substr(phone,2)")} end`;
  return [
    `${tenant}||replace(${replaced("name", BETWEEN_WORDS, "' '")},' ',' '||${tenant})`,
    ...["customer_code", "email"].map((column) => optional(word(replaced(column, WITHIN_CODES, INNER.sql)))),
    optional(`${number("document")}||case when document like '0%' then ${number("ltrim(document,'0')")} else '' end`),
    optional(`${beginning}||${word(`${ENDING.sql}||${backwards}`)}`),
  ].join("||");
}

const optional = (sql: string) => `coalesce(${sql},'')`;

/** What is looked for, in the index's language: as words that people have, and as what their words begin with. */
export interface WordsWanted {
  whole: string;
  begins: string;
}

/** How a contact is found by `q`: by all of its words, in any order. Null when there is nothing in it to look for. */
export function wordsWanted(tenantId: string, q: string): WordsWanted | null {
  const tenant = `${tenantId.replaceAll("_", "")}${TENANT_END.js}`;
  const whole = inIndex((word) => `"${tenant}${word}"`, tenant, q);
  const begins = inIndex((word) => `"${tenant}${word}"*`, tenant, q);
  return whole === null || begins === null ? null : { whole, begins };
}

type Term = (word: string) => string;

function inIndex(term: Term, tenant: string, q: string): string | null {
  const cnpj = cnpjWithLetters(q.trim());
  if (cnpj) return term(NUMBER.js + cnpj);
  const digits = writtenDigits(q.trim());
  if (digits) return number(digits, q, term);
  const wanted = wordsOf(q)
    .map((word) => wordInIndex(word, tenant, term))
    .filter((found) => found !== null);
  return wanted.length > 0 ? wanted.join(" AND ") : null;
}

/** A number may be a code, the beginning of a phone or document, or a phone's end. */
function number({ written, significant }: Digits, text: string, term: Term): string {
  const phone = parsePhone({ number: text });
  const [, area, subscriber] = WITHOUT_NINTH.exec(significant) ?? [];
  const beginnings = [
    written,
    significant,
    significant.replace(COUNTRY, ""),
    significant.replace(NINTH, ""),
    ...(phone.ok ? [phone.value.e164.slice(phone.value.e164.startsWith(BRAZIL) ? BRAZIL.length : 1)] : []),
    ...(area ? [`${area}9${subscriber}`] : []),
  ];
  const wanted = [
    written,
    ...beginnings.map((digits) => NUMBER.js + digits),
    ENDING.js + [...significant].reverse().join(""),
  ];
  return `(${[...new Set(wanted)].map(term).join(" OR ")})`;
}

/** A word of a name, several with signs between, or a code or e-mail, whose signs are part of it. */
function wordInIndex(text: string, tenant: string, term: Term): string | null {
  const digits = writtenDigits(text);
  if (digits) return number(digits, text, term);
  const parts = text.split(/[^\p{L}\p{N}\p{M}]+/u).filter((part) => part !== "");
  const last = parts.pop();
  if (last === undefined) return null;
  if (parts.length === 0) return term(last);
  // Only the last can be the beginning of a longer one.
  const named = [...parts.map((part) => `"${tenant}${part}"`), term(last)].join(" AND ");
  const [code = ""] = WITHIN_CODES.reduce((inner, sign) => inner.replaceAll(sign, INNER.js), text).split(NOT_A_WORD);
  return code === "" ? `(${named})` : `((${named}) OR ${term(code)})`;
}

const NOT_A_WORD = new RegExp(`[^\\p{L}\\p{N}\\p{M}${INNER.js}]`, "u");
