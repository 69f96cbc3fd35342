import Papa from "papaparse";

/** The cells of one record without its line end; null when its quotes don't add up. */
export function readCells(record: string, delimiter: string): string[] | null {
  if (!record.includes('"')) return record.split(delimiter);
  const parser: { parse(text: string, base: number, ignoreLast: boolean): Papa.ParseResult<string[]> } =
    new Papa.Parser({ delimiter, newline: "\n" });
  const { data, errors } = parser.parse(record.endsWith(" ") ? record.replace(/" +$/, '"') : record, 0, false);
  const [cells] = data;
  return cells && data.length === 1 && errors.length === 0 ? cells : null;
}
