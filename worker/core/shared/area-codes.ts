/** Brazil's 67 area codes in Anatel's numbering plan, by state. 61 is Brasília's, and that of the towns of Goiás around it. */
const AREA_CODES = {
  AC: ["68"],
  AL: ["82"],
  AM: ["92", "97"],
  AP: ["96"],
  BA: ["71", "73", "74", "75", "77"],
  CE: ["85", "88"],
  DF: ["61"],
  ES: ["27", "28"],
  GO: ["62", "64"],
  MA: ["98", "99"],
  MG: ["31", "32", "33", "34", "35", "37", "38"],
  MS: ["67"],
  MT: ["65", "66"],
  PA: ["91", "93", "94"],
  PB: ["83"],
  PE: ["81", "87"],
  PI: ["86", "89"],
  PR: ["41", "42", "43", "44", "45", "46"],
  RJ: ["21", "22", "24"],
  RN: ["84"],
  RO: ["69"],
  RR: ["95"],
  RS: ["51", "53", "54", "55"],
  SC: ["47", "48", "49"],
  SE: ["79"],
  SP: ["11", "12", "13", "14", "15", "16", "17", "18", "19"],
  TO: ["63"],
} as const satisfies Record<string, readonly string[]>;

export type BrazilianState = keyof typeof AREA_CODES;
export const BRAZILIAN_STATES = Object.keys(AREA_CODES) as [BrazilianState, ...BrazilianState[]];

const ALL = new Set<string>(Object.values(AREA_CODES).flat());
export const isAreaCode = (text: string): boolean => ALL.has(text);

export const areaCodesOf = (states: readonly BrazilianState[]): string[] =>
  states.flatMap((state): readonly string[] => AREA_CODES[state]);

/** The area code of a Brazilian phone in E.164; null of others. */
export const areaCodeOf = (e164: string | null): string | null => (e164?.startsWith("+55") ? e164.slice(3, 5) : null);
