import { byField, type ContactField, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { err, ok, type Result } from "#core/shared/result.ts";

export type ImportField =
  | ContactField
  | "name"
  | "ddd"
  | "phone"
  | "optIn"
  | "optInSource"
  | "optInAt"
  | "hashtags"
  | "channel"
  | "route";

/**
 * Robbu's layouts have one row per channel of a person: `TIPO_DE_REGISTRO` says whether `VALOR_DO_REGISTRO` is a phone or
 * an e-mail address.
 */
const TYPE_OF_RECORD = "tipoderegistro";
const VALUE_OF_RECORD = "valordoregistro";
/** Names that mean this beside `VALOR_DO_REGISTRO`, and nothing of ours in other files. */
const NAMES_BESIDE_RECORDS: [name: string, field: ImportField][] = [
  [TYPE_OF_RECORD, "channel"],
  ["canal", "route"],
  ["codcontrato", "customerCode"],
];

/** Names under which offices export each field, folded; the contract's own first. Earlier ones win over later ones. */
const ALIASES: Record<Exclude<ImportField, "channel" | "route">, string[]> = {
  ...byField((field) => [FIELD_RULES[field].column, ...FIELD_RULES[field].otherColumns].map(foldName)),
  name: [
    "nomepessoa",
    "nome",
    "nomecompleto",
    "nomecliente",
    "nomedocliente",
    "cliente",
    "contato",
    "razaosocial",
    "name",
    "fullname",
  ],
  ddd: ["dddtelefone", "dddcelular", "ddd", "codigodearea", "codigoarea", "areacode"],
  phone: [
    "numerotelefone",
    "whatsapp",
    "celular",
    "numerocelular",
    "telefonecelular",
    "telcelular",
    "telefone",
    "fone",
    "tel",
    "numerowhatsapp",
    "numerodetelefone",
    "phone",
    "phonenumber",
    "mobile",
    "msisdn",
    VALUE_OF_RECORD,
  ],
  optIn: ["optin", "consentimento", "aceite", "autorizacao"],
  optInSource: ["origemoptin", "origemdooptin", "origemconsentimento", "origemdoconsentimento", "optinsource"],
  optInAt: [
    "datahoraoptin",
    "dataoptin",
    "datahoradooptin",
    "datadooptin",
    "dataconsentimento",
    "datadoconsentimento",
    "optinat",
  ],
  hashtags: ["hashtags", "hashtag", "tags", "tag", "etiquetas"],
};
const FIELD_OF = new Map(
  Object.entries(ALIASES).flatMap(([field, names]) =>
    names.map((name, rank) => [name, { field: field as ImportField, rank }] as const),
  ),
);
/** Behind every other name. */
const LAST_RANK = Math.max(...Object.values(ALIASES).map(({ length }) => length));
const FIELD_OF_RECORDS = new Map([
  ...NAMES_BESIDE_RECORDS.map(([name, field]) => [name, { field, rank: LAST_RANK }] as const),
  ...FIELD_OF,
]);
/** Mapped to one of these, a column of the file is left out. */
const IGNORED = new Set(["", "ignorar", "ignore"]);

/** More columns than this is not a list of people, and every one would be stored with every contact. */
const MAX_COLUMNS = 200;
const MAX_ATTRIBUTE_NAME = 80;

/** Which column of the file is what. */
export interface Layout {
  /** The header as it stands in the file. */
  header: string[];
  /** Index of the column of each field that the file has. */
  fields: Partial<Record<ImportField, number>>;
  /** Columns that become attributes: index and name. */
  attributes: [index: number, name: string][];
}

export type LayoutError = "no_phone_column" | "too_many_columns";

/**
 * Reads a header. Names count in any case, with or without accents, blanks and underscores. Of two columns for one
 * field the one with the better name is taken and the other becomes an attribute, as does every column we don't know.
 *
 * @param mapping column of the file → column of the contract, `""` to leave it out, or another name for an attribute
 */
export function readLayout(header: string[], mapping: Record<string, string> | null): Result<Layout, LayoutError> {
  if (header.length > MAX_COLUMNS) return err("too_many_columns");
  const mapped = new Map(Object.entries(mapping ?? {}).map(([from, to]) => [foldName(from), to.trim()]));
  const names = header.map((name) => mapped.get(foldName(name)) ?? name.trim());
  const isIgnored = (index: number) =>
    mapped.has(foldName(header[index] ?? "")) && IGNORED.has(foldName(names[index] ?? ""));

  const bestBy = (fieldOf: typeof FIELD_OF) => {
    const best = new Map<ImportField, { index: number; rank: number }>();
    names.forEach((name, index) => {
      const known = isIgnored(index) ? undefined : fieldOf.get(foldName(name));
      if (!known) return;
      // A column that somebody mapped by hand beats every name.
      const rank = mapped.has(foldName(header[index] ?? "")) ? -1 : known.rank;
      const rival = best.get(known.field);
      if (!rival || rank < rival.rank) best.set(known.field, { index, rank });
    });
    return best;
  };
  const usual = bestBy(FIELD_OF);
  const phone = usual.get("phone");
  if (!phone) return err("no_phone_column");
  const hasRecords = foldName(header[phone.index] ?? "") === VALUE_OF_RECORD;
  const best = hasRecords ? bestBy(FIELD_OF_RECORDS) : usual;

  const taken = new Set([...best.values()].map(({ index }) => index));
  const free = names
    .map((name, index) => [index, name] as const)
    .slice(0, ownColumns(header).length)
    .filter(([index]) => !taken.has(index) && !isIgnored(index));
  return ok({
    header,
    fields: Object.fromEntries([...best].map(([field, { index }]) => [field, index])),
    attributes: withUniqueNames(free),
  });
}

/** What our files of rejects and of notices add behind the columns of a file. */
export const REPORT_COLUMNS = { rejects: ["Linha", "Motivo"], notices: ["Linha", "Aviso"] } as const;

/** A file's own columns, without what a file of ours had added: rejects are corrected there and imported again. */
export function ownColumns(header: string[]): string[] {
  const isReport = Object.values(REPORT_COLUMNS).some((added) =>
    added.every((name, index) => header.at(index - added.length) === name),
  );
  return isReport ? header.slice(0, -2) : header;
}

/** How many of these names are a field's, or stand in the mapping: what tells a header from a title above it. */
export function knownNames(names: string[], mapping: Record<string, string> | null): number {
  const mapped = new Set(Object.keys(mapping ?? {}).map(foldName));
  return names.filter((name) => FIELD_OF.has(foldName(name)) || mapped.has(foldName(name))).length;
}

/** How column names are compared: letters and digits only, without case and accents. */
export function foldName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** What is hashed to know a header again: its names as they are compared, in their order. */
export const headerText = (names: string[]): string => names.map(foldName).join("\n");

function withUniqueNames(columns: (readonly [number, string])[]): [number, string][] {
  const used = new Set<string>();
  return columns.map(([index, name]) => {
    const usable = name === "__proto__" ? "" : name.slice(0, MAX_ATTRIBUTE_NAME);
    const base = usable || `Coluna ${index + 1}`;
    let unique = base;
    for (let copy = 2; used.has(unique); copy += 1) unique = `${base} (${copy})`;
    used.add(unique);
    return [index, unique];
  });
}
