import { expect, it } from "vitest";
import { readDocument } from "#core/shared/document.ts";
import { formatDocument } from "../../../web/src/lib/features/contacts/document.ts";

it.each([
  ["52998224725", "529.982.247-25"],
  ["11222333000181", "11.222.333/0001-81"],
  ["12ABC34501DE35", "12.ABC.345/01DE-35"],
])("a document is shown as people write it, and read again is the same: %s", (document, shown) => {
  expect(formatDocument(document)).toBe(shown);
  expect(readDocument(shown)).toBe(document);
});

it("what is neither CPF nor CNPJ is shown as it is", () => {
  for (const text of ["", "123", "passaporte AB123"]) expect(formatDocument(text)).toBe(text);
});
