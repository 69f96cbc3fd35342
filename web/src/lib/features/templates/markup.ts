/** A stretch of text with WhatsApp's marks read: `*bold*`, `_italic_`, `~struck~`, `` `code` ``. */
export interface Stretch {
  text: string;
  bold: boolean;
  italic: boolean;
  struck: boolean;
  code: boolean;
}

const MARKS = { "*": "bold", _: "italic", "~": "struck" } as const;
/** A mark counts only around text that touches it on the inside and stands apart on the outside. */
const PAIR = /(^|[\s\p{P}])([*_~])(?=\S)([^\n]*?\S)\2(?=$|[\s\p{P}])|```([^`]+)```|`([^`\n]+)`/gu;

/** Splits a message into stretches, as WhatsApp would show them. Nested marks are read, unpaired ones stay text. */
export function readMarkup(
  text: string,
  style: Omit<Stretch, "text"> = { bold: false, italic: false, struck: false, code: false },
): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const match of text.matchAll(PAIR)) {
    const [whole, before = "", mark, inner = "", block, inline] = match;
    const plain = text.slice(from, match.index) + before;
    if (plain) stretches.push({ ...style, text: plain });
    const code = block ?? inline;
    if (code !== undefined) stretches.push({ ...style, text: code, code: true });
    else if (mark === "*" || mark === "_" || mark === "~") {
      stretches.push(...readMarkup(inner, { ...style, [MARKS[mark]]: true }));
    }
    from = match.index + whole.length;
  }
  const rest = text.slice(from);
  if (rest) stretches.push({ ...style, text: rest });
  return stretches;
}
