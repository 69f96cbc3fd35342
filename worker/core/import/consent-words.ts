/** What the cell of an OptIn column says; `unclear` when it says something we do not know. */
export type OptInWord = "yes" | "no" | "unclear" | null;

const YES = new Set([
  "s",
  "sim",
  "1",
  "true",
  "yes",
  "y",
  "x",
  "ok",
  "aceito",
  "aceita",
  "aceitou",
  "autorizo",
  "verdadeiro",
  "v",
  "t",
]);
const NO = new Set(["n", "nao", "0", "false", "no", "f", "falso", "recuso", "recusa", "recusou", "negado"]);

/** A blank cell says nothing: it neither gives nor takes consent. */
export function readOptInWord(text: string): OptInWord {
  const word = text
    .normalize("NFKD")
    .replace(/[\p{M}\p{C}\s.!]/gu, "")
    .toLowerCase();
  if (word === "") return null;
  if (YES.has(word)) return "yes";
  return NO.has(word) ? "no" : "unclear";
}
