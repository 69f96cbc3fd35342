import { readDocument } from "../document.ts";
import { err, ok, type Result } from "../model.ts";
import { type PhoneError, parsePhone } from "../phone.ts";
import type { ImportField, Layout } from "./columns.ts";
import { readOptInWord } from "./consent-words.ts";
import { readInstant } from "./instants.ts";
import type { RecordFault } from "./slices.ts";

/** Why a row was left out. Codes are stable; the words are for the reject file's reader. */
export type Rejection =
  | RecordFault
  | "too_many_cells"
  | "repeated_header"
  | "phone_missing"
  | "phone_not_a_number"
  | "phone_too_short"
  | "phone_too_long"
  | "phone_bad_area_code"
  | "phone_invalid";

export const REJECTION_WORDS: Record<Rejection, string> = {
  malformed_quotes: "Aspas sem par ou fora do lugar",
  record_too_long: "Linha longa demais",
  too_many_cells: "Mais células que colunas no cabeçalho",
  repeated_header: "Cabeçalho repetido",
  phone_missing: "Telefone em branco",
  phone_not_a_number: "Telefone com letras ou outros sinais",
  phone_too_short: "Telefone curto demais",
  phone_too_long: "Telefone longo demais",
  phone_bad_area_code: "DDD ausente, inexistente ou diferente do DDD do número",
  phone_invalid: "Número de telefone que não existe",
};

const PHONE_REJECTION: Record<PhoneError, Rejection> = {
  empty: "phone_missing",
  not_a_number: "phone_not_a_number",
  too_short: "phone_too_short",
  too_long: "phone_too_long",
  bad_area_code: "phone_bad_area_code",
  invalid: "phone_invalid",
};

/** A row that can be stored. Blank cells are `""` or null: they say nothing about what is there already. */
export interface ImportedRow {
  /** E.164. */
  phone: string;
  name: string;
  document: string | null;
  customerCode: string | null;
  email: string | null;
  hashtags: string[];
  attributes: Record<string, string>;
  optIn: "yes" | "no" | null;
  optInSource: string | null;
  /** Milliseconds; null when the file gives no date that can be read. */
  optInAt: number | null;
  /** A cell could not be read: it is kept as an attribute under its contract name, and the row is counted. */
  hasWarning: boolean;
}

/** Reads one record. Null for a blank line, which is no row: one without anything in any cell. */
export function readRow(cells: string[], layout: Layout, timeZone: string): Result<ImportedRow, Rejection> | null {
  if (cells.every(isBlank)) return null;
  if (isHeaderAgain(cells, layout.header)) return err("repeated_header");
  // More cells than columns means that an unquoted delimiter shifted them: whose number would that be?
  if (cells.length > layout.header.length && !cells.slice(layout.header.length).every(isBlank))
    return err("too_many_cells");

  const cell = (field: ImportField) => {
    const index = layout.fields[field];
    return index === undefined ? "" : (cells[index] ?? "").trim();
  };
  const phone = parsePhone({ ddd: cell("ddd"), number: cell("phone") });
  if (!phone.ok) return err(PHONE_REJECTION[phone.error]);

  const attributes: Record<string, string> = {};
  for (const [index, name] of layout.attributes) {
    const value = (cells[index] ?? "").trim();
    if (value !== "") attributes[name] = value;
  }
  let hasWarning = false;
  const keepUnread = (columnName: string, text: string) => {
    attributes[columnName] = text;
    hasWarning = true;
  };

  const documentText = cell("document");
  const document = documentText === "" ? null : readDocument(documentText);
  if (documentText !== "" && document === null) keepUnread("CpfCnpj", documentText);
  const emailText = cell("email");
  const email = /^[^\s@]+@[^\s@]+$/.test(emailText) ? emailText : null;
  if (emailText !== "" && email === null) keepUnread("EnderecoEmail", emailText);
  const word = readOptInWord(cell("optIn"));
  if (word === "unclear") keepUnread("OptIn", cell("optIn"));
  const atText = cell("optInAt");
  const optInAt = atText === "" ? null : readInstant(atText, timeZone);
  if (atText !== "" && optInAt === null) keepUnread("DataHoraOptIn", atText);

  return ok({
    phone: phone.value.e164,
    name: oneLine(cell("name")),
    document,
    customerCode: oneLine(cell("customerCode")) || null,
    email,
    hashtags: readHashtags(cell("hashtags")),
    attributes,
    optIn: word === "unclear" ? null : word,
    optInSource: oneLine(cell("optInSource")) || null,
    optInAt,
    hasWarning,
  });
}

/** Hashtags between commas, semicolons, bars or blanks; the `#` is not part of them. Each once, as first written. */
export function readHashtags(text: string): string[] {
  if (text === "") return [];
  const tags = text.split(/[\s,;|]+/).map((tag) => tag.replace(/^#+/, ""));
  return [...new Set(tags)].filter((tag) => tag !== "");
}

const isBlank = (cell: string) => cell.trim() === "";
const oneLine = (text: string) => text.replace(/\s+/g, " ");

function isHeaderAgain(cells: string[], header: string[]): boolean {
  if (cells[0]?.trim() !== header[0]?.trim()) return false;
  return header.every((name, index) => (cells[index] ?? "").trim() === name.trim());
}
