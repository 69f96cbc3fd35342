import { CONTACT_FIELDS, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import type { SkipReason } from "#core/audience/exclusion.ts";
import { actionText } from "#core/meta/error-action.ts";
import { ruleFor } from "#core/meta/error-rules.ts";
import type { RecipientRow, RecipientStatus } from "#core/sending/recipient.ts";
import { csvLine } from "#core/shared/csv-cell.ts";
import { reportPhone } from "#core/shared/phone.ts";

/** What the report says of a member beside what the recipients' list does. */
export interface ReportRow extends RecipientRow, Record<ContactField, string | null> {}

/** The fields that are not among the first ten columns. */
const LATER_FIELDS = CONTACT_FIELDS.filter((field) => !["document", "customerCode", "email"].includes(field));

/** Programs read the first ten by place as well as by name: new columns go to the end. */
export const REPORT_COLUMNS = [
  "NomePessoa",
  "CpfCnpj",
  "CodPessoaCliente",
  "DDDTelefone",
  "NumeroTelefone",
  "EnderecoEmail",
  "DataHoraSolicitacao",
  "DataHoraEnvio",
  "Mensagem",
  "SituacaoEntrega",
  "Onda",
  "Linha",
  "DataHoraEntrega",
  "DataHoraLeitura",
  "DataHoraResposta",
  "DataHoraFalha",
  "CodigoFalha",
  "MotivoFalha",
  "MotivoNaoEnvio",
  "IdMensagem",
  "IdContato",
  "AcaoTomada",
  ...LATER_FIELDS.map((field) => FIELD_RULES[field].column),
];

/** The column SituacaoEntrega. */
export const DELIVERY_WORDS: Record<RecipientStatus, string> = {
  pending: "Aguardando",
  queued: "Na fila",
  sending: "Enviando",
  sent: "Enviado",
  delivered: "Entregue",
  read: "Lido",
  failed: "Falha",
  skipped: "Não enviado",
  // The answer never came, so nobody knows whether the message left.
  unknown: "Em dúvida",
};

/** The column MotivoNaoEnvio. */
export const SKIP_WORDS: Record<SkipReason, string> = {
  noOptIn: "Sem opt-in",
  optedOut: "Opt-out",
  blocked: "Bloqueado",
  invalidPhone: "Telefone inválido",
  unreachable: "Sem WhatsApp em duas campanhas",
  duplicate: "Telefone repetido no público",
  inService: "Em atendimento",
  filtered: "Fora do filtro",
  frequencyCap: "Limite de mensagens por pessoa",
  missingVariable: "Variável sem valor",
  contactDeleted: "Contato excluído",
  cancelled: "Campanha cancelada",
};

export interface ReportStyle {
  delimiter: string;
  /** Writes an instant as a time of the tenant's wall clock. */
  clock: (at: number) => string;
  /** What a line is called in the report. */
  lineName: (lineId: string) => string;
}

/** A byte order mark, by which spreadsheets know UTF-8, and the names of the columns. */
export const reportHead = (delimiter: string): string => `\ufeff${csvLine(REPORT_COLUMNS, delimiter)}`;

export function reportLine(entry: ReportRow, { delimiter, clock, lineName }: ReportStyle): string {
  const time = (at: number | null) => (at === null ? "" : clock(at));
  const { ddd, number } = entry.phone === null ? NO_PHONE : reportPhone(entry.phone);
  const hasFailed = entry.status === "failed" && entry.errorCode !== null;
  return csvLine(
    [
      entry.name,
      entry.document ?? "",
      entry.customerCode ?? "",
      ddd,
      number,
      entry.email ?? "",
      time(entry.requestedAt),
      time(entry.sentAt),
      entry.text ?? "",
      DELIVERY_WORDS[entry.status],
      entry.wave === null ? "" : String(entry.wave + 1),
      entry.lineId === null ? "" : lineName(entry.lineId),
      time(entry.deliveredAt),
      time(entry.readAt),
      time(entry.repliedAt),
      time(entry.failedAt),
      // Ours in the place of Meta's codes are nobody's business.
      hasFailed && Number(entry.errorCode) >= 0 ? String(entry.errorCode) : "",
      hasFailed ? ruleFor(entry.errorCode).titlePt : "",
      entry.skipReason === null ? "" : SKIP_WORDS[entry.skipReason],
      entry.messageId ?? "",
      entry.contactId,
      hasFailed ? actionText(entry.errorCode, entry.messageId === null ? "refused" : "failed").actionPt : "",
      // An object one release older does not tell of a new one.
      ...LATER_FIELDS.map((field) => entry[field] ?? ""),
    ],
    delimiter,
  );
}

const NO_PHONE = { ddd: "", number: "" };
