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

/** What people write all day about other things, folded. */
const COMMON_REPLIES = new Set(
  (
    "sim|nao|claro|certo|isso|pode|quero|nao quero|oi|ola|opa|bom dia|boa tarde|boa noite|obrigado|obrigada|valeu|beleza|blz|" +
    "tudo bem|tudo certo|por favor|ajuda|menu|voltar|inicio|encerrar|confirmo|confirmar|concordo|aceito|depois|agora nao|" +
    "yes|yep|nope|okay|thanks|thank you|hello|help|sure"
  ).split("|"),
);
/** Numbers and letters of menus, `ok`, `vc`. */
const SHORTEST_TELLING = 3;

/** Whether people write this so often about other things that it says nothing of their consent. */
export function isCommonReply(word: string): boolean {
  const folded = foldKeyword(word);
  return folded !== "" && (folded.length < SHORTEST_TELLING || COMMON_REPLIES.has(folded));
}
