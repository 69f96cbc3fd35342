import { exports } from "cloudflare:workers";
import { writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import * as answers from "#http/imports/imports.schema.ts";
import { encode, type FileEncoding } from "../../core/imports/csv-fixture.ts";
import { anAudience, aTenant, ORIGIN, type TestTenant } from "../../support/builders.ts";
import { excelWorkbook } from "../../support/excel-workbook.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";
import { contactsOf, runImport } from "../../support/imports.ts";

/**
 * Files as offices have them, from the upload to the contact: each is one of a kind that has been got wrong. What a single rule says of
 * one cell is told in `test/core/imports`.
 */

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function anOffice() {
  const t = await aTenant();
  return { t, path: `/v1/audiences/${(await anAudience(t)).id}/imports` };
}
const send = (t: TestTenant, path: string, file: Uint8Array, type = "text/csv") =>
  exports.default.fetch(
    new Request(`${ORIGIN}${path}`, {
      method: "POST",
      body: new Uint8Array(file),
      headers: { "Content-Type": type, Authorization: `Bearer ${t.apiKey}` },
    }),
  );
/** The import as the API tells of it when it has ended. */
async function imported({ t, path }: Awaited<ReturnType<typeof anOffice>>, file: Uint8Array, type?: string) {
  const { id } = await expectBody(await send(t, path, file, type), 202, answers.importJob);
  await runImport(t, id);
  return expectBody(await t.call("GET", `/v1/imports/${id}`), 200, answers.importJob);
}
const text = (lines: string[], encoding: FileEncoding = "utf-8", newline = "\r\n") =>
  encode(`${lines.join(newline)}${newline}`, encoding);
const reasonsOf = (reasons: { code: string; lines: number[] }[]) =>
  Object.fromEntries(reasons.map(({ code, lines }) => [code, lines]));

/** What became of a file: who there is now, and what was said of its lines. */
async function outcome(file: Uint8Array, type?: string) {
  const office = await anOffice();
  const job = await imported(office, file, type);
  const contacts = await contactsOf(office.t);
  return { job, contacts, people: contacts.map(({ name, phone }) => [name, phone]) };
}

const NAMES = "NomePessoa;NumeroTelefone;OptIn";

describe("what a spreadsheet did to a file", () => {
  test("phones in scientific notation are rejected, with the reason that it lost digits", async () => {
    const { job, people } = await outcome(
      text([
        NAMES,
        "Jorge;5,51196E+12;Sim",
        "Bia;5.51196E+12;Sim",
        "Davi;5,511961000014E+12;Sim",
        "Elza;5511961230015;Sim",
      ]),
    );
    expect(people).toEqual([["Elza", "+5511961230015"]]);
    expect(reasonsOf(job.rejections)).toEqual({ phone_lost_digits: [2, 3, 4] });
  });

  test.each<FileEncoding>(["utf-16le with mark", "utf-16le", "utf-16be with mark", "utf-16be"])(
    "its Unicode text is read, as %s",
    async (encoding) => {
      const lines = [
        "NomePessoa\tDDDTelefone\tNumeroTelefone\tOptIn\tCidade",
        "Ângela\t11\t961230041\tSim\tSão Luís",
        '"Íris ""I"" Lima"\t11\t961230042\tSim\t"Mogi\tdas Cruzes"',
      ];
      const { contacts } = await outcome(text(lines, encoding));
      expect(contacts.map(({ name, attributes, optInStatus }) => [name, attributes.Cidade, optInStatus])).toEqual([
        ["Ângela", "São Luís", "granted"],
        ['Íris "I" Lima', "Mogi\tdas Cruzes", "granted"],
      ]);
    },
  );

  test("lines of an old Mac stay lines although a cell has one of its own: nobody gets another's phone", async () => {
    const file = `${NAMES}\rAda;11961230107;Sim\r"Bia\nMac";11961230108;Sim\rCai;11961230109;Sim`;
    expect((await outcome(encode(file, "utf-8"))).people).toEqual([
      ["Ada", "+5511961230107"],
      ["Bia Mac", "+5511961230108"],
      ["Cai", "+5511961230109"],
    ]);
  });

  test("signs that nobody sees hide no consent and stay in no cell; a zero byte costs nobody", async () => {
    const { contacts, job } = await outcome(
      text([
        `${NAMES};EnderecoEmail`,
        "Zara\u200b Lima;11961230181;Sim\u200b;z@exemplo.com.br\u200b",
        "Yara\0 Nula;11961230171;Sim;",
        "Zoe\u0001\u001a\u001b;11961230172;Sim;",
      ]),
    );
    expect(contacts.map(({ name, optInStatus, email }) => [name, optInStatus, email])).toEqual([
      ["Zara Lima", "granted", "z@exemplo.com.br"],
      ["Yara Nula", "granted", null],
      ["Zoe", "granted", null],
    ]);
    expect(job).toMatchObject({ rejectedRows: 0, notices: [] });
  });

  test("dates of consent are read in every way they are written, and none is invented", async () => {
    const dates = {
      "03/04/2026 14:30": "2026-04-03T17:30:00.000Z",
      "31/12/2025 23:59:59": "2026-01-01T02:59:59.000Z",
      "2026-04-03T14:30:00-03:00": "2026-04-03T17:30:00.000Z",
      "46115,6041666667": "2026-04-03T17:30:00.000Z",
      "03/04/26": "2026-04-03T03:00:00.000Z",
      "05/11/2018 00:30": "2018-11-05T02:30:00.000Z",
      "": null,
      "30/02/2026 10:00": null,
      "12/25/2026 08:00": null,
      "01/01/2099": null,
      "01/01/0026": null,
    };
    const rows = Object.keys(dates).map((date, nth) => `D${nth};${11_961_230_200 + nth};Sim;site;${date}`);
    const { contacts, job } = await outcome(text([`${NAMES};OrigemOptIn;DataHoraOptIn`, ...rows]));
    expect(contacts.map(({ optInAt }) => optInAt && new Date(optInAt).toISOString())).toEqual(Object.values(dates));
    expect(contacts.every(({ optInStatus }) => optInStatus === "granted")).toBe(true);
    expect(reasonsOf(job.notices)).toEqual({ consent_date_unreadable: [9, 10, 12], consent_date_in_future: [11] });
  });
});

test("phones are read in every way an office writes them, and never made up", async () => {
  const phones: [ddd: string, number: string, read: string][] = [
    ["", "+55 (11) 96123-0121", "+5511961230121"],
    ["", "0 15 11 96123-0122", "+5511961230122"],
    ["", "0XX11 96123-0123", "+5511961230123"],
    ["", "0055 11 96123-0124", "+5511961230124"],
    ["011", "96123-0125", "+5511961230125"],
    ["31", "8800-0126", "+5531988000126"],
    ["11", "3000-0127", "+551130000127"],
    ["11", "11961230133", "+5511961230133"],
    ["55", "96123-0134", "+5555961230134"],
    ["", "5555961230136", "+5555961230136"],
    ["", "11961230137.0", "+5511961230137"],
    ["", "+351 912 345 678", "+351912345678"],
    ["", "(11) 9123-4567/8", "phone_two_numbers"],
    ["", "3141-5926/27", "phone_two_numbers"],
    ["20", "96123-0130", "phone_bad_area_code"],
    ["", "96123-0132", "phone_bad_area_code"],
  ];
  const rows = phones.map(([ddd, number], nth) => `P${nth};${ddd};${number}`);
  const { contacts, job } = await outcome(text(["NomePessoa;DDDTelefone;NumeroTelefone", ...rows]));
  const found = phones.map((_, nth) => {
    const reason = job.rejections.find(({ lines }) => lines.includes(nth + 2))?.code;
    return reason ?? contacts.find(({ name }) => name === `P${nth}`)?.phone;
  });
  expect(found).toEqual(phones.map(([, , read]) => read));
});

test("who said no is not granted by an older yes of the next file, nor by one without a date", async () => {
  const office = await anOffice();
  await imported(office, text([NAMES, "Nora;11961230151;Não"]));
  const job = await imported(
    office,
    text([
      `${NAMES};OrigemOptIn;DataHoraOptIn`,
      "Nora;11961230151;Sim;base;01/03/2019 09:00",
      "Nora;11961230151;Sim;;",
    ]),
  );
  expect((await contactsOf(office.t)).map(({ optInStatus }) => optInStatus)).toEqual(["revoked"]);
  expect(reasonsOf(job.notices)).toEqual({ refusal_kept: [2, 3] });
});

test("a name that begins with a sign is the same after any number of rounds through our own files", async () => {
  const office = await anOffice();
  let [cells, name] = ["-Heitor;7,00;=1+1", ""];
  for (let round = 0; round < 3; round += 1) {
    // The phone is missing the first time in each round: the row comes back, is corrected and imported.
    const rejects = await imported(office, text(["NomePessoa;Valor;Nota;NumeroTelefone", `${cells};`]));
    const file = await (await office.t.call("GET", `/v1/imports/${rejects.id}/rejects`)).text();
    const [head = "", row = ""] = file.trimEnd().split("\r\n");
    const corrected = row.replace(";;2;", ";11961230191;2;");
    await imported(office, text([head, corrected]));
    const [heitor] = await contactsOf(office.t);
    expect([heitor?.name, heitor?.attributes]).toEqual(["-Heitor", { Valor: "7,00", Nota: "=1+1" }]);
    if (round > 0) expect(row.split(";2;")[0]).toBe(name);
    name = row.split(";2;")[0] ?? "";
    cells = name.replace(/;$/, "");
  }
});

test("a file that is not in the encoding it is said to be overwrites no name", async () => {
  const { t, path } = await anOffice();
  const file = text([NAMES, "João Forçado;11961230104;Sim"], "windows-1252");
  await expectProblem(await send(t, `${path}?encoding=utf-8`, file), 400, "invalid_request");
  expect(await contactsOf(t)).toEqual([]);
});

test("Robbu's thirteen columns are read without a mapping, and the rows of a person are joined", async () => {
  const { contacts, job } = await outcome(
    text([
      "TIPO_DE_REGISTRO;VALOR_DO_REGISTRO;MENSAGEM;NOME_CLIENTE;CPFCNPJ;CODCLIENTE;TAG;CORINGA1;CORINGA2;CORINGA3;CORINGA4;CORINGA5;PRIORIDADE",
      "TELEFONE;11961239001;Olá Iara;Iara;52998224725;000901;cobranca;150,00;30/11;;;;ALTA",
      "EMAIL;iara@exemplo.com.br;Olá Iara;Iara;52998224725;000901;cobranca;150,00;30/11;;;;",
      "TELEFONE;5511961239002;;Ivo;11144477735;000902;vip;90,00;01/12;;;;MEDIA",
      "TELEFONE;1133339002;;Ivo;11144477735;000902;vip;90,00;01/12;;;;MEDIA",
      "EMAIL;ivo@exemplo.com.br;;Ivo;11144477735;000902;vip;90,00;01/12;;;;",
      "EMAIL;ina@exemplo.com.br;;Ina;;000903;;;;;;;",
      "telefone;(11) 96123-9003;;Ina;;000903;;;;;;;",
      "EMAIL;so@exemplo.com.br;;Só;;000904;;;;;;;",
    ]),
  );
  expect(job).toMatchObject({
    status: "completed",
    totalRows: 8,
    importedRows: 4,
    rejectedRows: 0,
    otherChannelRows: 4,
  });
  expect(reasonsOf(job.notices)).toEqual({ no_consent_column: [] });
  expect(contacts.map(({ name, phone, email }) => [name, phone, email])).toEqual([
    ["Iara", "+5511961239001", "iara@exemplo.com.br"],
    ["Ivo", "+5511961239002", "ivo@exemplo.com.br"],
    ["Ivo", "+551133339002", "ivo@exemplo.com.br"],
    ["Ina", "+5511961239003", "ina@exemplo.com.br"],
  ]);
  expect(contacts[0]).toMatchObject({
    ...{ document: "52998224725", customerCode: "000901", hashtags: ["cobranca"] },
    attributes: { MENSAGEM: "Olá Iara", CORINGA1: "150,00", CORINGA2: "30/11", PRIORIDADE: "ALTA" },
  });
});

describe("a file of another shape", () => {
  test("with 60 columns: all that are no field are kept with the person", async () => {
    const extra = Array.from({ length: 58 }, (_, nth) => `Coluna ${nth}`);
    const { contacts } = await outcome(
      text([
        ["Nome", "Celular", ...extra].join(";"),
        ["Ana", "11961230601", ...extra.map((_, nth) => `v${nth}`)].join(";"),
      ]),
    );
    expect(contacts).toMatchObject([
      { name: "Ana", attributes: Object.fromEntries(extra.map((name, nth) => [name, `v${nth}`])) },
    ]);
  });

  test("with a header alone: completed, with a notice", async () => {
    const { job } = await outcome(text([NAMES]));
    expect(job).toMatchObject({ status: "completed", totalRows: 0, notices: [{ code: "no_rows" }] });
  });

  test("without a byte is refused; with blanks alone it has no header", async () => {
    const { t, path } = await anOffice();
    await expectProblem(await send(t, path, new Uint8Array()), 400, "invalid_request");
    for (const file of ["\r\n", ";;\r\n;;\r\n", "\ufeff"])
      expect((await outcome(encode(file, "utf-8"))).job).toMatchObject({ status: "failed", error: "empty_file" });
    const empty = await writeXlsx({ sheets: [{ name: "Plan1", rows: [] }] });
    expect((await outcome(empty)).job).toMatchObject({ status: "failed", error: "empty_file" });
  });

  test("that is a picture called .csv is refused in words, whatever type it is sent as", async () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    for (const type of ["text/csv", XLSX]) {
      const { job } = await outcome(png, type);
      expect(job).toMatchObject({
        status: "failed",
        error: "binary_file",
        errorDetail: expect.stringContaining("image"),
      });
    }
  });

  test("that is a workbook called .csv, or a CSV called .xlsx, is what its bytes are", async () => {
    expect((await outcome(excelWorkbook(), "text/csv")).job).toMatchObject({ importedRows: 2, rejectedRows: 1 });
    expect((await outcome(excelWorkbook(), XLSX)).job).toMatchObject({ importedRows: 2, rejectedRows: 1 });
    const { people } = await outcome(text([NAMES, "Ana;11961230701;Sim"]), XLSX);
    expect(people).toEqual([["Ana", "+5511961230701"]]);
  });

  test("with titles, blank rows and a total, as CSV and as a workbook, is the same list", async () => {
    const rows = [
      ["Relatório de clientes"],
      [],
      ["", "Nome", "Celular"],
      ["", "Ana", "11961230801"],
      ["", "Total", "1"],
    ];
    const csv = text(rows.map((row) => row.join(";")));
    const workbook = await writeXlsx({ sheets: [{ name: "Plan1", rows }] });
    for (const file of [csv, workbook]) {
      const { job, people } = await outcome(file);
      expect(people).toEqual([["Ana", "+5511961230801"]]);
      expect(job).toMatchObject({ totalRows: 1, rejectedRows: 0 });
      expect(reasonsOf(job.notices)).toMatchObject({ totals_line: [5] });
    }
  });
});
