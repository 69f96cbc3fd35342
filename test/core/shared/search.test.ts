import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finds, fold, nameTerms, personTerms } from "#core/shared/search.ts";

describe("a name", () => {
  it.each([
    ["joao", "João"],
    ["JOÃO", "joão"],
    ["COBRANCA", "Cobrança novembro"],
    ["áurea", "Áurea Crédito"],
    ["aurea", "A\u0301urea em NFD"],
    ["conceicao", "MARIA DA CONCEIÇÃO"],
    ["souza ana", "Ana Paula de Souza"],
    ["vencimento lembrete", "lembrete_vencimento"],
    ["lembrete_v", "lembrete_vencimento"],
    ["2026-12", "Cobrança 2026-12"],
    ["  ", "anything"],
  ])("%j finds %j", (q, name) => {
    expect(finds(nameTerms(q), name)).toBe(true);
  });

  it.each([
    ["joana", "João"],
    ["ana lima", "Ana Souza"],
  ])("%j does not find %j", (q, name) => {
    expect(finds(nameTerms(q), name)).toBe(false);
  });
});

describe("a person", () => {
  const person = ["Ana Souza", "+5511912345678", "00998224725", "C-77", "ana@example.com"] as const;
  it.each([
    "+55 11 91234-5678",
    "(11) 91234-5678",
    "(011) 91234-5678",
    "11 91234 5678",
    "91234-5678",
    "5678",
    "009.982.247-25",
    "9982247-25",
    "c-77",
    "ana@",
    "SOUZA 5678",
  ])("is found by %j", (q) => {
    expect(finds(personTerms(q), ...person)).toBe(true);
  });

  it.each(["(11) 91234-5679", "123.456.789-09", "bia", "12", "ana 123"])("is not found by %j", (q) => {
    expect(finds(personTerms(q), ...person)).toBe(false);
  });

  it("is found by a CNPJ with letters, with and without its points", () => {
    for (const q of ["12.ABC.345/01DE-35", "12.abc.345/01de-35", "12ABC34501DE35"])
      expect(finds(personTerms(q), "Loja", "+551140000000", "12ABC34501DE35"), q).toBe(true);
  });

  it("with nothing known but a name is found by it, and by nothing that is missing", () => {
    expect(finds(personTerms("ana"), "Ana", null, undefined, "")).toBe(true);
    expect(finds(personTerms("null"), "Ana", null, undefined, "")).toBe(false);
  });
});

describe("folding", () => {
  it("does to every letter of Latin-1 what Unicode's decomposition and small letters do", () => {
    const letters = Array.from({ length: 0x80 }, (_, i) => String.fromCharCode(0x80 + i));
    for (const letter of letters.filter((each) => /[a-z]/i.test(each.normalize("NFD"))))
      expect(fold(letter), letter).toBe(letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase());
  });

  it("changes nothing the second time, whatever the text, and never fails", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => fold(fold(text)) === fold(text)));
  });

  it("finds a text by itself, whatever is written in it", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => finds(nameTerms(text), text)));
  });
});
