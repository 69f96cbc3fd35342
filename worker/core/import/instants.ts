import { tzOffset } from "@date-fns/tz";
import { readDate } from "../filter.ts";

const MINUTE_MS = 60_000;
const NAMES_ITS_OFFSET = /:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * An instant in milliseconds from `2026-03-01 10:00:00`, ISO 8601, `01/03/2026` or `01/03/2026 10:00[:00]`. Without an
 * offset it is the wall clock of `timeZone` (IANA name). Null when it is none of these, or no day of the calendar.
 */
export function readInstant(text: string, timeZone: string): number | null {
  const trimmed = text.trim();
  const wallClock = readDate(trimmed);
  if (wallClock === null || NAMES_ITS_OFFSET.test(trimmed)) return wallClock;
  // The offset that holds at the instant, not at the wall clock read as UTC: they differ around a change of the clocks.
  const nearby = wallClock - offsetMs(timeZone, wallClock);
  return wallClock - offsetMs(timeZone, nearby);
}

/** Offsets by zone and hour: asking for one costs more than all the rest of reading a row. */
const known = new Map<string, number>();
const MOST_KNOWN = 50_000;

function offsetMs(timeZone: string, at: number): number {
  // Clocks change at a quarter of an hour at the finest.
  const key = `${timeZone} ${Math.floor(at / (15 * MINUTE_MS))}`;
  let offset = known.get(key);
  if (offset === undefined) {
    offset = tzOffset(timeZone, new Date(at)) * MINUTE_MS;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, offset);
  }
  return offset;
}
