/** The text as a key of the record, when it is one: an address may name any filter, and a newer API any code. */
export const keyOf = <K extends string>(record: Readonly<Record<K, unknown>>, text: string): K | undefined =>
  Object.hasOwn(record, text) ? (text as K) : undefined;

/** What the record has for the text, if anything. */
export function lookUp<K extends string, V>(record: Readonly<Record<K, V>>, text: string): V | undefined {
  const key = keyOf(record, text);
  return key && record[key];
}
