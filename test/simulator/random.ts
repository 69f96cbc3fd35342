/**
 * A number in [0, 1) that depends on nothing but its arguments, so that what happens to a person is the same in every
 * run with the same seed. FNV-1a over the joined words, then two rounds of mixing, since FNV leaves its high bits weak.
 */
export function draw(...words: (string | number)[]): number {
  let hash = 0x811c9dc5;
  const text = words.join("\u0000");
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Dice bound to one subject: each name is another independent throw. */
export type Dice = (name: string) => number;
export const diceFor =
  (...subject: (string | number)[]): Dice =>
  (name) =>
    draw(...subject, name);

/** A number written in `length` of the letters given, for invented identifiers that must be the same every time. */
export function drawText(alphabet: string, length: number, ...subject: (string | number)[]): string {
  let text = "";
  for (let at = 0; at < length; at++) text += alphabet[Math.floor(draw(...subject, at) * alphabet.length)];
  return text;
}
