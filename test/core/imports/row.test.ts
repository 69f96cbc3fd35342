import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOptInWord } from "#core/imports/consent-words.ts";
import { readConsentDate } from "#core/imports/instants.ts";
import { noticeLine, rejectLine } from "#core/imports/read-slice.ts";
import { readHashtags } from "#core/imports/row.ts";
import { guardFormula } from "#core/shared/csv-cell.ts";
import { nothingKnown } from "../../support/contact-fields.ts";
import { CLOCK, readText } from "./csv-fixture.ts";

const HEADER =
  "NomePessoa;CpfCnpj;CodPessoaCliente;DDDTelefone;NumeroTelefone;EnderecoEmail;OptIn;OrigemOptIn;DataHoraOptIn;Hashtags;Cidade";
const readRows = (...lines: string[]) => readText([HEADER, ...lines].join("\r\n"));
const readRow = (line: string) => readRows(line).rows[0];

test("a whole row", () => {
  expect(
    readRow(
      "Ana  da\tSilva;529.982.247-25;C 1;11;96123-4567;ana@exemplo.com.br;Sim;site;2026-03-01 10:00:00;#vip, novo;São Paulo",
    ),
  ).toEqual({
    ...nothingKnown,
    line: 2,
    phone: "+5511961234567",
    name: "Ana da Silva",
    document: "52998224725",
    customerCode: "C 1",
    email: "ana@exemplo.com.br",
    hashtags: ["vip", "novo"],
    attributes: { Cidade: "São Paulo" },
    optIn: "yes",
    optInSource: "site",
    optInAt: Date.UTC(2026, 2, 1, 13),
    notices: [],
  });
});

test("blank cells say nothing", () => {
  expect(readRow(";;;;11961234567;;;;;;")).toMatchObject({
    ...nothingKnown,
    name: "",
    hashtags: [],
    attributes: {},
    optIn: null,
    optInSource: null,
    optInAt: null,
    notices: [],
  });
});

test.each([
  ["no phone", "Ana;;;;;;;;;;", "phone_missing"],
  ["letters", "Ana;;;11;nao tem;;;;;;", "phone_not_a_number"],
  ["two phones in one cell", "Ana;;;;(11) 9123-4567/8;;Sim;;;;", "phone_two_numbers"],
  ["a phone without its last digits", "Ana;;;;5,51199E+12;;Sim;;;;", "phone_lost_digits"],
  ["too short", "Ana;;;11;96123;;;;;;", "phone_too_short"],
  ["an area code that does not exist", "Ana;;;20;961234567;;;;;;", "phone_bad_area_code"],
  ["the header again", HEADER, "repeated_header"],
  ["an unquoted delimiter that shifts the cells", "Ana;;;;11961234567;;;;;;Recife;PE", "too_many_cells"],
])("a row with %s is rejected, with its cells", (_, line, reason) => {
  const { rows, rejects } = readRows("Bia;;;11;961234568;;;;;;", line);
  expect(rows).toHaveLength(1);
  expect(rejects).toEqual([{ line: 3, cells: line.split(";"), reason }]);
});

test("blank lines are no rows, also when they are made of delimiters", () => {
  const { rows, rejects } = readRows("", ";;;;;;;;;;", "   ", "Ana;;;;11961234567;;;;;;", "");
  expect(rows.map(({ line }) => line)).toEqual([5]);
  expect(rejects).toEqual([]);
});

test("cells of less and blank cells of more than the header do no harm", () => {
  expect(readRows("Ana;;;;11961234567", "Bia;;;;11961234568;;;;;;;;;").rows).toHaveLength(2);
});

describe("a cell that can't be read", () => {
  test.each([
    ["CpfCnpj", "Ana;11111111111;;;11961234567;;;;;;", "11111111111", "document_unreadable"],
    ["EnderecoEmail", "Ana;;;;11961234567;não tem;;;;;", "não tem", "email_unreadable"],
    ["OptIn", "Ana;;;;11961234567;;talvez;;;;", "talvez", "opt_in_unclear"],
    ["DataHoraOptIn", "Ana;;;;11961234567;;S;;31/02/2026;;", "31/02/2026", "consent_date_unreadable"],
    ["DataHoraOptIn", "Ana;;;;11961234567;;S;;01/01/2099;;", "01/01/2099", "consent_date_in_future"],
  ])("of %s does not cost the row: it is kept as an attribute, and told (%#)", (column, line, text, notice) => {
    expect(readRow(line)).toMatchObject({ attributes: { [column]: text }, notices: [notice], optInAt: null });
  });

  test("because its characters are damaged is not used at all, and told", () => {
    const row = readRow("Jo\ufffdo;;C\ufffd;;11961234567;a\ufffd@b.co;Sim;si\ufffdte;;vip\ufffd;Recif\ufffd");
    expect(row).toMatchObject({
      name: "",
      customerCode: null,
      email: null,
      optIn: "yes",
      optInSource: null,
      hashtags: [],
      attributes: {},
      notices: ["damaged_characters"],
    });
  });
});

describe("what nobody sees", () => {
  test("reaches no field: words are understood and texts are kept without it", () => {
    const line =
      "Z\0a\u200bra\u202e;529\u00ad98224725;C\u00011;;\ufeff11961234567;z@b.co\u200b;Sim\u200b;s\u001bite;2026-03-01\u200b;v\u200bip;Re\u001acife";
    expect(readRow(line)).toMatchObject({
      name: "Zara",
      document: "52998224725",
      customerCode: "C1",
      email: "z@b.co",
      optIn: "yes",
      optInSource: "site",
      optInAt: Date.parse("2026-03-01T00:00:00-03:00"),
      hashtags: ["vip"],
      attributes: { Cidade: "Recife" },
      notices: [],
    });
  });

  test("is in no field of any row, whatever the cells hold", () => {
    const unit = fc.constantFrom(
      ..."aé9 \0\u0001\u001a\u001b\u0085\u00ad\u200b\u200d\u202e\u2028\u2066\ufeff\v\r\n\t😀",
    );
    fc.assert(
      fc.property(fc.array(fc.string({ unit }), { minLength: 7, maxLength: 7 }), (cells) => {
        const [name = "", code, email, source, tag, city] = cells.map((cell) => `"${cell}"`);
        const line = [name, "", code, "", "11961234567", email, "Sim", source, "", tag, city].join(";");
        const { line: _, attributes, ...fields } = readRows(line).rows[0] ?? { attributes: {} };
        const texts = [JSON.stringify(fields), ...Object.values(attributes).map((text) => text.replace(/[\n\t]/g, ""))];
        expect(texts.join("")).not.toMatch(/[\p{Cc}\p{Cf}]|\\u00/u);
        expect(JSON.stringify(fields)).not.toMatch(/\\[nrt]/);
      }),
    );
  });
});

test("what our own files put before a sign is taken back, however often a file goes round", () => {
  for (const name of ["-Heitor", "+Bia", "@ana", "=1+1", "'tis", "'-Heitor"]) {
    let cell = name;
    let stored = "";
    for (let round = 0; round < 4; round += 1) {
      const row = readRow(`${cell};;;;11961234567;;;;;;${cell}`);
      if (round > 0) expect([row?.name, row?.attributes.Cidade]).toEqual([stored, stored]);
      stored = row?.name ?? "";
      cell = guardFormula(stored);
    }
  }
});

describe("one row per channel", () => {
  const NAMES =
    "TIPO_DE_REGISTRO;VALOR_DO_REGISTRO;MENSAGEM;NOME_CLIENTE;CPFCNPJ;CODCLIENTE;TAG;CORINGA1;CORINGA2;CORINGA3;CORINGA4;CORINGA5;PRIORIDADE";
  const LINES = [
    "TELEFONE;11961234567;Olá;Iara;52998224725;000901;cobranca;150,00;;;;;ALTA",
    "EMAIL;iara@exemplo.com.br;Olá;Iara;52998224725;000901;cobranca;150,00;;;;;",
    "telefone;5511961234568;;Ivo;11144477735;000902;vip;;;;;;MEDIA",
    "E-mail;ivo@exemplo.com.br;;Ivo;11144477735;000902;;;;;;;",
  ];

  test("gives the people of the phones, without a consent that nobody stated; e-mail rows are no errors", () => {
    const { rows, rejects, otherChannelRows, head } = readText([NAMES, ...LINES].join("\n"));
    expect(rejects).toEqual([]);
    expect(otherChannelRows).toBe(2);
    expect(rows).toMatchObject([
      {
        phone: "+5511961234567",
        name: "Iara",
        document: "52998224725",
        customerCode: "000901",
        hashtags: ["cobranca"],
        attributes: { MENSAGEM: "Olá", CORINGA1: "150,00", PRIORIDADE: "ALTA" },
        optIn: null,
      },
      { phone: "+5511961234568", name: "Ivo", optIn: null },
    ]);
    expect(head.cursor.fileNotices).toEqual(["no_consent_column"]);
  });

  test("also when a mapping says where the phone stands", () => {
    const mapping = { VALOR_DO_REGISTRO: "NumeroTelefone" };
    expect(readText([NAMES, ...LINES].join("\n"), { mapping })).toMatchObject({ rejects: [], otherChannelRows: 2 });
  });

  test("is not what a column of that name means in other files", () => {
    const { rows, otherChannelRows } = readText("Tipo de registro;Telefone\nEmail;11961234567\n");
    expect([rows.length, otherChannelRows]).toEqual([1, 0]);
    expect(rows[0]?.attributes).toEqual({ "Tipo de registro": "Email" });
  });
});

describe("rows that are routed to a channel each", () => {
  const NAMES = [
    ..."Var2;CANAL;VALOR_DO_REGISTRO;COD_CONTRATO;NOME_CLIENTE;TIPO_DE_REGISTRO;SEGMENTO;REMETENTE".split(";"),
    ..."CODIGO_TEMPLATE;CPF_CNPJ;OBS1;OBS4;Var1;Var20".split(";"),
  ].join(",");

  test("are understood without a mapping, in any order; those of other channels are nobody and no errors", () => {
    const { rows, rejects, otherChannelRows } = readText(
      [
        NAMES,
        "10/12/2026,whatsapp,+5511961234567,CT-1,Iara,TELEFONE,Ouro,551133330000,W0003,52998224725,um,quatro,Iara,vinte",
        ",WhatsApp,11961234568,CT-2,Ivo,Telefone,Ouro,551133330000,W0003,,,,,",
        ",sms,11961234569,CT-3,Rui,TELEFONE,Ouro,,S0001,,,,,",
        ",email,iara@exemplo.com.br,CT-1,Iara,EMAIL,Ouro,,E0001,52998224725,,,,",
        ",rcs,11961234567,CT-1,Iara,TELEFONE,Ouro,,R0001,52998224725,,,,",
        ",,11961234570,CT-4,Lia,TELEFONE,Ouro,,W0003,,,,,",
      ].join("\n"),
    );
    expect(rejects).toEqual([]);
    expect(otherChannelRows).toBe(3);
    expect(rows.map(({ phone }) => phone)).toEqual(["+5511961234567", "+5511961234568", "+5511961234570"]);
    expect(rows[0]).toMatchObject({
      name: "Iara",
      document: "52998224725",
      customerCode: "CT-1",
      attributes: {
        ...{ SEGMENTO: "Ouro", REMETENTE: "551133330000", CODIGO_TEMPLATE: "W0003" },
        ...{ OBS1: "um", OBS4: "quatro", Var1: "Iara", Var2: "10/12/2026", Var20: "vinte" },
      },
    });
    expect(rows[0]?.attributes).not.toHaveProperty("CANAL");
  });

  test("are not what a column named so means in other files", () => {
    const { rows, otherChannelRows } = readText("Canal,COD_CONTRATO,Telefone\nLoja,9,11961234567\n");
    expect([otherChannelRows, rows[0]?.customerCode]).toEqual([0, null]);
    expect(rows[0]?.attributes).toEqual({ Canal: "Loja", COD_CONTRATO: "9" });
  });
});

describe("documents", () => {
  test("that a spreadsheet took for numbers get their zeros back", () => {
    expect(readRow("Ana;1234567890;;;11961234567;;;;;;")?.document).toBe("01234567890");
  });
  test("may be the alphanumeric CNPJ", () => {
    expect(readRow("Loja;12.abc.345/01de-35;;;11961234567;;;;;;")?.document).toBe("12ABC34501DE35");
  });
});

test.each([
  ["yes", "S|s|Sim|SIM|1|true|yes|x|X|ok|Aceito| sim "],
  ["no", "N|n|Não|nao|NÃO|0|false|no|0,0|opt-out|não aceito|Não autorizo|não autorizado|não quero receber"],
  ["no", "N\ufffdo|NÃ£o|N\ufffd\ufffdo autorizo"],
  ["unclear", "talvez|2|sim e não|não informado|não consta|n/a|S\ufffdm"],
] as const)("OptIn words that mean %s", (meaning, words) => {
  for (const word of words.split("|")) expect([word, readOptInWord(word)]).toEqual([word, meaning]);
});
test("a blank OptIn says nothing", () => {
  for (const blank of ["", " ", "\t"]) expect(readOptInWord(blank)).toBeNull();
});

describe("dates of consent", () => {
  const read = (text: string) => readConsentDate(text, CLOCK);

  test.each([
    ["2026-03-01 10:00:00", "2026-03-01T13:00:00Z"],
    ["2026-03-01T10:00:00", "2026-03-01T13:00:00Z"],
    ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"],
    ["2026-03-01T10:00:00-04:00", "2026-03-01T14:00:00Z"],
    ["01/03/2026", "2026-03-01T03:00:00Z"],
    ["01/03/2026 10:00", "2026-03-01T13:00:00Z"],
    ["1/3/2026 10:00:30", "2026-03-01T13:00:30Z"],
    ["03.04.2026", "2026-04-03T03:00:00Z"],
    ["2026/04/03", "2026-04-03T03:00:00Z"],
    ["03/04/26", "2026-04-03T03:00:00Z"],
    ["3.4.26 14:30", "2026-04-03T17:30:00Z"],
    ["03/04/2026 14h30", "2026-04-03T17:30:00Z"],
    ["03/04/26 14h", "2026-04-03T17:00:00Z"],
    ["03/04/2026 às 8h05min", "2026-04-03T11:05:00Z"],
    ["03/04/2026, 14:30", "2026-04-03T17:30:00Z"],
    ["03/04/2026 - 14:30h", "2026-04-03T17:30:00Z"],
    // A spreadsheet's days since 1899-12-30.
    ["46115", "2026-04-03T03:00:00Z"],
    ["46115,6041666667", "2026-04-03T17:30:00Z"],
    ["46115.6041666667", "2026-04-03T17:30:00Z"],
    // Summer time, before Brazil gave it up: two hours.
    ["2018-12-01 10:00:00", "2018-12-01T12:00:00Z"],
    ["2018-11-04 01:00:00", "2018-11-04T03:00:00Z"],
  ])("%s in São Paulo is %s", (text, iso) => {
    expect(read(text)).toEqual({ read: "at", at: Date.parse(iso) });
  });

  test.each([
    "ontem",
    "30/02/2026 10:00",
    "31/02/2026",
    "12/25/2026 08:00",
    "4/3/2026 2:30 PM",
    "2026-03-01 25:00:00",
    "03/04/0026",
    "0026-04-03",
    "12/10/1926",
    "26-04-03",
    "1",
    "123456",
    "20000",
    "03/04",
    "2026-04-03T14:30:00+99:00",
  ])("%j is none", (text) => {
    expect(read(text)).toEqual({ read: "unreadable" });
  });

  test.each(["01/01/2099", "01/01/99", "60000", "2026-11-27T12:06:00Z"])("%j has not come yet", (text) => {
    expect(read(text)).toEqual({ read: "future" });
  });

  test("a clock that runs a little ahead gives the present, never an instant to come", () => {
    expect(read("2026-11-27T12:03:00Z")).toEqual({ read: "at", at: CLOCK.now });
  });
});

test("hashtags stand between any of the usual signs, each once", () => {
  for (const text of [
    "#vip,novo,vip",
    "vip;novo",
    "vip | novo",
    " vip  novo ",
    "#vip#novo".replace("#novo", " #novo"),
  ]) {
    expect(readHashtags(text)).toEqual(["vip", "novo"]);
  }
});

describe("a line of the reject file", () => {
  test("keeps the cells under their columns and adds line and reason, inert as formulas", () => {
    expect(
      rejectLine({ line: 7, cells: ["=1+1", "nao tem"], reason: "phone_not_a_number" }, ["a", "b", "c"], ";"),
    ).toBe("'=1+1;nao tem;;7;Telefone com letras ou outros sinais (phone_not_a_number)\r\n");
  });
  test("gives back what a file of ours had guarded, and guards it once", () => {
    const cells = ["'-Heitor", "9"];
    expect(rejectLine({ line: 2, cells, reason: "phone_too_short" }, ["a", "b"], ";")).toMatch(/^'-Heitor;9;2;/);
    expect(noticeLine({ line: 2, cells, notices: ["opt_in_unclear", "refusal_kept"] }, ["a", "b"], ";")).toMatch(
      /^'-Heitor;9;2;.*\(opt_in_unclear\) \| .*\(refusal_kept\)\r\n$/,
    );
  });
  test("of rejects that were corrected and imported again stands for the file's own columns alone", () => {
    const header = ["Nome", "Telefone", "Linha", "Motivo"];
    const { rows, rejects } = readText(`${header.join(";")}\nAna;11961234567;7;Telefone em branco\nBia;x;8;Ruim;y\n`);
    expect(rows).toMatchObject([{ name: "Ana", attributes: {} }]);
    expect(rejects.map((reject) => rejectLine(reject, header, ";"))).toEqual([
      'Bia;"x;y";3;Mais células que colunas no cabeçalho (too_many_cells)\r\n',
    ]);
    expect(readText("Nome;Telefone;Linha;Motivo;UF\nAna;11961234567;7;b;SP\n").rows[0]?.attributes).toEqual({
      ...{ Linha: "7", Motivo: "b", UF: "SP" },
    });
  });
  test("has as many cells as its head, whatever the row had", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b c", ""), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (cells, columns) => {
          const line = rejectLine({ line: 2, cells, reason: "too_many_cells" }, Array(columns).fill("c"), ",");
          expect(line.match(/(?:"[^"]*"|[^,"\r])*(?:,|\r\n)/g)).toHaveLength(columns + 2);
        },
      ),
    );
  });
});
