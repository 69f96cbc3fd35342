import { TZDate } from "@date-fns/tz";
import { type ListedBlock, LONGEST_BLOCK_CONTRACT, LONGEST_BLOCK_REASON, USER_ID } from "#core/audience/block.ts";
import { FIELD_RULES } from "#core/audience/contact-fields.ts";
import { csvLine } from "#core/shared/csv-cell.ts";
import { parsePhone } from "#core/shared/phone.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import { oneLine } from "#core/shared/visible-text.ts";
import { byteText } from "./byte-text.ts";
import { readCells } from "./cells.ts";
import { foldName } from "./columns.ts";
import { encodingProbe, textDecoder } from "./dialect.ts";
import { readHeader } from "./head.ts";
import { readInstant } from "./instants.ts";
import { reasonLine } from "./read-slice.ts";
import { plainCell, REJECTION_WORDS } from "./row.ts";
import { cutRecords, type RecordFault } from "./slices.ts";

/*
 * Lists of people who must not be written to: ours, and those of Maestro (`TIPO_BLOQUEIO;CPF_CNPJ;…;MOTIVO`).
 *
 * There a row covers whoever fits all of its filled columns; here a block covers whoever has any of its keys. A row with a
 * phone and a document so holds back everybody whom it held back there, and besides whoever has only one of the two: of
 * two readings of a wish not to be written to, the one that sends less. For the same reason what narrows a row there
 * without being a key here (contract, e-mail address) narrows nothing, a key that can't be read leaves the row to its
 * other one, a block whose end can't be read has none, and one until a day lasts that whole day. A row is left out only
 * when nobody can tell whom it means.
 */

/** What is read of a list at once; a longer one is split by whoever sends it. */
export const MOST_LIST_ROWS = 100_000;
export const MOST_LIST_BYTES = 10_000_000;

/** Names of columns, folded. Earlier ones win over later ones. */
const ALIASES = {
  phone: ["telefone", "numero", "numerotelefone", "telefonecelular", "celular", "whatsapp", "phone"],
  ddd: ["dddtelefone", "ddd"],
  document: ["cpfcnpj", "documento", "cpf", "cnpj", "document"],
  userId: ["idusuario", "userid", "bsuid"],
  segment: ["segmento", "carteira", "segment"],
  reason: ["motivo", "reason"],
  contract: ["contrato", "nucontratogestao", "codcontrato", "contract"],
  until: ["ate", "dataexpiracao", "validade", "until"],
  type: ["tipobloqueio"],
  email: ["email", "enderecoemail"],
} as const;
export type BlockColumn = keyof typeof ALIASES;
const COLUMNS = Object.keys(ALIASES) as BlockColumn[];
const KEY_COLUMNS = ["phone", "document", "userId"] as const;

/** Why a row blocks nobody. Codes are stable; the words are for the reject file's reader. */
export type BlockRejection =
  | RecordFault
  | "too_many_cells"
  | "repeated_header"
  | "no_key"
  | "only_email"
  | "phone_unreadable"
  | "document_unreadable"
  | "user_id_unreadable"
  | "segment_unknown"
  | "already_over";

const { malformed_quotes, record_too_long, stray_line_break, too_many_cells, repeated_header } = REJECTION_WORDS;
export const BLOCK_REJECTION_WORDS: Record<BlockRejection, string> = {
  ...{ malformed_quotes, record_too_long, stray_line_break, too_many_cells, repeated_header },
  no_key: "Sem telefone, documento ou id de usuário",
  only_email: "Só tem e-mail, e no WhatsApp ninguém é achado por ele",
  phone_unreadable: "Telefone que não se pode ler",
  document_unreadable: "CPF ou CNPJ inválido",
  user_id_unreadable: "Id de usuário inválido",
  segment_unknown: "Segmento que não existe",
  already_over: "O bloqueio já terminou",
};

/** What was read otherwise than it stands there, to hold back more people rather than fewer. Codes are stable. */
export type BlockNotice = "key_left_out" | "type_unclear" | "end_unclear";
export const BLOCK_NOTICE_WORDS: Record<BlockNotice, string> = {
  key_left_out: "Uma das chaves não se pode ler: o bloqueio vale pela outra",
  type_unclear: "TIPO_BLOQUEIO não entendido: o bloqueio ficou sem fim",
  end_unclear: "Fim ausente ou não entendido: o bloqueio ficou sem fim",
};

/** What stands where a list gives no reason. */
const NO_REASON = "Lista de bloqueio";

export type ListFault = "no_text" | "empty_file" | "no_key_column" | "too_many_rows";

export interface ListFormat {
  delimiter: string;
  header: string[];
  columns: Partial<Record<BlockColumn, number>>;
}
/** What reading a row needs beside its cells. */
export interface ListContext {
  /** IANA name, for days without an offset. */
  timeZone: string;
  /** ms. */
  now: number;
  /** Of rows that name none. */
  segmentId: string | null;
  /** By name or id; undefined when the tenant has none like it. */
  segmentOf: (name: string) => string | undefined;
}

export interface ReadBlock extends ListedBlock {
  /** Of the file; the first is 1. */
  line: number;
  notices: BlockNotice[];
}
export interface BlockReject {
  line: number;
  cells: string[];
  reason: BlockRejection;
}
export interface ListPart {
  blocks: ReadBlock[];
  rejects: BlockReject[];
}

export interface BlockList {
  format: ListFormat;
  /** How many rows it has, whatever they say. */
  rows: number;
  /** Some of them at a time, in the order of the file. */
  parts(context: ListContext, partRows: number): Generator<ListPart, void>;
}

/** @param bytes the whole file */
export function openBlockList(bytes: Uint8Array): Result<BlockList, ListFault> {
  const probe = encodingProbe();
  probe.push(bytes);
  const { encoding } = probe.verdict();
  if (encoding === "binary" || encoding === "workbook") return err("no_text");
  const head = readHeader(bytes, { encoding, delimiter: null, mapping: null, last: true });
  if (!head.ok) return err(head.error === "empty_file" ? "empty_file" : "no_text");
  const { delimiter, names: header, isText, cursor } = head.value;
  const columns = columnsOf(header);
  if (KEY_COLUMNS.every((key) => columns[key] === undefined)) return err(isText ? "no_key_column" : "no_text");
  const format: ListFormat = { delimiter, header, columns };

  const text = byteText(bytes.subarray(cursor.offset), encoding, true);
  const cut = { delimiter: delimiter.charCodeAt(0), newline: cursor.newline, last: true };
  const { records } = cutRecords(text.bytes, { ...cut, maxRecords: MOST_LIST_ROWS + 1 });
  if (records.length > MOST_LIST_ROWS) return err("too_many_rows");
  const decoder = textDecoder(text.encoding);
  function* parts(context: ListContext, partRows: number): Generator<ListPart, void> {
    for (let at = 0; at < records.length; at += partRows) {
      const part: ListPart = { blocks: [], rejects: [] };
      for (const { start, end, line: offset, fault } of records.slice(at, at + partRows)) {
        const record = decoder.decode(text.bytes.subarray(start, end));
        const line = cursor.line + offset;
        const cells = fault ? null : readCells(record, delimiter);
        const read = cells ? readBlockRow(cells, format, context) : err<BlockRejection>(fault ?? "malformed_quotes");
        if (read?.ok) part.blocks.push({ line, ...read.value });
        else if (read) part.rejects.push({ line, cells: cells ?? [record], reason: read.error });
      }
      yield part;
    }
  }
  return ok({ format, rows: records.filter(({ start, end }) => start < end).length, parts });
}

/** Reads one row. Null for one without anything in any cell. */
export function readBlockRow(
  raw: string[],
  { header, columns }: Pick<ListFormat, "header" | "columns">,
  context: ListContext,
): Result<Omit<ReadBlock, "line">, BlockRejection> | null {
  const cells = raw.map(plainCell);
  if (cells.every((cell) => cell === "")) return null;
  if (header.every((name, index) => (cells[index] ?? "") === name)) return err("repeated_header");
  if (cells.slice(header.length).some((cell) => cell !== "")) return err("too_many_cells");
  const cell = (column: BlockColumn) => cells[columns[column] ?? -1] ?? "";

  const unread: BlockRejection[] = [];
  const key = (text: string, value: string | null, fault: BlockRejection) => {
    if (text !== "" && value === null) unread.push(fault);
    return text === "" ? null : value;
  };
  const phone = key(cell("phone"), phoneIn(cell("ddd"), cell("phone")), "phone_unreadable");
  const document = key(cell("document"), FIELD_RULES.document.read(cell("document")), "document_unreadable");
  const userId = key(cell("userId"), USER_ID.test(cell("userId")) ? cell("userId") : null, "user_id_unreadable");
  if (phone === null && document === null && userId === null)
    return err(unread[0] ?? (cell("email") === "" ? "no_key" : "only_email"));

  const segmentId = cell("segment") === "" ? context.segmentId : context.segmentOf(cell("segment"));
  if (segmentId === undefined) return err("segment_unknown");
  const end = endOf(cell("type"), cell("until"), context.timeZone);
  if (end.until !== null && end.until <= context.now) return err("already_over");
  return ok({
    ...{ phone, document, userId, segmentId },
    reason: oneLine(cell("reason")).slice(0, LONGEST_BLOCK_REASON).trim() || NO_REASON,
    contract: oneLine(cell("contract")).slice(0, LONGEST_BLOCK_CONTRACT).trim() || null,
    until: end.until,
    notices: [...(unread.length > 0 ? (["key_left_out"] as const) : []), ...end.notices],
  });
}

/** Of the file of rejects, which may be mended and sent again: `Motivo` alone would be the reason of a block. */
export const blockRejectHead = ({ header, delimiter }: ListFormat): string =>
  `\ufeff${csvLine([...header, "Linha", "Motivo da rejeição"], delimiter)}`;

/** A line of it: the original cells under their columns, then why they were left out. */
export const blockRejectLine = ({ line, cells, reason }: BlockReject, { header, delimiter }: ListFormat): string =>
  reasonLine({ line, cells }, [`${BLOCK_REJECTION_WORDS[reason]} (${reason})`], header, delimiter);

function columnsOf(header: string[]): ListFormat["columns"] {
  const folded = header.map(foldName);
  const found: ListFormat["columns"] = {};
  for (const column of COLUMNS) {
    const name = ALIASES[column].find((alias) => folded.includes(alias));
    if (name !== undefined) found[column] = folded.indexOf(name);
  }
  return found;
}

function phoneIn(ddd: string, number: string): string | null {
  const phone = parsePhone({ ddd, number });
  return phone.ok ? phone.value.e164 : null;
}

/** Maestro's 1 has no end, whatever day stands beside it, and its 2 has one; without a type the day alone says it. */
function endOf(type: string, day: string, timeZone: string): { until: number | null; notices: BlockNotice[] } {
  const kind = TYPES.get(foldName(type));
  if (type !== "" && kind === undefined) return { until: null, notices: ["type_unclear"] };
  if (kind === "permanent" || (day === "" && kind === undefined)) return { until: null, notices: [] };
  const at = readInstant(day, timeZone);
  if (at === null) return { until: null, notices: ["end_unclear"] };
  return { until: afterDay(at, timeZone), notices: [] };
}

const TYPES = new Map([
  ["1", "permanent"],
  ["permanente", "permanent"],
  ["2", "temporary"],
  ["temporario", "temporary"],
]);

/** A day without a time, which begins at midnight, ends when the next one begins. */
function afterDay(at: number, timeZone: string): number {
  const day = new TZDate(at, timeZone);
  const isMidnight = day.getHours() === 0 && day.getMinutes() === 0 && day.getSeconds() === 0;
  return isMidnight ? new TZDate(day.getFullYear(), day.getMonth(), day.getDate() + 1, timeZone).getTime() : at;
}
