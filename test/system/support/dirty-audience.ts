/**
 * Audience files as offices export them: windows-1252, semicolons, and a share of rows that are broken in the ways real
 * exports are. All people are invented. The generator counts the truth itself, by what it did to each row.
 */
export interface Person {
  /** As it should stand after the import. */
  name: string;
  optedIn: boolean;
}

export interface AudienceTruth {
  rows: number;
  imported: number;
  updated: number;
  rejected: number;
  /** By E.164. */
  people: Map<string, Person>;
  /** People with a usable phone who agreed. */
  eligible: number;
}

export interface AudienceOptions {
  rows: number;
  dirtyShare?: number;
  optedInShare?: number;
  /** Different seeds give different people. */
  seed?: number;
}

const DIRT = [
  "no phone",
  "short phone",
  "letters",
  "bad area code",
  "repeated phone",
  "bad document",
  "formula",
  "one column",
  "line break",
] as const;
type Dirt = (typeof DIRT)[number];
const REJECTED: ReadonlySet<Dirt | null> = new Set<Dirt>(["no phone", "short phone", "letters", "bad area code"]);

const COLUMNS = [
  "NomePessoa",
  "CpfCnpj",
  "CodPessoaCliente",
  "DDDTelefone",
  "NumeroTelefone",
  "EnderecoEmail",
  "OptIn",
  "OrigemOptIn",
  "DataHoraOptIn",
  "Hashtags",
  "Cidade",
  "Valor",
] as const;
type Row = Record<(typeof COLUMNS)[number], string>;

const GIVEN = ["Ana", "João", "Conceição", "Antônio", "Márcia", "Luís", "Íris", "Ângela", "Otávio", "Thaís", "Zoé"];
const FAMILY = ["da Silva", "Gonçalves", "D’Ávila", "Magalhães", "Araújo", "Simões", "Brandão", "Estêvão", "Lima"];
const AREAS = ["11", "13", "19", "21", "27", "31", "41", "48", "51", "61", "71", "81", "85", "91", "98"];
const CITIES = ["São Paulo", "Maceió", "Goiânia", "Belém", "Florianópolis"];
const TAGS = ["vip", "cobrança", "novo"];
const FORMULA_STARTS = ["=1+1", "+1", "-1", "@SUM(1)"];

export function dirtyAudience(options: AudienceOptions): { file: Uint8Array<ArrayBuffer>; truth: AudienceTruth } {
  const { rows, dirtyShare = 0.1, optedInShare = 0.9, seed = 1 } = options;
  const random = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  };
  const truth: AudienceTruth = { rows, imported: 0, updated: 0, rejected: 0, people: new Map(), eligible: 0 };
  const lines = [COLUMNS.join(";")];
  const repeatable: { area: string; subscriber: string }[] = [];
  let dirtyRows = 0;

  for (let i = 0; i < rows; i += 1) {
    let dirt: Dirt | null = random() < dirtyShare ? (DIRT[dirtyRows++ % DIRT.length] ?? null) : null;
    if (dirt === "repeated phone" && repeatable.length === 0) dirt = null;
    const name = `${pick(GIVEN)} ${pick(FAMILY)}`;
    const optedIn = random() < optedInShare;
    const fresh = { area: pick(AREAS), subscriber: subscriberOf(i, seed) };
    const { area, subscriber } = dirt === "repeated phone" ? pick(repeatable) : fresh;
    const row: Row = {
      NomePessoa: name,
      CpfCnpj: cpf(random),
      CodPessoaCliente: `C${String(i + 1).padStart(7, "0")}`,
      DDDTelefone: area,
      NumeroTelefone: subscriber,
      EnderecoEmail: `pessoa${i + 1}@exemplo.com.br`,
      OptIn: optedIn ? "Sim" : pick(["Não", ""]),
      OrigemOptIn: optedIn ? "formulário" : "",
      DataHoraOptIn: optedIn ? `0${1 + (i % 9)}/03/2026 10:00` : "",
      Hashtags: TAGS.filter(() => random() < 0.3).join(","),
      Cidade: pick(CITIES),
      Valor: (10 + random() * 900).toFixed(2).replace(".", ","),
    };
    soil(row, dirt, dirtyRows);
    lines.push(COLUMNS.map((column) => cell(row[column])).join(";"));

    const phone = `+55${area}${subscriber}`;
    if (REJECTED.has(dirt)) truth.rejected += 1;
    else {
      const known = truth.people.get(phone);
      truth[known ? "updated" : "imported"] += 1;
      truth.people.set(phone, {
        name: row.NomePessoa.replace(/\s+/g, " "),
        optedIn: known ? known.optedIn : optedIn,
      });
      if (dirt === null) repeatable.push(fresh);
    }
  }
  truth.eligible = [...truth.people.values()].filter((person) => person.optedIn).length;
  return { file: windows1252(`${lines.join("\r\n")}\r\n`), truth };
}

/** Breaks a row; phone, name and consent of the truth are read from it afterwards or decided by the caller. */
function soil(row: Row, dirt: Dirt | null, nth: number): void {
  const { DDDTelefone: area, NumeroTelefone: subscriber, NomePessoa: name } = row;
  switch (dirt) {
    case "no phone":
      Object.assign(row, { DDDTelefone: "", NumeroTelefone: "" });
      break;
    case "short phone":
      row.NumeroTelefone = subscriber.slice(0, 6);
      break;
    case "letters":
      row.NumeroTelefone = "não tem";
      break;
    case "bad area code":
      row.DDDTelefone = "20";
      break;
    case "repeated phone":
      Object.assign(row, { OptIn: "", OrigemOptIn: "", DataHoraOptIn: "" });
      break;
    case "bad document":
      row.CpfCnpj = "111.111.111-11";
      break;
    case "formula":
      row.NomePessoa = `${FORMULA_STARTS[nth % FORMULA_STARTS.length]};"${name}"`;
      break;
    case "one column":
      row.DDDTelefone = "";
      row.NumeroTelefone = `+55 (${area}) ${subscriber.slice(0, 5)}-${subscriber.slice(5)}`;
      break;
    case "line break":
      row.NomePessoa = name.replace(" ", "\n");
      break;
  }
}

/** Nine digits, different for each row of a seed and between seeds below 100: a prime stride over a million places. */
function subscriberOf(index: number, seed: number): string {
  const place = (index * 7_919 + 13) % 1_000_000;
  return `9${String(60 + (seed % 40)).padStart(2, "0")}${String(place).padStart(6, "0")}`;
}

function cpf(random: () => number): string {
  const digits = Array.from({ length: 9 }, () => Math.floor(random() * 10));
  for (const length of [10, 11]) {
    const sum = digits.reduce((total, digit, place) => total + digit * (length - place), 0);
    digits.push(((sum * 10) % 11) % 10);
  }
  return digits.join("");
}

const cell = (text: string) => (/[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Where windows-1252 is not latin1: only what these texts use. */
const BEYOND_LATIN1 = new Map([["’", 0x92]]);

function windows1252(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => {
    const byte = BEYOND_LATIN1.get(character) ?? character.charCodeAt(0);
    if (byte > 0xff) throw new RangeError(`${character} is not in windows-1252`);
    return byte;
  });
}

/** Mulberry32: the same numbers between 0 and 1 for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
