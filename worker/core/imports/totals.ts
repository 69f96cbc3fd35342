import { foldName } from "./columns.ts";
import { plainCell } from "./row.ts";

/** What is summed up: the words around a number, and those that may stand without one. */
const THINGS = "registros|linhas|clientes|contatos|pessoas|titulos|contratos|parcelas|devedores|itens|telefones";
const SUM = `(?:sub)?tota(?:l|is)(?:geral)?(?:d[aeo]s?)?(?:${THINGS})?`;
const COUNT = `(?:qtde?|quantidade|numero)(?:total)?(?:d[aeo]s?)?(?:${THINGS})`;
const LABEL = new RegExp(`^(?:(?:${SUM}|${COUNT})(?:r?\\d+)?|(?:${THINGS})\\d+|\\d+(?:${THINGS}))$`);

/** A sum: digits, with the signs around them and `R$`. */
const FIGURE = /^(?:R\$)?[\d\s.,%+-]+(?:E\+?\d+)?$/i;

/**
 * The line that spreadsheets and reports put below a list: `Total`, `Total de registros: 123`, sums under their columns
 * and nothing else. Somebody who is called `Total Ltda` is a person.
 */
export function isTotalsLine(cells: string[]): boolean {
  const filled = cells.map(plainCell).filter((cell) => cell !== "");
  const isLabel = (cell: string) => LABEL.test(foldName(cell));
  return filled.some(isLabel) && filled.every((cell) => isLabel(cell) || FIGURE.test(cell));
}
