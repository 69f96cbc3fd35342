import type { Snippet } from "svelte";

/** One thing that a table says of each of its rows. */
export interface Column<Row> {
  label: string;
  /** The label is for those who can't see the table: what stands under it speaks for itself. */
  quiet?: boolean;
  /** What stands in the cell, as text; */
  text?: (row: Row) => string;
  /** a second, quieter line of it; */
  note?: (row: Row) => string;
  /** or as it likes. */
  cell?: Snippet<[Row]>;
  /** Numbers, so that they can be compared. */
  numeric?: boolean;
  /** Shown where a table has room to spare. */
  wide?: boolean;
  /**
   * Where there is no room for a table each row is a card. There a column is `beside` the first one, a `line` without its
   * label, a `figure` (four to a line), or `left-out`; otherwise a line with its label.
   */
  card?: "beside" | "line" | "figure" | "left-out";
}
