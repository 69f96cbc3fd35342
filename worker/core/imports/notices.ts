import { CONTACT_FIELDS, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";

/** What became of a row that was taken although something in it could not be. Codes are stable. */
export type Notice =
  | `${ContactField}_unreadable`
  | "opt_in_unclear"
  | "consent_date_unreadable"
  | "consent_date_in_future"
  | "damaged_characters"
  | "refusal_kept";

/** What became of a line that is no row. */
export type LineNotice = "totals_line";

/** What is to be said of the file as a whole. */
export type FileNotice = "no_rows" | "no_consent_column";

/** For whoever reads the file of notices, or the import. */
export const NOTICE_WORDS: Record<Notice | LineNotice | FileNotice, string> = {
  ...fieldWords(),
  opt_in_unclear: "OptIn não entendido: nada mudou no consentimento",
  consent_date_unreadable: "Data do OptIn não entendida: o consentimento ficou sem data",
  consent_date_in_future: "Data do OptIn no futuro: o consentimento ficou sem data",
  damaged_characters: "Caracteres danificados (�): a célula não foi usada",
  refusal_kept: "A pessoa recusou, e este OptIn é mais antigo ou não tem data: a recusa continua",
  totals_line: "Linha de total: não é uma pessoa e não foi importada",
  no_rows: "O arquivo tem cabeçalho e nenhuma linha",
  no_consent_column: "O arquivo não tem coluna OptIn: ninguém ganha consentimento por ele",
};

function fieldWords() {
  const words = CONTACT_FIELDS.map((field) => [`${field}_unreadable`, FIELD_RULES[field].unreadable]);
  return Object.fromEntries(words) as Record<`${ContactField}_unreadable`, string>;
}

/** How often each reason occurred, and its first lines in the file. */
export type ReasonTally<Reason extends string> = Partial<Record<Reason, { count: number; lines: number[] }>>;

/** As many lines as a person looks up by hand; the files have them all. */
const MOST_LINES = 20;

/** The tally with these occurrences added, which come in the order of the file. */
export function withReasons<Reason extends string>(
  tally: ReasonTally<Reason>,
  found: { line: number; reason: Reason }[],
): ReasonTally<Reason> {
  const sum = { ...tally };
  for (const { line, reason } of found) {
    const { count, lines } = sum[reason] ?? { count: 0, lines: [] };
    sum[reason] = { count: count + 1, lines: lines.length < MOST_LINES ? [...lines, line] : lines };
  }
  return sum;
}

/** What is to be noticed of a step's rows, and of its lines of totals. */
export const noticesOf = (
  rows: { line: number; notices: Notice[] }[],
  totals: number[],
): { line: number; reason: Notice | LineNotice }[] => [
  ...rows.flatMap(({ line, notices }) => notices.map((reason) => ({ line, reason }))),
  ...totals.map((line) => ({ line, reason: "totals_line" as const })),
];
