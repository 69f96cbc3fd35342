import { readDocument } from "#core/shared/document.ts";
import { oneLine } from "#core/shared/visible-text.ts";

/**
 * What is kept of a contact beside its name and phone: texts, null when nobody knows. Each is read from imports, taken
 * and shown by the API, a template's variable and a column of the report, all by what is said of it here.
 *
 * A new one goes to the end: campaigns under way hold these values by place.
 */
export const CONTACT_FIELDS = ["document", "customerCode", "email"] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

export interface FieldRule {
  /** Its column in the report, and in imports, where this name comes before all others. */
  column: string;
  /** Other names under which offices export it, in any spelling. Earlier ones win over later ones. */
  otherColumns: readonly string[];
  /** Characters that the API takes. */
  maxLength: number;
  /** A text as it is stored, null when it can't be one. Blank ones are not asked about: they say nothing. */
  read(text: string): string | null;
  /** For whoever imported a cell that can't be read, and is kept as an attribute. */
  unreadable: string;
  /** What the API answers to a text that can't be read; a field without it is kept as the API is given it. */
  refusal?: { code: "invalid_document" | "invalid_request"; detail: string; message: string };
}

export const FIELD_RULES: Readonly<Record<ContactField, FieldRule>> = {
  document: {
    column: "CpfCnpj",
    otherColumns: ["CPF ou CNPJ", "CPF", "CNPJ", "Documento", "Nro documento", "Número documento", "Document"],
    maxLength: 30,
    read: readDocument,
    unreadable: "CPF ou CNPJ inválido: ficou como atributo",
    refusal: {
      code: "invalid_document",
      detail: "Its length or its check digits are wrong.",
      message: "not a CPF or CNPJ",
    },
  },
  customerCode: {
    column: "CodPessoaCliente",
    otherColumns: [
      "Código cliente",
      "Código do cliente",
      "Cod cliente",
      "Código",
      "Cod",
      "Id cliente",
      "Customer code",
    ],
    maxLength: 80,
    read: oneLine,
    unreadable: "Código do cliente inválido: ficou como atributo",
  },
  email: {
    column: "EnderecoEmail",
    otherColumns: ["E-mail", "Endereço de e-mail", "Correio eletrônico", "Mail"],
    maxLength: 254,
    read: (text) => (/^[^\s@]+@[^\s@]+$/.test(text) ? text : null),
    unreadable: "E-mail inválido: ficou como atributo",
  },
};

/** Something for each field, by its name. `place` is where campaigns hold its value. */
export function byField<Value>(make: (field: ContactField, place: number) => Value): Record<ContactField, Value> {
  const entries = CONTACT_FIELDS.map((field, place) => [field, make(field, place)]);
  return Object.fromEntries(entries) as Record<ContactField, Value>;
}
