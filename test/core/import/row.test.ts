import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOptInWord } from "../../../worker/core/import/consent-words.ts";
import { readInstant } from "../../../worker/core/import/instants.ts";
import { rejectLine } from "../../../worker/core/import/read-slice.ts";
import { readHashtags } from "../../../worker/core/import/row.ts";
import { readText } from "./csv-fixture.ts";

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
    hasWarning: false,
  });
});

test("blank cells say nothing", () => {
  expect(readRow(";;;;11961234567;;;;;;")).toMatchObject({
    name: "",
    document: null,
    customerCode: null,
    email: null,
    hashtags: [],
    attributes: {},
    optIn: null,
    optInSource: null,
    optInAt: null,
    hasWarning: false,
  });
});

test.each([
  ["no phone", "Ana;;;;;;;;;;", "phone_missing"],
  ["letters", "Ana;;;11;nao tem;;;;;;", "phone_not_a_number"],
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
    ["CpfCnpj", "Ana;11111111111;;;11961234567;;;;;;", "11111111111"],
    ["EnderecoEmail", "Ana;;;;11961234567;não tem;;;;;", "não tem"],
    ["OptIn", "Ana;;;;11961234567;;talvez;;;;", "talvez"],
    ["DataHoraOptIn", "Ana;;;;11961234567;;S;;31/02/2026;;", "31/02/2026"],
  ])("of %s does not cost the row: it is kept as an attribute, and told", (column, line, text) => {
    expect(readRow(line)).toMatchObject({ attributes: { [column]: text }, hasWarning: true });
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
  ["no", "N|n|Não|nao|NÃO|0|false|no"],
  ["unclear", "talvez|2|sim e não"],
] as const)("OptIn words that mean %s", (meaning, words) => {
  for (const word of words.split("|")) expect([word, readOptInWord(word)]).toEqual([word, meaning]);
});
test("a blank OptIn says nothing", () => {
  for (const blank of ["", " ", "\t"]) expect(readOptInWord(blank)).toBeNull();
});

describe("instants", () => {
  test.each([
    ["2026-03-01 10:00:00", "2026-03-01T13:00:00Z"],
    ["2026-03-01T10:00:00", "2026-03-01T13:00:00Z"],
    ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"],
    ["2026-03-01T10:00:00-04:00", "2026-03-01T14:00:00Z"],
    ["01/03/2026", "2026-03-01T03:00:00Z"],
    ["01/03/2026 10:00", "2026-03-01T13:00:00Z"],
    ["1/3/2026 10:00:30", "2026-03-01T13:00:30Z"],
    // Summer time, before Brazil gave it up: two hours.
    ["2018-12-01 10:00:00", "2018-12-01T12:00:00Z"],
    ["2018-11-04 01:00:00", "2018-11-04T03:00:00Z"],
  ])("%s in São Paulo is %s", (text, iso) => {
    expect(readInstant(text, "America/Sao_Paulo")).toBe(Date.parse(iso));
  });
  test.each(["", "ontem", "31/02/2026", "2026-03-01 25:00:00", "1"])("%j is none", (text) => {
    expect(readInstant(text, "America/Sao_Paulo")).toBeNull();
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
    expect(rejectLine({ line: 7, cells: ["=1+1", "nao tem"], reason: "phone_not_a_number" }, 3, ";")).toBe(
      "'=1+1;nao tem;;7;Telefone com letras ou outros sinais (phone_not_a_number)\r\n",
    );
  });
  test("has as many cells as its head, whatever the row had", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b c", ""), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (cells, columns) => {
          const line = rejectLine({ line: 2, cells, reason: "too_many_cells" }, columns, ",");
          expect(line.match(/(?:"[^"]*"|[^,"\r])*(?:,|\r\n)/g)).toHaveLength(columns + 2);
        },
      ),
    );
  });
});
