import { CONTACT_FIELDS, FIELD_RULES } from "$core/audience/contact-fields.ts";
import { foldName, type ImportField, readLayout } from "$core/imports/columns.ts";

/** What is known by its name alone, in files with one row per channel: it can be given up, but not chosen. */
export const FIELDS_BY_NAME = ["channel", "route"] as const satisfies ImportField[];
type FieldByName = (typeof FIELDS_BY_NAME)[number];

/** What a person may take a column for, in the order in which it is offered: field → column of the contract. */
export const CONTRACT_COLUMNS: Record<Exclude<ImportField, FieldByName>, string> = {
  phone: "NumeroTelefone",
  ddd: "DDDTelefone",
  name: "NomePessoa",
  ...(Object.fromEntries(CONTACT_FIELDS.map((field) => [field, FIELD_RULES[field].column])) as Record<
    (typeof CONTACT_FIELDS)[number],
    string
  >),
  optIn: "OptIn",
  optInAt: "DataHoraOptIn",
  optInSource: "OrigemOptIn",
  hashtags: "Hashtags",
};

export type ColumnChoice = keyof typeof CONTRACT_COLUMNS | "attribute" | "ignore";
export type Mapping = Record<string, string>;

/**
 * The mapping with one column decided by hand. Of two columns for one field the one chosen last has it: an earlier
 * choice for the same field is taken back.
 *
 * @param attributeName what an attribute is called whose own name would be taken for a field
 */
export function withChoice(
  mapping: Mapping,
  header: string,
  choice: ColumnChoice,
  attributeName: (header: string) => string,
): Mapping {
  const isOther = (name: string) => foldName(name) !== foldName(header);
  const others = Object.fromEntries(Object.entries(mapping).filter(([name]) => isOther(name)));
  if (choice === "ignore") return { ...others, [header]: "" };
  // What no field is called is an attribute by itself.
  if (choice === "attribute") return namesField(header) ? { ...others, [header]: attributeName(header) } : others;
  const target = CONTRACT_COLUMNS[choice];
  const unrivalled = Object.fromEntries(Object.entries(others).filter(([, to]) => to !== target));
  return { ...unrivalled, [header]: target };
}

/** Whether a column of this name is a field of its own accord, beside a column for phones of either layout. */
const namesField = (header: string): boolean =>
  ["NumeroTelefone", "VALOR_DO_REGISTRO"].some((phone) => {
    const layout = readLayout([phone, header], { [header]: header });
    return layout.ok && !layout.value.attributes.some(([index]) => index === 1);
  });
