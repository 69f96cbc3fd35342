import type { JobStatus } from "#core/shared/job.ts";
import type { Language } from "#core/shared/language.ts";
import type { FileNotice, LineNotice, Notice, ReasonTally } from "./notices.ts";
import type { Rejection } from "./row.ts";

/** Some workbooks can only be read whole, and their shared texts always are: an isolate has 128 MB. */
export const MOST_WORKBOOK_BYTES = 64_000_000;

/** `checked`: the file was read, nothing was stored, and a person is to say what becomes of it. */
export type ImportStatus = JobStatus | "checked" | "cancelled";

/** Why a whole file could not be imported. */
export const IMPORT_ERRORS = [
  "binary_file",
  "workbook_unreadable",
  "workbook_too_large",
  "empty_file",
  "no_phone_column",
  "too_many_columns",
  "line_too_long",
  "file_missing",
  "audience_deleted",
  "stalled",
  "too_many_rejects",
  "nobody_to_keep",
] as const;
export type ImportError = (typeof IMPORT_ERRORS)[number];

/** For the alert, for the import itself, whose row has the word alone, and for whoever is about to send such a file. */
export const IMPORT_ERROR_WORDS: Record<ImportError, Record<Language, string>> = {
  binary_file: {
    en: "The file is no text: it looks like an old or protected spreadsheet, PDF or image. Save it as XLSX or CSV and import it again.",
    pt: "O arquivo não é texto: parece planilha antiga ou protegida, PDF ou imagem. Salve como XLSX ou CSV e importe de novo.",
  },
  workbook_unreadable: {
    en: "The file is no Excel workbook (XLSX) that can be read, or it is damaged. Open it, save it as XLSX or CSV and import it again.",
    pt: "O arquivo não é uma planilha Excel (XLSX) que se possa ler, ou está danificado. Abra, salve como XLSX ou CSV e importe de novo.",
  },
  workbook_too_large: {
    en: "The workbook is larger than 64 MB. Save it as CSV, which may be of any size, and import it again.",
    pt: "A planilha passa de 64 MB. Salve como CSV, que pode ter qualquer tamanho, e importe de novo.",
  },
  empty_file: {
    en: "The file has no header line.",
    pt: "O arquivo não tem linha de cabeçalho.",
  },
  no_phone_column: {
    en: "No column of the file holds phone numbers. Name one NumeroTelefone, or give a mapping.",
    pt: "Nenhuma coluna do arquivo tem telefones. Dê a uma o nome NumeroTelefone, ou informe um mapeamento.",
  },
  too_many_columns: {
    en: "The file has more than 200 columns.",
    pt: "O arquivo tem mais de 200 colunas.",
  },
  line_too_long: {
    en: "A line of the file is longer than 2 MiB, so it can't be a list of people.",
    pt: "Uma linha do arquivo passa de 2 MiB, e por isso ele não pode ser uma lista de pessoas.",
  },
  file_missing: {
    en: "The uploaded file is no longer there. Import it again.",
    pt: "O arquivo enviado não está mais aqui. Importe de novo.",
  },
  audience_deleted: {
    en: "The audience was deleted while the file was being imported.",
    pt: "O público foi excluído durante a importação do arquivo.",
  },
  stalled: {
    en: "The import stopped moving and was given up. Import the file again: rows already taken are updated.",
    pt: "A importação parou de avançar e foi encerrada. Importe o arquivo de novo: as linhas já aceitas são atualizadas.",
  },
  too_many_rejects: {
    en: "More rows of the file were rejected than the company's settings allow, so nothing was imported. Mend the rejected rows, or the file's columns, and import it again.",
    pt: "O arquivo teve mais linhas rejeitadas que o limite da empresa, e por isso nada foi importado. Corrija as linhas rejeitadas, ou as colunas do arquivo, e importe de novo.",
  },
  nobody_to_keep: {
    en: "No row of the file could be taken, so nobody was left to be the audience: it stays as it was.",
    pt: "Nenhuma linha do arquivo pôde ser aceita, e o público ficaria vazio: ele continua como estava.",
  },
};

/** Where the next slice starts and what it needs to know of the ones before. */
export interface ImportCursor {
  /** Byte of the file. */
  offset: number;
  /** Line of the file at `offset`; the first is 1. */
  line: number;
  header: string[];
  /** LF or CR, as a byte. */
  newline: number;
  /** Why rows were left out or are to be looked at, counted up to `offset`. Absent in imports begun before it was. */
  rejections?: ReasonTally<Rejection>;
  notices?: ReasonTally<Notice | LineNotice>;
  fileNotices?: FileNotice[];
  /**
   * Where rows begin, in a layout with one row per channel of a person. When the end is reached and e-mail addresses were
   * seen, rows are read again from here to give them to their people, wherever each stands; `offset` goes on counting.
   */
  rereadFrom?: number;
  /** Rows up to `offset` that give an address. */
  addresses?: number;
  /** The last member of the audience, by id, up to whom memberships have been ended; absent until the file is read. */
  removedTo?: string;
}

/** Which byte of the file a cursor stands at. */
export function placeOf(
  { offset, rereadFrom }: ImportCursor,
  fileBytes: number,
): { offset: number; isSecondReading: boolean } {
  if (rereadFrom === undefined || offset < fileBytes) return { offset, isSecondReading: false };
  return { offset: offset - fileBytes + rereadFrom, isSecondReading: true };
}

/** Bytes that an import reads in all, as far as can be told: what its cursor's offset leads to. */
export const bytesToRead = (fileBytes: number, cursor: Pick<ImportCursor, "rereadFrom"> | null): number =>
  cursor?.rereadFrom === undefined ? fileBytes : 2 * fileBytes - cursor.rereadFrom;

/** Under which names the parts of an import's file of rejects or notices lie, in the order of the file. */
export const partsPrefix = (tenantId: string, importId: string, file: "rejects" | "notices") =>
  `${tenantId}/imports/${importId}/${file}/`;

/** The same of a file that is only read. Its steps may end elsewhere than those that store it, so the two never mix. */
export const checkPartsPrefix = (tenantId: string, importId: string, file: "rejects" | "notices") =>
  `${checkPrefix(tenantId, importId)}${file}/`;

/** Where the first rows of a checked file lie, with what each would become. */
export const firstRowsKey = (tenantId: string, importId: string) => `${checkPrefix(tenantId, importId)}first-rows.json`;

/** All that a check leaves begins so. */
export const checkPrefix = (tenantId: string, importId: string) => `${leftoversPrefix(tenantId, importId)}check/`;

/** All that an import leaves beside its file begins so. */
export const leftoversPrefix = (tenantId: string, importId: string) => `${tenantId}/imports/${importId}/`;
