import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { byField, CONTACT_FIELDS, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { GIVEN_UP } from "#core/meta/error-rules.ts";
import {
  DELIVERY_WORDS,
  REPORT_COLUMNS,
  type ReportRow,
  reportHead,
  reportLine,
  SKIP_WORDS,
} from "#core/reports/report-row.ts";
import { unguardFormula } from "#core/shared/csv-cell.ts";
import { wallClock } from "#core/shared/wall-clock.ts";
import { nothingKnown, stored } from "../../support/contact-fields.ts";
import { anyText } from "../arbitraries.ts";

const style = {
  delimiter: ";",
  clock: wallClock("America/Sao_Paulo"),
  lineName: (lineId: string) => (lineId === "lin_1" ? "Cobrança 1" : lineId),
};
const at = (time: string) => Date.parse(`2026-12-01T${time}Z`);

const entry = (overrides: Partial<ReportRow> = {}): ReportRow => ({
  contactId: "con_1",
  name: "Ana Souza",
  ...stored,
  customerCode: "A-17",
  phone: "+5511961234567",
  status: "read",
  skipReason: null,
  wave: 0,
  lineId: "lin_1",
  requestedAt: at("15:00:00"),
  sentAt: at("15:00:01"),
  deliveredAt: at("15:00:03"),
  readAt: at("15:10:00"),
  failedAt: null,
  repliedAt: at("15:11:00"),
  errorCode: null,
  errorDetail: null,
  messageId: "wamid.1",
  text: "Olá Ana",
  ...overrides,
});
const cells = (row: ReportRow, delimiter = ";") =>
  Papa.parse<string[]>(reportLine(row, { ...style, delimiter }), { delimiter, newline: "\r\n" }).data[0] ?? [];
const read = (row: ReportRow) => {
  const values = cells(row);
  return Object.fromEntries(REPORT_COLUMNS.map((name, i) => [name, values[i]]));
};

describe("the report's head", () => {
  it("starts with a byte order mark and the ten columns that others rely on, in their order", () => {
    expect(reportHead(";")).toMatch(
      /^\ufeffNomePessoa;CpfCnpj;CodPessoaCliente;DDDTelefone;NumeroTelefone;EnderecoEmail;DataHoraSolicitacao;DataHoraEnvio;Mensagem;SituacaoEntrega;/,
    );
    expect(reportHead(";")).toMatch(/\r\n$/);
    expect(reportHead(",")).toMatch(/^\ufeffNomePessoa,CpfCnpj,/);
  });
});

describe("a row of the report", () => {
  it("tells all that became of one person's message, in the tenant's time", () => {
    const fields = Object.fromEntries(CONTACT_FIELDS.map((field) => [FIELD_RULES[field].column, stored[field]]));
    expect(read(entry())).toEqual({
      ...fields,
      NomePessoa: "Ana Souza",
      CpfCnpj: "52998224725",
      CodPessoaCliente: "A-17",
      DDDTelefone: "11",
      NumeroTelefone: "5511961234567",
      EnderecoEmail: "ana@example.com",
      DataHoraSolicitacao: "2026-12-01 12:00:00",
      DataHoraEnvio: "2026-12-01 12:00:01",
      Mensagem: "Olá Ana",
      SituacaoEntrega: "Lido",
      Onda: "1",
      Linha: "Cobrança 1",
      DataHoraEntrega: "2026-12-01 12:00:03",
      DataHoraLeitura: "2026-12-01 12:10:00",
      DataHoraResposta: "2026-12-01 12:11:00",
      DataHoraFalha: "",
      CodigoFalha: "",
      MotivoFalha: "",
      MotivoNaoEnvio: "",
      IdMensagem: "wamid.1",
      IdContato: "con_1",
      AcaoTomada: "",
    });
  });

  it("has an empty cell for what an object one release older does not tell", () => {
    const told: ReportRow = JSON.parse(JSON.stringify({ ...entry(), ...byField(() => undefined) }));
    const fields = CONTACT_FIELDS.map((field) => read(told)[FIELD_RULES[field].column]);
    expect(new Set(fields)).toEqual(new Set([""]));
    expect(cells(told)).toHaveLength(REPORT_COLUMNS.length);
  });

  it("says why a message failed, and what was done about it", () => {
    const failed = read(entry({ status: "failed", errorCode: 131026, failedAt: at("15:00:02") }));
    expect(failed).toMatchObject({
      SituacaoEntrega: "Falha",
      CodigoFalha: "131026",
      DataHoraFalha: "2026-12-01 12:00:02",
    });
    expect(failed.MotivoFalha).not.toBe("");
    expect(failed.AcaoTomada).toBe("Não tentamos outra linha, porque não adianta.");
    const neverAccepted = read(entry({ status: "failed", errorCode: 131016, messageId: null }));
    expect(neverAccepted.AcaoTomada).toBe("Tentamos mais de uma vez, sem sucesso, e desistimos.");
  });

  it("says that a person ended the wait for a blocked line, and claims no code of Meta's for it", () => {
    expect(read(entry({ status: "failed", errorCode: GIVEN_UP, messageId: null }))).toMatchObject({
      CodigoFalha: "",
      MotivoFalha: "A espera pela linha foi encerrada",
      AcaoTomada: "Uma pessoa da equipe encerrou a espera pela linha bloqueada.",
    });
  });

  it("is there for who got nothing, with the reason, also without a phone", () => {
    const nobody = { ...nothingKnown, phone: null, text: null, messageId: null };
    const never = {
      wave: null,
      lineId: null,
      requestedAt: null,
      sentAt: null,
      deliveredAt: null,
      readAt: null,
      repliedAt: null,
    };
    const skipped = entry({ ...nobody, ...never, status: "skipped", skipReason: "invalidPhone" });
    expect(read(skipped)).toMatchObject({
      DDDTelefone: "",
      NumeroTelefone: "",
      Mensagem: "",
      SituacaoEntrega: "Não enviado",
      Onda: "",
      MotivoNaoEnvio: "Telefone inválido",
    });
  });

  it("has a word of its own for every status and every reason", () => {
    for (const words of [DELIVERY_WORDS, SKIP_WORDS]) {
      expect(new Set(Object.values(words)).size).toBe(Object.keys(words).length);
      expect(Object.values(words)).not.toContain("");
    }
  });

  it("has as many cells as the head has columns, and gives every text back, whatever it is", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, fc.constantFrom(";", ","), (name, email, text, delimiter) => {
        const values = cells(entry({ name, email, text, document: name, customerCode: text }), delimiter);
        expect(values).toHaveLength(REPORT_COLUMNS.length);
        const [first, document, customerCode, , , fifth, , , message] = values.map(unguardFormula);
        expect([first, document, customerCode, fifth, message]).toEqual([name, name, text, email, text]);
      }),
    );
  });
});
