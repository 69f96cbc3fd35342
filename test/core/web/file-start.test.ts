import { writeXlsx } from "hucre/xlsx";
import { describe, expect, it } from "vitest";
import type { Result } from "#core/shared/result.ts";
import { excelWorkbook } from "../../support/excel-workbook.ts";

interface Column {
  header: string;
  taken: { field: string } | { attribute: string } | null;
  samples: string[];
}
interface Look {
  encoding: string;
  delimiter: string;
  columns: Column[];
  hasPhone: boolean;
  rows: number;
  whole: boolean;
  good: number;
  rejections: Map<string, number>;
  totals: number[];
  workbook: { sheets: string[]; sheet: string | null } | null;
}
interface Files {
  readStart(file: Blob, sheet?: string): Promise<Result<object, string>>;
  lookAt(start: object, choices: object, clock: { timeZone: string; now: number }): Result<Look, string>;
}
interface Choices {
  withChoice(
    mapping: Record<string, string>,
    header: string,
    choice: string,
    attributeName: (header: string) => string,
  ): Record<string, string>;
}
/** By names that only the web's own types resolve. */
const FOLDER = "../../../web/src/lib/features/audiences";
const { lookAt, readStart }: Files = await import(`${FOLDER}/file-start.ts`);
const { withChoice }: Choices = await import(`${FOLDER}/column-choices.ts`);

type Part = string | Uint8Array<ArrayBuffer>;
const clock = { timeZone: "America/Sao_Paulo", now: Date.parse("2026-11-28T12:00:00Z") };
const unsaid = { delimiter: null, encoding: null, mapping: {} };
const named = (name: string) => `${name} (atributo)`;
async function lookInto(file: Blob, choices: object = unsaid) {
  const start = await readStart(file);
  return start.ok ? lookAt(start.value, choices, clock) : start;
}

async function look(text: string, choices: Partial<typeof unsaid> = {}) {
  const seen = await lookInto(new Blob([text]), { ...unsaid, ...choices });
  if (!seen.ok) throw new Error(seen.error);
  return seen.value;
}
const takenOf = ({ columns }: Look) => Object.fromEntries(columns.map(({ header, taken }) => [header, taken]));

describe("a chosen file", () => {
  it("is shown by the rules of the import: columns, samples, rows that can be and those that can't", async () => {
    const seen = await look("Cliente;Celular;Carteira\nAna;11912345678;Ouro\nBia;123;Ouro\n\nCaio;;Prata");
    expect(takenOf(seen)).toEqual({
      Cliente: { field: "name" },
      Celular: { field: "phone" },
      Carteira: { attribute: "Carteira" },
    });
    expect(seen.columns[2]?.samples).toEqual(["Ouro", "Prata"]);
    expect(seen).toMatchObject({ delimiter: ";", encoding: "utf-8", hasPhone: true, rows: 3, good: 1, whole: true });
    expect([...seen.rejections]).toEqual([
      ["phone_too_short", 1],
      ["phone_missing", 1],
    ]);
  });

  it("shows its columns also when none of them is known for phones, so that one can be named", async () => {
    const text = "Quem,Zap\nAna,11912345678";
    const seen = await look(text);
    expect(seen).toMatchObject({ hasPhone: false, delimiter: "," });
    expect(seen.columns.map(({ samples }) => samples)).toEqual([["Ana"], ["11912345678"]]);
    expect(await look(text, { mapping: withChoice({}, "Zap", "phone", named) })).toMatchObject({
      hasPhone: true,
      good: 1,
    });
  });

  it("is not said to be read whole when only its beginning was", async () => {
    const row = `Ana;11912345678;${"x".repeat(2_000)}\n`;
    const seen = await look(`Nome;Telefone;Nota\n${row.repeat(400)}`);
    expect(seen.whole).toBe(false);
    expect(seen.good).toBe(seen.rows);
    expect((await look(`Nome;Telefone\n${"Ana;11912345678\n".repeat(600)}`)).whole).toBe(false);
  });

  it("may be a workbook of Excel, of which the first sheet is shown, whatever is said of its text", async () => {
    const said = { delimiter: ",", encoding: "windows-1252", mapping: {} };
    const seen = await lookInto(new Blob([new Uint8Array(excelWorkbook())]), said);
    expect(seen.ok && seen.value).toMatchObject({ encoding: "utf-8", delimiter: ";", rows: 3, good: 2, whole: true });
    expect(seen.ok && seen.value.columns[0]?.samples).toEqual(["Ana & Bia Conceição", "Linha 1 Linha 2", "Caio"]);
  });

  it("may have titles above its header and a line of totals, which are told as its import will tell them", async () => {
    const seen = await look("Clientes\n\nNome;Telefone\nAna;11912345678\nTotal: 1;\n");
    expect(seen).toMatchObject({ hasPhone: true, rows: 1, good: 1, totals: [5] });
    expect(seen.columns.map(({ samples }) => samples)).toEqual([["Ana"], ["11912345678"]]);
    const unnamed = await look("Clientes\n\nNome;Zap\nAna;11912345678\n");
    expect([unnamed.hasPhone, unnamed.columns.map(({ header }) => header)]).toEqual([false, ["Nome", "Zap"]]);
  });

  it("may be a workbook of several sheets: the one with people is shown, and any other can be", async () => {
    const people = [
      ["Nome", "Telefone"],
      ["Ana", "11912345678"],
    ];
    const sheets = [
      { name: "Capa", rows: [["Clientes"]] },
      { name: "Base", rows: people },
    ];
    const file = new Blob([new Uint8Array(await writeXlsx({ sheets }))]);
    const show = async (sheet?: string) => {
      const start = await readStart(file, sheet);
      const seen = start.ok ? lookAt(start.value, unsaid, clock) : start;
      return seen.ok ? [seen.value.workbook, seen.value.hasPhone, seen.value.good] : seen.error;
    };
    expect(await show()).toEqual([{ sheets: ["Capa", "Base"], sheet: "Base" }, true, 1]);
    expect(await show("Capa")).toEqual([{ sheets: ["Capa", "Base"], sheet: "Capa" }, false, 0]);
  });

  it("is refused before it is sent when it is no text or has no header", async () => {
    const refusal = async (...parts: Part[]) => {
      const seen = await lookInto(new Blob(parts));
      return seen.ok ? null : seen.error;
    };
    expect(await refusal(new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d]))).toBe("binary_file");
    expect(await refusal(new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x14, 0]))).toBe("workbook_unreadable");
    const large = new Blob(["PK\u0003\u0004"]);
    Object.defineProperty(large, "size", { value: 64_000_001 });
    expect(await lookInto(large)).toEqual({ ok: false, error: "workbook_too_large" });
    expect(await refusal("\n\n")).toBe("empty_file");
    expect(await refusal(Array.from({ length: 201 }, (_, at) => `c${at}`).join(";"))).toBe("too_many_columns");
  });
});

describe("a column that is decided by hand", () => {
  const header = "Telefone;Celular 2;CPF;Fixo\n11912345678;11912345679;1;2";

  it("takes its field from the column that had it, whoever gave it that", async () => {
    const first = withChoice({}, "Celular 2", "phone", named);
    expect(takenOf(await look(header, { mapping: first }))["Celular 2"]).toEqual({ field: "phone" });
    const second = withChoice(first, "Fixo", "phone", named);
    const taken = takenOf(await look(header, { mapping: second }));
    expect(taken.Fixo).toEqual({ field: "phone" });
    expect(taken["Celular 2"]).toEqual({ attribute: "Celular 2" });
  });

  it("becomes an attribute also when its own name is a field's, and keeps its name when it is not", async () => {
    const mapping = withChoice(withChoice({}, "CPF", "attribute", named), "Fixo", "attribute", named);
    const taken = takenOf(await look(header, { mapping }));
    expect(taken.CPF).toEqual({ attribute: "CPF (atributo)" });
    expect(taken.Fixo).toEqual({ attribute: "Fixo" });
  });

  it("can be left out, and any number of others with it", async () => {
    const mapping = withChoice(withChoice({}, "CPF", "ignore", named), "Fixo", "ignore", named);
    expect(takenOf(await look(header, { mapping }))).toMatchObject({ CPF: null, Fixo: null });
  });
});
