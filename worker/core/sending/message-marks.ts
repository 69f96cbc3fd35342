/**
 * Finding a message by nothing but Meta's id, which hardly ever has to be done: 32 bits of each id, in the order in which
 * they were noted. An index would cost a write per message, and a scan of the recipients a second per million.
 */

/** FNV-1a over the id's UTF-16 units. */
export function markOf(messageId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < messageId.length; i++) hash = Math.imul(hash ^ messageId.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export const packMarks = (marks: number[]): ArrayBuffer => Uint32Array.from(marks).buffer;

export const unpackMarks = (packed: ArrayBuffer): number[] => [...new Uint32Array(packed)];

/** A mark's last bits, by which all but a few are passed over: a set asked about each of a million costs ten times as much. */
const SIEVE_BITS = 16;
const sieved = (mark: number): number => mark & ((1 << SIEVE_BITS) - 1);

/**
 * Where these ids may be among those noted, by place: two ids can have one mark, so each is to be looked at.
 * @returns to be asked about each row of marks
 */
export function markFinder(messageIds: string[]): (packed: ArrayBuffer) => number[] {
  const wanted = new Set(messageIds.map(markOf));
  const sieve = new Uint8Array(1 << SIEVE_BITS);
  for (const mark of wanted) sieve[sieved(mark)] = 1;
  return (packed) => {
    const places: number[] = [];
    const marks = new Uint32Array(packed);
    for (let place = 0; place < marks.length; place++) {
      const mark = marks[place] ?? 0;
      if (sieve[sieved(mark)] === 1 && wanted.has(mark)) places.push(place);
    }
    return places;
  };
}
