/** Line ends of all kinds, also the ones that word processors and databases put within a cell. */
const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
const INVISIBLE = /[^\P{Cc}\n\t]|\p{Cf}/gu;
const ANY = /[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/u;

/**
 * Text without what nobody sees: control characters, zero-width and direction marks, soft hyphens. With them two equal
 * words differ, and Meta or a spreadsheet may refuse the text. Tabs stay, and line ends become `\n`.
 */
export function visibleText(text: string): string {
  return ANY.test(text) ? text.replace(LINE_END, "\n").replace(INVISIBLE, "") : text;
}

/** Blanks of all kinds, line ends too, as single spaces. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ");
