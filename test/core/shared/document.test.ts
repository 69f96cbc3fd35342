import { cnpj, cpf } from "cpf-cnpj-validator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocument } from "#core/shared/document.ts";

const withCheckDigits = (base: string) => `${base}${cpf.isValid(`${base}00`) ? "00" : checkDigits(base)}`;
function checkDigits(base: string): string {
  for (let pair = 0; pair < 100; pair += 1) {
    const digits = String(pair).padStart(2, "0");
    if (cpf.isValid(base + digits)) return digits;
  }
  return "00";
}

describe("a CPF", () => {
  it("is read again however many leading zeros a spreadsheet dropped", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 999_999_998 }), (zeros, number) => {
        const base = String(number)
          .slice(0, 9 - zeros)
          .padStart(9, "0");
        fc.pre(/[1-9]/.test(base) && !/^(\d)\1+$/.test(base));
        const whole = withCheckDigits(base);
        expect(readDocument(String(Number(whole)))).toBe(whole);
      }),
    );
  });

  it.each([
    ["191", "00000000191"],
    ["000.000.001-91", "00000000191"],
    ["529.982.247-25", "52998224725"],
    ["529.982.247-26", null],
    ["0", null],
    ["88", null],
    ["", null],
    ["111.444.777-35 / 529.982.247-25", null],
  ])("%j gives %j", (text, expected) => {
    expect(readDocument(text)).toBe(expected);
  });
});

describe("a CNPJ", () => {
  it.each([
    ["00.360.305/0001-04", "00360305000104"],
    ["360305000104", "00360305000104"],
    ["12.abc.345/01de-35", "12ABC34501DE35"],
    ["12ABC34501DE36", null],
  ])("%j gives %j", (text, expected) => {
    expect(readDocument(text)).toBe(expected);
  });

  it("is never what a mistyped CPF turns into", () => {
    const elevenDigits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(elevenDigits, (digits) => {
        const read = readDocument(digits);
        expect(read === null || (cpf.isValid(read) && !cnpj.isValid(read))).toBe(true);
      }),
    );
  });
});
