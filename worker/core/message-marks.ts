/**
 * Finding a message by nothing but Meta's id, which hardly ever has to be done: 32 bits of each id, in the order in which
 * they were noted. An index would cost a write per message, and a scan of the recipients a second per million.
 */
const MARK_BYTES = 4;

/** FNV-1a over the id's UTF-16 units. */
export function markOf(messageId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < messageId.length; i++) hash = Math.imul(hash ^ messageId.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export function packMarks(marks: number[]): ArrayBuffer {
  const packed = new ArrayBuffer(marks.length * MARK_BYTES);
  const view = new DataView(packed);
  for (const [place, mark] of marks.entries()) view.setUint32(place * MARK_BYTES, mark);
  return packed;
}

export function unpackMarks(packed: ArrayBuffer): number[] {
  const view = new DataView(packed);
  return Array.from({ length: packed.byteLength / MARK_BYTES }, (_, place) => view.getUint32(place * MARK_BYTES));
}

/** Places of the ids that may be among those noted: two ids can have one mark, so each is to be looked at. */
export const placesIn = (packed: ArrayBuffer, wanted: ReadonlySet<number>): number[] =>
  unpackMarks(packed).flatMap((mark, place) => (wanted.has(mark) ? [place] : []));
