import { describe, expect, test } from "vitest";
import { readLayout } from "#core/imports/columns.ts";

/** Which column of the file each field is read from, by name. */
function fieldsOf(header: string[], mapping: Record<string, string> | null = null) {
  const layout = readLayout(header, mapping);
  if (!layout.ok) throw new Error(layout.error);
  const fields = Object.entries(layout.value.fields).map(([field, index]) => [field, header[index]]);
  return { ...Object.fromEntries(fields), attributes: layout.value.attributes.map(([, name]) => name) };
}

const CONTRACT = {
  name: "NomePessoa",
  document: "CpfCnpj",
  customerCode: "CodPessoaCliente",
  ddd: "DDDTelefone",
  phone: "NumeroTelefone",
  email: "EnderecoEmail",
  optIn: "OptIn",
  optInSource: "OrigemOptIn",
  optInAt: "DataHoraOptIn",
  hashtags: "Hashtags",
};

test("the contract's columns are understood in any order, others become attributes", () => {
  const header = [...Object.values(CONTRACT).reverse(), "Cidade"];
  expect(fieldsOf(header)).toEqual({ ...CONTRACT, attributes: ["Cidade"] });
});

test.each([
  (name: string) => name.toUpperCase(),
  (name: string) => name.toLowerCase(),
  (name: string) => name.replace(/([a-z])([A-Z])/g, "$1_$2"),
  (name: string) => ` ${name.replace(/([a-z])([A-Z])/g, "$1 $2")} `,
  (name: string) => name.replace("e", "é").normalize("NFD"),
])("and however they are written (%#)", (write) => {
  const header = Object.values(CONTRACT).map(write);
  const { attributes, ...fields } = fieldsOf(header);
  expect(attributes).toEqual([]);
  expect(Object.keys(fields).toSorted()).toEqual(Object.keys(CONTRACT).toSorted());
});

test("names that offices use are known", () => {
  expect(fieldsOf(["Nome", "CPF", "Código", "DDD", "Celular", "E-mail"])).toEqual({
    name: "Nome",
    document: "CPF",
    customerCode: "Código",
    ddd: "DDD",
    phone: "Celular",
    email: "E-mail",
    attributes: [],
  });
});

test("of two columns for one field the better name is taken, and the other is kept", () => {
  expect(fieldsOf(["Telefone", "Celular"])).toEqual({ phone: "Celular", attributes: ["Telefone"] });
});

describe("a mapping", () => {
  test("beats every name, in any spelling of the file's column", () => {
    expect(fieldsOf(["Celular", "Zap do cliente"], { ZAP_DO_CLIENTE: "numerotelefone" })).toEqual({
      phone: "Zap do cliente",
      attributes: ["Celular"],
    });
  });
  test("renames attributes and leaves columns out", () => {
    const mapping = { obs: "Observação", Senha: "" };
    expect(fieldsOf(["Celular", "OBS", "Senha"], mapping)).toEqual({ phone: "Celular", attributes: ["Observação"] });
  });
});

test("attributes have names of their own, whatever the header says", () => {
  expect(fieldsOf(["Celular", "Obs", "Obs", "", "__proto__"]).attributes).toEqual([
    "Obs",
    "Obs (2)",
    "Coluna 4",
    "Coluna 5",
  ]);
});

test("without a column for the phone, or with hundreds of columns, it is no list of people", () => {
  expect(readLayout(["Nome", "Cidade"], null)).toEqual({ ok: false, error: "no_phone_column" });
  expect(readLayout(["Celular"], { Celular: "" })).toEqual({ ok: false, error: "no_phone_column" });
  expect(readLayout(["Celular", ...Array<string>(200).fill("x")], null)).toEqual({
    ok: false,
    error: "too_many_columns",
  });
});
