import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readText } from "./csv-fixture.ts";

const ROWS = ["Ana;11961234567", "Bia;11961234568"];

describe("the header", () => {
  test.each([
    ["a title and a date", ["Relatório de clientes", "Gerado em 27/11/2026 às 10:00", "", "Nome;Telefone"]],
    ["a title that is a column's name", ["WhatsApp", "", "Nome;Telefone"]],
    [
      "a title with the usual signs",
      ["Clientes, março; abril", '"Loja ""Centro""";"CNPJ 11.222.333/0001-81"', "Nome;Telefone"],
    ],
    ["a quote without its partner", ['"Loja Centro', "Nome;Telefone"]],
    ["the logo's row", [";", ";;", " ; Loja Centro", "Nome;Telefone"]],
    ["a hint of its delimiter", ["sep=;", "Clientes, todos", "Nome;Telefone"]],
    [
      "a table of what was filtered",
      ["Carteira;Ouro", "Período;01/11/2026 a 30/11/2026", "CNPJ;11222333000181", "Nome;Telefone"],
    ],
    ["49 lines of anything", [...Array<string>(49).fill("x;y"), "Nome;Telefone"]],
  ])("is found below %s, and lines stay those of the file", (_, top) => {
    for (const newline of ["\n", "\r\n"]) {
      const { rows, rejects, head } = readText([...top, ...ROWS].join(newline));
      expect(head.layout.header).toEqual(["Nome", "Telefone"]);
      expect(rows.map(({ name, line }) => [name, line])).toEqual([
        ["Ana", top.length + 1],
        ["Bia", top.length + 2],
      ]);
      expect(rejects).toEqual([]);
    }
  });

  test("has its own delimiter, whatever stands in the title", () => {
    expect(readText("Lista; de; março\nNome,Telefone\nAna,11961234567\n").rows).toMatchObject([{ name: "Ana" }]);
  });

  test("may be of one column", () => {
    for (const file of ["Telefone\n11961234567\n", "Clientes\n\nCelular\n(11) 96123-4567\n"])
      expect(readText(file).rows).toMatchObject([{ phone: "+5511961234567" }]);
  });

  test("is the first of two: a longer one further down belongs to rows of its own", () => {
    const { head } = readText(["Nome;Telefone", ...ROWS, "Nome;Telefone;CPF;E-mail"].join("\n"));
    expect(head.layout.header).toEqual(["Nome", "Telefone"]);
  });

  test("is no row, although a cell there is what a column may be called", () => {
    for (const file of [
      "Tipo;Valor;Quem\nTELEFONE;11961234567;Ana\n",
      "Cliente;Tipo;Contato 1\nAna;Celular;\nBia;Fixo;9\n",
    ])
      expect(() => readText(file)).toThrow("no_phone_column");
  });

  test("is looked for in 50 lines and no further", () => {
    expect(() => readText([...Array<string>(50).fill("x;y"), "Nome;Telefone"].join("\n"))).toThrow("no_phone_column");
  });

  test("that names its phones in words of its own is found by a mapping, and by its other names", () => {
    const file = "Relatório\n\nNome;Zap;CPF\nAna;11961234567;\n";
    expect(readText(file, { mapping: { Zap: "NumeroTelefone" } }).rows).toMatchObject([{ name: "Ana", line: 4 }]);
  });

  test("below any title leaves the rows as they were", () => {
    const title = fc.string({ unit: fc.constantFrom(...'aá \t,;.-/:19"') }).filter((text) => !text.includes("\t"));
    fc.assert(
      fc.property(fc.array(title, { maxLength: 8 }), (titles) => {
        const top = titles.map((text) => text.replaceAll('"', ""));
        const { rows, rejects } = readText([...top, "Nome;Telefone", ...ROWS].join("\n"));
        expect(rejects).toEqual([]);
        expect(rows.map(({ line }) => line)).toEqual([top.length + 2, top.length + 3]);
      }),
    );
  });
});

describe("a line of totals", () => {
  test.each([
    "Total;",
    "TOTAL GERAL;",
    "Total de registros: 123;",
    "Total: R$ 1.234,50;",
    "Subtotal;;1.234,50",
    "Totais;45",
    "Qtd. de clientes;45",
    "Quantidade de registros: 45",
    "45 registros;",
    "Total;5,51199E+12",
  ])("below the list is no row and no error: %s", (line) => {
    const { rows, rejects, totals } = readText(["Nome;Telefone;Valor", ...ROWS, line].join("\n"));
    expect([rows.length, rejects, totals]).toEqual([2, [], [4]]);
  });

  test.each([
    "Total Ltda;",
    "Total;11961234567",
    "Total;nao tem",
    "Total de Souza;",
    "123;",
    "Totalmente;12",
    "Registros;",
  ])("is not %s", (line) => {
    const { rows, rejects, totals } = readText(["Nome;Telefone;Valor", ...ROWS, line].join("\n"));
    expect([rows.length + rejects.length, totals]).toEqual([3, []]);
  });
});
