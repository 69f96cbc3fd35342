/**
 * Consent by one word: a person answers "SAIR", and that is all they say. The whole message counts, so that "não quero sair
 * da lista" takes nothing back.
 */

/** Opt-outs while a tenant has not said otherwise. */
export const DEFAULT_OPT_OUT_WORDS: readonly string[] = ["SAIR", "PARAR", "CANCELAR", "STOP"];

/** Characters of a word, or of a few, that a tenant may set. */
export const LONGEST_KEYWORD = 40;

export interface Keywords {
  optOut: readonly string[];
  optIn: readonly string[];
}

/** Accents, capitals, punctuation and emoji do not count, nor how many spaces there are: "  Pârar! 🙏" → "parar". */
export const foldKeyword = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * What a message says of consent, null when nothing. A button or row says it by its title or by its payload; a word that is
 * in both lists is a no.
 */
export function consentSaid(
  { text, payload }: { text: string | null; payload: string | null },
  { optOut, optIn }: Keywords,
): "yes" | "no" | null {
  const said = [text, payload].flatMap((part) => {
    const word = foldKeyword(part ?? "");
    return word === "" ? [] : [word];
  });
  const isOneOf = (words: readonly string[]) => words.some((word) => said.includes(foldKeyword(word)));
  if (isOneOf(optOut)) return "no";
  return isOneOf(optIn) ? "yes" : null;
}
