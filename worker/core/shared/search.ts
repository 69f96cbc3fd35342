/**
 * One rule for what a search finds, for the API and the screens alike: capitals and accents do not count, and a number
 * is its digits, however it is punctuated. SQLite knows neither rule, so the same table of letters makes an expression
 * for it (`foldedSql`).
 */

/** Letters of Portuguese and its neighbours (Latin-1) with a mark, each with the plain small letter it counts as. */
const MARKED: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 0x100 - 0xc0 }, (_, index) => String.fromCharCode(0xc0 + index)).flatMap((letter) => {
    const plain = letter.normalize("NFD").charAt(0).toLowerCase();
    return /[a-z]/.test(plain) ? [[letter, plain] as const] : [];
  }),
);
/** The same marks where they stand behind their letter, as some systems write them (Unicode's NFD). */
const LOOSE_MARKS = ["\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u030a", "\u0327"];

const NOT_PLAIN = new RegExp(`[${[...MARKED.keys()].join("")}${LOOSE_MARKS.join("")}A-Z]`, "g");

/** "JOÃO" → "joao". */
export function fold(text: string): string {
  return text.replace(NOT_PLAIN, (sign) =>
    LOOSE_MARKS.includes(sign) ? "" : (MARKED.get(sign) ?? sign.toLowerCase()),
  );
}

const REPLACEMENTS = [
  ...LOOSE_MARKS.map((mark) => [`char(${mark.codePointAt(0)})`, "''"] as const),
  ...[...MARKED].map(([letter, plain]) => [`'${letter}'`, `'${plain}'`] as const),
];
/** All replacements take 10 µs, so a text of plain letters, which most are, goes without. */
const unlessPlain = (sql: string, replacements: typeof REPLACEMENTS) =>
  `case when ${sql} glob '*[^ -~]*' then ${replacements.reduce((inner, [from, to]) => `replace(${inner},${from},${to})`, sql)} else ${sql} end`;

/** `fold` for SQLite: some 60 calls deep, where D1 allows 100. @param sql an expression of type text */
export const foldedSql = (sql: string): string => `lower(${unlessPlain(sql, REPLACEMENTS)})`;

/** What older programs than D1 can read of a schema's expressions, such as a SQLite of 2022. */
const DEEPEST = 20;
/** `foldedSql` in steps for columns that are made one from the other; the last still has capitals. */
export const foldSteps: readonly ((column: string) => string)[] = Array.from(
  { length: Math.ceil(REPLACEMENTS.length / DEEPEST) },
  (_, step) => (column: string) => unlessPlain(column, REPLACEMENTS.slice(step * DEEPEST, (step + 1) * DEEPEST)),
);

/** Words after this many are not looked for. */
const MOST_WORDS = 6;

/** The words of `q`, as many as are looked for. */
export function wordsOf(q: string): string[] {
  const words = q.split(/[\s_]+/);
  return words.filter((word) => word !== "").slice(0, MOST_WORDS);
}

/** What has to stand somewhere in a name for `q` to find it: the words of `q`, folded, in any order. */
export const nameTerms = (q: string): string[] => wordsOf(fold(q));

/** A phone, CPF, CNPJ or code in figures: digits with what people put between them. */
const NUMBER = /^\+?[\d\s().\-/]*$/;
const LEAST_DIGITS = 4;
/** Of a CNPJ with letters only the punctuation tells that it is no word. */
const CNPJ_WITH_LETTERS = /^[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}\/[\dA-Z]{4}-?\d{2}$/i;
/** People dial a zero before an area code, and spreadsheets lose those before a document. */
const LEADING_ZEROS = new RegExp(`^0+(?=\\d{${LEAST_DIGITS}})`);

export interface Digits {
  written: string;
  /** Without the zeros in front. */
  significant: string;
}

/** A number's digits, however it is punctuated; null of what is none, or too short to be told from others. */
export function writtenDigits(text: string): Digits | null {
  const written = text.replace(/\D/g, "");
  if (!NUMBER.test(text) || written.length < LEAST_DIGITS) return null;
  return { written, significant: written.replace(LEADING_ZEROS, "") };
}

/** A CNPJ with letters and all its punctuation, as it is kept but in small letters; null of anything else. */
export const cnpjWithLetters = (text: string): string | null =>
  CNPJ_WITH_LETTERS.test(text) ? text.replace(/[^\dA-Za-z]/g, "").toLowerCase() : null;

/** The same for a person, who is also found by the digits of a phone or document, however they are punctuated. */
export function personTerms(q: string): string[] {
  const text = q.trim();
  const number = cnpjWithLetters(text) ?? writtenDigits(text)?.significant;
  return number === undefined ? nameTerms(text) : [number];
}

/** So few digits stand in almost every phone, so they are looked for in names alone. */
export const isShortNumber = (term: string): boolean => /^\d+$/.test(term) && term.length < LEAST_DIGITS;

/** Whether all terms stand in a thing's name or in what else it is known by; no terms find everything. */
export function finds(terms: readonly string[], name: string, ...others: (string | null | undefined)[]): boolean {
  if (terms.length === 0) return true;
  const folded = fold(name);
  const all = fold([name, ...others.filter(Boolean)].join("\t"));
  return terms.every((term) => (isShortNumber(term) ? folded : all).includes(term));
}
