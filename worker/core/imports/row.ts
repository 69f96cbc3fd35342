import { byField, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { unguardFormula } from "#core/shared/csv-cell.ts";
import { type PhoneError, parsePhone } from "#core/shared/phone.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { oneLine, visibleText } from "#core/shared/visible-text.ts";
import { foldName, type ImportField, type Layout, ownColumns } from "./columns.ts";
import { readOptInWord } from "./consent-words.ts";
import { type ConsentDate, readConsentDate } from "./instants.ts";
import type { Notice } from "./notices.ts";
import type { RecordFault } from "./slices.ts";

/** Why a row was left out. Codes are stable; the words are for the reject file's reader. */
export type Rejection =
  | RecordFault
  | "too_many_cells"
  | "repeated_header"
  | "phone_missing"
  | "phone_not_a_number"
  | "phone_two_numbers"
  | "phone_lost_digits"
  | "phone_too_short"
  | "phone_too_long"
  | "phone_bad_area_code"
  | "phone_invalid";

export const REJECTION_WORDS: Record<Rejection, string> = {
  malformed_quotes: "Aspas sem par ou fora do lugar",
  record_too_long: "Linha longa demais",
  stray_line_break: "Quebra de linha fora de aspas",
  too_many_cells: "Mais células que colunas no cabeçalho",
  repeated_header: "Cabeçalho repetido",
  phone_missing: "Telefone em branco",
  phone_not_a_number: "Telefone com letras ou outros sinais",
  phone_two_numbers: "Dois telefones na mesma célula: deixe um por linha",
  phone_lost_digits: "Notação científica: a planilha perdeu dígitos do telefone; formate a coluna como texto",
  phone_too_short: "Telefone curto demais",
  phone_too_long: "Telefone longo demais",
  phone_bad_area_code: "DDD ausente, inexistente ou diferente do DDD do número",
  phone_invalid: "Número de telefone que não existe",
};

const PHONE_REJECTION: Record<PhoneError, Rejection> = {
  empty: "phone_missing",
  not_a_number: "phone_not_a_number",
  two_numbers: "phone_two_numbers",
  lost_digits: "phone_lost_digits",
  too_short: "phone_too_short",
  too_long: "phone_too_long",
  bad_area_code: "phone_bad_area_code",
  invalid: "phone_invalid",
};

/** A row that can be stored. Blank cells are `""` or null: they say nothing about what is there already. */
export interface ImportedRow extends Record<ContactField, string | null> {
  /** E.164. */
  phone: string;
  name: string;
  hashtags: string[];
  attributes: Record<string, string>;
  optIn: "yes" | "no" | null;
  optInSource: string | null;
  /** When that was said, in milliseconds; null when the file gives no date that can be read. */
  optInAt: number | null;
  /** Cells that could not be read. But for damaged ones they are kept as attributes under their contract names. */
  notices: Notice[];
}

/** What reading a row needs beside its cells: the IANA zone of its wall clocks, and the present instant (ms). */
export interface Clock {
  timeZone: string;
  now: number;
}

/** The mark of bytes that were no character: in the file itself, or made by whoever wrote it. */
export const DAMAGE = "\ufffd";

/** A cell as it was meant: what our own files put before a sign is taken back, and nothing invisible stays. */
export const plainCell = (cell: string): string => visibleText(unguardFormula(cell)).trim();

const E_MAIL = ["email", "mail"];
const WHATSAPP = ["whatsapp", "whats", "wpp", "zap"];

/** The row is one of an e-mail address, in a layout that has one row per channel of a person. */
export function isEmailRow(cells: string[], { fields }: Layout): boolean {
  return fields.channel !== undefined && E_MAIL.includes(foldName(cells[fields.channel] ?? ""));
}

/** The row is not of a phone, or is to be sent by another way than WhatsApp. A blank cell names none. */
export function isOtherChannel(cells: string[], layout: Layout): boolean {
  const route = foldName(cells[layout.fields.route ?? -1] ?? "");
  return isEmailRow(cells, layout) || (route !== "" && !WHATSAPP.includes(route));
}

/** Reads one record. Null for a blank line, which is no row: one without anything in any cell. */
export function readRow(raw: string[], layout: Layout, clock: Clock): Result<ImportedRow, Rejection> | null {
  const cells = raw.map(plainCell);
  if (cells.every((cell) => cell === "")) return null;
  if (isHeaderAgain(cells, ownColumns(layout.header))) return err("repeated_header");
  // More cells than columns means that an unquoted delimiter shifted them: whose number would that be?
  if (cells.slice(layout.header.length).some((cell) => cell !== "")) return err("too_many_cells");

  const written = (field: ImportField) => cells[layout.fields[field] ?? -1] ?? "";
  const phone = parsePhone({ ddd: written("ddd"), number: written("phone") });
  if (!phone.ok) return err(PHONE_REJECTION[phone.error]);

  const notices = new Set<Notice>();
  /** Blank when it is damaged: what is known already is better. */
  const sound = (text: string) => {
    if (!text.includes(DAMAGE)) return text;
    notices.add("damaged_characters");
    return "";
  };
  const cell = (field: ImportField) => sound(written(field));
  const attributes: Record<string, string> = {};
  for (const [index, name] of layout.attributes) {
    const value = sound(cells[index] ?? "");
    if (value !== "") attributes[name] = value;
  }
  const keepUnread = (notice: Notice, columnName: string, text: string) => {
    attributes[columnName] = text;
    notices.add(notice);
  };

  const fields = byField((field) => {
    const text = cell(field);
    if (text === "") return null;
    const value = FIELD_RULES[field].read(text);
    if (value === null) keepUnread(`${field}_unreadable`, FIELD_RULES[field].column, text);
    return value;
  });
  const wordText = cell("optIn");
  // A não counts also where its ã is damaged.
  const word = readOptInWord(written("optIn")) === "no" ? "no" : readOptInWord(wordText);
  if (word === "unclear") keepUnread("opt_in_unclear", "OptIn", wordText);
  const dateText = cell("optInAt");
  const date: ConsentDate | null = dateText === "" ? null : readConsentDate(dateText, clock);
  if (date?.read === "unreadable") keepUnread("consent_date_unreadable", "DataHoraOptIn", dateText);
  if (date?.read === "future") keepUnread("consent_date_in_future", "DataHoraOptIn", dateText);

  return ok({
    phone: phone.value.e164,
    name: oneLine(cell("name")),
    ...fields,
    hashtags: readHashtags(cell("hashtags")),
    attributes,
    optIn: word === "unclear" ? null : word,
    optInSource: oneLine(cell("optInSource")) || null,
    optInAt: date?.read === "at" ? date.at : null,
    notices: [...notices],
  });
}

/** Hashtags between commas, semicolons, bars or blanks; the `#` is not part of them. Each once, as first written. */
export function readHashtags(text: string): string[] {
  if (text === "") return [];
  const tags = text.split(/[\s,;|]+/).map((tag) => tag.replace(/^#+/, ""));
  return [...new Set(tags)].filter((tag) => tag !== "");
}

const isHeaderAgain = (cells: string[], header: string[]) =>
  header.every((name, index) => (cells[index] ?? "") === name);
