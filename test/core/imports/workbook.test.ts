import fc from "fast-check";
import { writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import { chooseSheet } from "#core/imports/sheet-choice.ts";
import { cellText, sheetLines } from "#core/imports/workbook.ts";
import { workbookSheets } from "#core/imports/workbook-sheets.ts";
import { excelWorkbook } from "../../support/excel-workbook.ts";

async function linesOf(bytes: Uint8Array): Promise<string> {
  let lines = "";
  for await (const line of sheetLines(new Response(bytes).body ?? expect.fail("no body"))) lines += line;
  return lines;
}

test("a workbook as Excel writes it comes as lines that are the sheet's rows, and only its first sheet", async () => {
  expect((await linesOf(excelWorkbook())).split("\r\n")).toEqual([
    "NomePessoa;NumeroTelefone;CpfCnpj;Valor;DataHoraOptIn;OptIn;Hora",
    "Ana & Bia Conceição;11961234001;191;120,5;01/03/2026 10:30:00;VERDADEIRO;14:30:00",
    "",
    "Linha 1 Linha 2;5511961234002;;0,1;02/03/2026;S;",
    "Caio;5,51199E+12;;0,333333333333333;;;",
    "",
  ]);
});

describe("a cell", () => {
  test.each([
    [5_511_961_234_002, "5511961234002"],
    [52_998_224_725, "52998224725"],
    [-3, "-3"],
    [0.1 + 0.2, "0,3"],
    [1234.5, "1234,5"],
    [0.000_000_25, "0,00000025"],
    [1e21, "1000000000000000000000"],
    [true, "VERDADEIRO"],
    [false, "FALSO"],
    [null, ""],
    [new Date(Date.UTC(2026, 2, 1)), "01/03/2026"],
    [new Date(Date.UTC(2026, 2, 1, 9, 59, 59, 999)), "01/03/2026 10:00:00"],
    [new Date(Date.UTC(1899, 11, 30, 14, 30)), "14:30:00"],
    ["a\r\nb", "a b"],
  ])("%s is read as %s", (value, text) => {
    expect(cellText(value)).toBe(text);
  });
});

test("whatever its cells hold, a workbook has one line for each of its rows", async () => {
  const cell = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant(null));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom("shared" as const, "inline" as const),
      async (rows, stringMode) => {
        const filled = [["Nome", "Telefone"], ...rows.map(([first, ...rest]) => [`x${first ?? ""}`, ...rest])];
        const lines = await linesOf(await writeXlsx({ sheets: [{ name: "A", rows: filled }], stringMode }));
        expect(lines.match(/\r\n/g)).toHaveLength(filled.length);
      },
    ),
    { numRuns: 60 },
  );
});

describe("the sheets of a workbook", () => {
  const sheetsOf = (bytes: Uint8Array) =>
    workbookSheets(async ({ offset, length }) => bytes.slice(offset, offset + length), bytes.length);
  const people = [
    ["Nome", "Telefone"],
    ["Ana", "11961234567"],
  ];

  test("are told by name and place, as Excel and others write them", async () => {
    expect((await sheetsOf(excelWorkbook()))?.[0]).toEqual({ name: "Clientes", index: 0 });
    const names = ['Ação & "reação"', "<3>", "Plan 3"];
    const bytes = await writeXlsx({ sheets: names.map((name) => ({ name, rows: people })) });
    expect(await sheetsOf(bytes)).toEqual(names.map((name, index) => ({ name, index })));
  });

  test("that are hidden are not among them", async () => {
    const bytes = await writeXlsx({
      sheets: [
        { name: "Listas", rows: people, hidden: true },
        { name: "Segredos", rows: people, veryHidden: true },
        { name: "Base", rows: people },
      ],
    });
    expect(await sheetsOf(bytes)).toEqual([{ name: "Base", index: 2 }]);
  });

  test("can't be told of what is no workbook, however it is cut or spoiled, and nothing is thrown", async () => {
    const whole = excelWorkbook();
    expect(await sheetsOf(new TextEncoder().encode("PK\u0003\u0004 and no more"))).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        await sheetsOf(whole.subarray(0, at));
        await sheetsOf(whole.map((old, index) => (index === at ? byte : old)));
      }),
      { numRuns: 200 },
    );
  });

  const chosen = async (
    sheets: { name: string; rows: (string | number | null)[][] }[],
    asked: string | null,
    mapping = {},
  ) => {
    const bytes = await writeXlsx({ sheets });
    const open = async (index: number) => sheetLines(new Response(bytes).body ?? expect.fail("no body"), index);
    const { sheet, lines } = await chooseSheet(await sheetsOf(bytes), asked, open, mapping);
    let text = "";
    for await (const line of lines) text += line;
    return [sheet?.name, text.split("\r\n")[0]];
  };
  const cover = { name: "Capa", rows: [["Clientes de março"]] };
  const empty = { name: "Modelo", rows: [["Nome", "Telefone"]] };
  const base = { name: "Base", rows: people };

  test("are chosen by who is in them: the first with a column for phones and a row", async () => {
    expect(await chosen([cover, empty, base, { ...base, name: "Outra" }], null)).toEqual(["Base", "Nome;Telefone"]);
    expect(
      await chosen([cover, { name: "Z", rows: [["Zap"], ["11961234567"]] }], null, { Zap: "NumeroTelefone" }),
    ).toEqual(["Z", "Zap"]);
  });
  test("are the first when none has people, and the one that is asked for in any case", async () => {
    expect(await chosen([cover, empty], null)).toEqual(["Capa", "Clientes de março"]);
    expect(await chosen([cover, empty, base], "Modelo")).toEqual(["Modelo", "Nome;Telefone"]);
  });
});

test.each([
  ["cut off", (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
  ["spoiled", (bytes: Uint8Array) => bytes.map((byte, at) => (at > 900 && at < 1_200 ? byte ^ 0x5a : byte))],
  ["a ZIP of something else", () => new TextEncoder().encode("PK\u0003\u0004 and no more")],
])("one that is %s is an error, not half a list", async (_, damage) => {
  await expect(linesOf(damage(excelWorkbook()))).rejects.toThrow();
});
