import { chanceOf } from "./random.mjs";

const GIVEN = ["Ana", "João", "Conceição", "Antônio", "Márcia", "Luís", "Íris", "Ângela", "Otávio", "Thaís"];
const FAMILY = ["Silva", "Gonçalves", "Magalhães", "Araújo", "Simões", "Brandão", "Estêvão", "Lima"];
const AREAS = ["11", "21", "31", "41", "51", "61", "71", "81", "85", "91"];
const OPTED_IN_SHARE = 0.88;
/** Houses' people have different numbers: a prime stride over ten million places each. */
const PLACES = 1_000_000;

/** Invented people of one house: some have agreed to be written to, some have said no, some nothing. */
export function peopleOf(seed, house, count) {
  const chance = chanceOf(seed, "people", house);
  return Array.from({ length: count }, (_, n) => {
    const area = chance.pick(AREAS);
    const subscriber = `9${60 + house}${String((n * 7_919 + 13) % PLACES).padStart(6, "0")}`;
    const optedIn = chance.happens(OPTED_IN_SHARE);
    return {
      name: `${chance.pick(GIVEN)} ${chance.pick(FAMILY)}`,
      area,
      subscriber,
      phone: `+55${area}${subscriber}`,
      optedIn,
      consent: optedIn ? "Sim" : chance.pick(["Não", ""]),
    };
  });
}

export function csvOf(people) {
  const rows = people.map(({ name, area, subscriber, consent, optedIn }) =>
    [name, area, subscriber, consent, optedIn ? "site" : "", optedIn ? "2026-03-15 10:00:00" : "", "150,00"].join(";"),
  );
  return `${["NomePessoa;DDDTelefone;NumeroTelefone;OptIn;OrigemOptIn;DataHoraOptIn;Valor", ...rows].join("\r\n")}\r\n`;
}
