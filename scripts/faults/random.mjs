/** Chance that depends on nothing but its words: the same words give the same throws, in every run and on every machine. */
export function chanceOf(...words) {
  let state = 0x811c9dc5;
  for (const letter of words.join("\u0000")) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193);
  /** Mulberry32: a number in [0, 1). */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number from `least` to `most`, both included. */
  const whole = (least, most) => least + Math.floor(next() * (most - least + 1));
  const pick = (items) => items[whole(0, items.length - 1)];
  return {
    next,
    whole,
    pick,
    happens: (probability) => next() < probability,
    /** So many different items, in the order of the list. */
    sample(items, count) {
      const chosen = new Set();
      while (chosen.size < Math.min(count, items.length)) chosen.add(whole(0, items.length - 1));
      return items.filter((_, place) => chosen.has(place));
    },
  };
}
