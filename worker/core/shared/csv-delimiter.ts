/** Any quoted cell, any unquoted run of text, or a delimiter; ends of records fall between. */
const patternOf = (from: string) => new RegExp(`"(?:[^"]|"")*"|${from === ";" ? ";" : ","}|[^"${from}\\r\\n]+`, "g");

/**
 * Writes one of our own CSV files with the other delimiter, piece by piece: a cell that holds it gets quotes, a quoted
 * one is fine as it is. Our records end in CRLF, so a piece is cut at the last CRLF that is not inside quotes.
 */
export function redelimiter(from: ";" | ",", to: ";" | ",") {
  const pattern = patternOf(from);
  let rest = "";
  const rewrite = (records: string) =>
    records.replace(pattern, (part) => {
      if (part === from) return to;
      return part.startsWith('"') || !part.includes(to) ? part : `"${part}"`;
    });
  return {
    push(text: string): string {
      rest += text;
      const end = endOfRecords(rest);
      const records = rest.slice(0, end);
      rest = rest.slice(end);
      return rewrite(records);
    },
    /** What is left at the end of the file. */
    finish(): string {
      return rewrite(rest);
    },
  };
}

/** Just after the last end of a record, 0 when there is none. */
function endOfRecords(text: string): number {
  let end = 0;
  let isQuoted = false;
  for (const { 0: mark, index } of text.matchAll(/"|\r\n/g)) {
    if (mark === '"') isQuoted = !isQuoted;
    else if (!isQuoted) end = index + 2;
  }
  return end;
}
