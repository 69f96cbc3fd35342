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
const NO = new Set([
  "n",
  "nao",
  "0",
  "00",
  "false",
  "no",
  "f",
  "falso",
  "recuso",
  "recusa",
  "recusou",
  "recusado",
  "negado",
  "negou",
  "revogado",
  "revogou",
  "optout",
  "stop",
  "sair",
  "parar",
  "bloqueado",
  "cancelado",
  "cancelou",
  "descadastrado",
]);
/** `não aceito`, `não autorizado`, `não quero receber` …; `não informado` says nothing. */
const REFUSAL = /^nao(?:aceit|autoriz|concord|consent|contat|deseja|envi|perturb|permit|quer|receb)/;
/** A não whose second letter an encoding has spoiled: `N�o`, and UTF-8 read as Windows-1252 (`NÃ£o`). */
const SPOILED_NAO = /^n(?:\ufffd+|a£)o/;

/** A blank cell says nothing: it neither gives nor takes consent. */
export function readOptInWord(text: string): OptInWord {
  const word = text
    .normalize("NFKD")
    .replace(/[\p{M}\p{C}\s.,!-]/gu, "")
    .toLowerCase()
    .replace(SPOILED_NAO, "nao");
  if (word === "") return null;
  if (YES.has(word)) return "yes";
  return NO.has(word) || REFUSAL.test(word) ? "no" : "unclear";
}
