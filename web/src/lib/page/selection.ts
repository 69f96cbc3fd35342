/** The rows of a table that a person has chosen, to do something to all of them. */
export interface Selection<Row> {
  /** By their keys. */
  chosen: ReadonlySet<string>;
  onchange: (chosen: Set<string>) => void;
  /** What choosing a row is called, for those who hear it; null for a row that can't be chosen. */
  label: (row: Row) => string | null;
  /** What choosing all of them is called. */
  all: string;
}
