import type { ImportReason } from "$lib/api/types.ts";
import type { Format } from "$lib/format/format.ts";

/** Where in the file something was found; the API tells the first lines. */
export const linesText = ({ count, lines }: ImportReason, format: Pick<Format, "number">): string =>
  lines.map((line) => format.number(line)).join(", ") + (count > lines.length ? "…" : "");
