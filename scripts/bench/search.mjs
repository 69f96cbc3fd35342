import { documentOf } from "../lib/demo-catalogue.mjs";
import { figure, underLoad } from "./figures.mjs";
import { withFixture } from "./fixture.mjs";
import { importCsv } from "./people.mjs";

const PEOPLE = 1_000_000;
/** Of each kind, one after the other. */
const QUERIES = 200;
const PAGE = 25;

/** So many people of one tenant, and how long a search of each kind takes. */
export async function measure({ people = PEOPLE }) {
  return withFixture({ lines: 0 }, async (fixture) => {
    const { call } = fixture;
    const segment = await call("POST", "/v1/segments", { name: "Bench" });
    const startedAt = Date.now();
    const audience = await importCsv(call, segment.id, "Bench", ReadableStream.from(csv(people)));
    const seconds = (Date.now() - startedAt) / 1_000;
    const all = fixture.meter();
    return [
      figure("people", people, "", "imported, of one tenant"),
      figure("rows a second", people / seconds, "", "POST of the file until completed", 0),
      ...(await searchFigures(call, { people, audienceId: audience.id })),
      underLoad(all().busy),
    ];
  });
}

/** How long searches take among the people of `csv`. */
export async function searchFigures(call, { people, audienceId }) {
  const figures = [];
  for (const [kind, { ask, within }] of Object.entries(kinds(audienceId))) {
    const random = randomFrom(7);
    const times = [];
    let found = 0;
    for (let n = 0; n < QUERIES; n++) {
      const query = new URLSearchParams({ q: ask(Math.floor(random() * people)), limit: String(PAGE), ...within });
      const from = performance.now();
      const { data } = await call("GET", `/v1/contacts?${query}`);
      times.push(performance.now() - from);
      if (data.length > 0) found += 1;
    }
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
    figures.push(
      figure(
        kind,
        `${at(0.5)} / ${at(0.95)} / ${at(1)}`,
        "ms",
        `p50 / p95 / max of ${QUERIES}; ${found} found somebody`,
      ),
    );
  }
  return figures;
}

/** What people type, by who is looked for. */
function kinds(audienceId) {
  const of = (ask, within = {}) => ({ ask, within });
  return {
    "a first name": of((i) => personOf(i).names[0]),
    "a frequent name's first three letters": of((i) => personOf(i).names[0].slice(0, 3)),
    "one letter": of((i) => personOf(i).names[0].slice(0, 1)),
    "first name and surname": of((i) => `${personOf(i).names[0]} ${personOf(i).names[2]}`),
    "the whole name, backwards": of((i) => personOf(i).names.toReversed().join(" ")),
    "a rare surname": of((i) => personOf(i).names[1]),
    "two names that nobody has together": of((i) => `${personOf(i).names[0]} zulmirinha`),
    "a phone": of((i) => `(${personOf(i).area}) ${personOf(i).number}`),
    "a phone's last four digits": of((i) => personOf(i).number.slice(-4)),
    "a phone's beginning": of((i) => `${personOf(i).area} ${personOf(i).number.slice(0, 5)}`),
    "a phone of nobody": of((i) => `(99) 9000${String(i % 100_000).padStart(5, "0")}`),
    "a document": of(documentOf),
    "a document's beginning": of((i) => documentOf(i).slice(0, 7)),
    "a code": of((i) => personOf(i).code),
    "an e-mail's beginning": of((i) => personOf(i).email.slice(0, -8)),
    "a first name, in an audience": of((i) => personOf(i).names[0], { audienceId }),
    "nobody, in an audience": of((i) => `${personOf(i).names[0]} zulmirinha`, { audienceId }),
  };
}

const given =
  "Maria,José,Ana,João,Antônio,Francisco,Carlos,Paulo,Pedro,Lucas,Luiz,Marcos,Gabriel,Rafael,Adriana,Juliana,Márcia,Fernanda,Patrícia,Letícia".split(
    ",",
  );
const family =
  "Silva,Santos,Oliveira,Souza,Rodrigues,Ferreira,Alves,Pereira,Lima,Gomes,Ribeiro,Carvalho,Araújo,Gonçalves,Magalhães,Simões".split(
    ",",
  );
const syllables = "ba,be,ca,ce,da,di,fa,ga,la,li,ma,me,na,ni,pa,pe,ra,ri,sa,so,ta,te,va,vi,xa,za".split(",");

/** The i-th invented person: a frequent first name and surname, a rare name between. */
function personOf(i) {
  const random = randomFrom(i + 1);
  // The first names are as unequal as real ones.
  const first = given[Math.floor(given.length ** random()) - 1];
  const rare = Array.from({ length: 4 }, () => syllables[Math.floor(random() * syllables.length)]).join("");
  return {
    names: [first, rare.charAt(0).toUpperCase() + rare.slice(1), family[Math.floor(random() * family.length)]],
    area: String(11 + (i % 9)),
    number: `9${70_000_000 + ((i * 48_271) % 20_000_000)}`,
    code: `C-${String(i + 1).padStart(7, "0")}`,
    email: `${rare}.${i}@exemplo.com.br`,
  };
}

async function* csv(people) {
  let chunk = "NomePessoa;CodPessoaCliente;CpfCnpj;DDDTelefone;NumeroTelefone;EnderecoEmail\r\n";
  for (let i = 0; i < people; i++) {
    const { names, code, area, number, email } = personOf(i);
    chunk += `${names.join(" ")};${code};${documentOf(i)};${area};${number};${email}\r\n`;
    if (chunk.length < 65_536) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(chunk);
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
