/**
 * What a spreadsheet takes for the start of a formula: `= + - @`, their full-width and small forms, a tab or a line
 * break; also behind blanks, invisible characters or quotes, which some programs trim first. That the apostrophe is
 * among those quotes makes a guarded value match as well, which {@link unguardFormula} relies on.
 */
const FORMULA_START = /^[\s\p{Cc}\p{Cf}"'`]*[=+\-@＝＋－＠﹢﹣﹦﹫−\t\r\n]/u;

/** Blanks at the ends and a byte order mark are lost by some readers unless they stand between quotes. */
const NEEDS_QUOTES = /["\r\n\ufeff]|^\s|\s$/;

/**
 * Makes a value inert in a spreadsheet with a leading apostrophe. There is no exception for signed numbers and `+55…`
 * phone numbers: an exception is where the next trick would get in, and a program can take it back by
 * {@link unguardFormula}.
 */
export function guardFormula(value: string): string {
  return FORMULA_START.test(value) ? `'${value}` : value;
}

/** The inverse of {@link guardFormula}, for reading our own files again. */
export function unguardFormula(value: string): string {
  return value.startsWith("'") && FORMULA_START.test(value.slice(1)) ? value.slice(1) : value;
}

/** One cell: inert as a formula, and quoted by RFC 4180 when it must be. */
export function csvCell(value: string, delimiter: string): string {
  const inert = guardFormula(value);
  if (!inert.includes(delimiter) && !NEEDS_QUOTES.test(inert)) return inert;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** One record with its CRLF. A single empty cell is written as `""`, or it would read as a blank line. */
export function csvLine(cells: readonly string[], delimiter: string): string {
  const line = cells.map((cell) => csvCell(cell, delimiter)).join(delimiter);
  return `${line === "" ? '""' : line}\r\n`;
}
