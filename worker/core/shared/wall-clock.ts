import { tzOffset } from "@date-fns/tz";
import { MINUTE_MS } from "./time.ts";

/** Clocks change, and zones differ from UTC, by multiples of this; true of every zone since 1972. */
const QUARTER_MS = 15 * MINUTE_MS;

const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/**
 * Writes instants (ms) as `YYYY-MM-DD HH:mm:ss` of a time zone (IANA name). Made for millions of them: the zone is asked
 * once per quarter of an hour that occurs.
 */
export function wallClock(timeZone: string): (at: number) => string {
  /** By quarter: `YYYY-MM-DD HH:` and the minute at which the quarter begins on the wall. */
  const quarters = new Map<number, { hour: string; minute: number }>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    let begin = quarters.get(quarter);
    if (begin === undefined) {
      const start = quarter * QUARTER_MS;
      const wall = new Date(start + tzOffset(timeZone, new Date(start)) * MINUTE_MS).toISOString();
      begin = { hour: `${wall.slice(0, 10)} ${wall.slice(11, 14)}`, minute: Number(wall.slice(14, 16)) };
      quarters.set(quarter, begin);
    }
    const seconds = Math.floor((at - quarter * QUARTER_MS) / 1000);
    return `${begin.hour}${twoDigits[begin.minute + Math.floor(seconds / 60)]}:${twoDigits[seconds % 60]}`;
  };
}
