import { tzOffset } from "@date-fns/tz";
import { readDate } from "#core/audience/written-values.ts";
import { DAY_MS, MINUTE_MS } from "#core/shared/time.ts";

const NAMES_ITS_OFFSET = /:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/i;
/** No place on Earth is more than 14 hours from UTC. */
const NO_OFFSET = /:\d{2}.*[+-](?:1[5-9]|[2-9]\d):?\d{2}$/;

/** Day 0 of a spreadsheet's count of days is 1899-12-30; five digits reach from 1927 to 2173. */
const SERIAL = /^\d{5}(?:[.,]\d+)?$/;
const SERIAL_ZERO = Date.UTC(1899, 11, 30);

const DAY_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?=\D|$)/;
/** Not with dashes: `26-04-03` may begin with the year. */
const SHORT_YEAR = /^(\d{1,2})([/.])(\d{1,2})\2(\d{2})(?=\D|$)/;
const YEAR_FIRST = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?=\D|$)/;

/** Earlier than this nobody asked for consent: the year lost digits, or it is a date of birth in the wrong column. */
export const EARLIEST_CONSENT = Date.UTC(1990, 0, 1);
/** Clocks of those who export run a little ahead of ours. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS;

export type ConsentDate = { read: "at"; at: number } | { read: "future" | "unreadable" };

/**
 * When somebody gave or refused consent, in milliseconds. Read are `2026-03-01 10:00:00`, ISO 8601, `01/03/2026`,
 * `01.03.2026`, `01/03/26`, each with `10:00[:00]`, `10h00` or no time, and a spreadsheet's serial number (`46082,4375`).
 * Without an offset it is the wall clock of `timeZone` (IANA name). Anything else is no date, `2:30 PM` too: it comes
 * with American days, month first. An instant after `now` is none either.
 */
export function readConsentDate(text: string, { timeZone, now }: { timeZone: string; now: number }): ConsentDate {
  const at = readInstant(text.trim(), timeZone);
  if (at === null || at < EARLIEST_CONSENT) return { read: "unreadable" };
  if (at > now + CLOCK_SKEW_MS) return { read: "future" };
  return { read: "at", at: Math.min(at, now) };
}

/** Any such instant, whenever it is; null when it is none. */
export function readInstant(text: string, timeZone: string): number | null {
  const written = plainTime(plainDay(text));
  if (NO_OFFSET.test(written)) return null;
  const wallClock = SERIAL.test(text) ? serialDay(text) : readDate(written);
  if (wallClock === null || NAMES_ITS_OFFSET.test(written)) return wallClock;
  // The offset that holds at the instant, not at the wall clock read as UTC: they differ around a change of the clocks.
  const nearby = wallClock - offsetMs(timeZone, wallClock);
  return wallClock - offsetMs(timeZone, nearby);
}

/** To the second: the fraction of a day is cut off somewhere. */
const serialDay = (text: string) => SERIAL_ZERO + Math.round((Number(text.replace(",", ".")) * DAY_MS) / 1000) * 1000;

/** The day as `readDate` knows it. */
function plainDay(text: string): string {
  return text
    .replace(YEAR_FIRST, (_, year, __, month, day) => `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`)
    .replace(SHORT_YEAR, "$1/$3/20$4")
    .replace(DAY_FIRST, "$1/$3/$4");
}

/** `14h`, `14h30`, `14h30min`, `14h30m15s`, `14:30h`, `às 14:30` as `14:30[:15]`. */
function plainTime(text: string): string {
  return text
    .replace(/(\d)\s*(?:,|-|às|as)\s+(?=\d)/i, "$1 ")
    .replace(/\s(\d{1,2})\s*h(?:oras?|s|rs)?$/i, " $1:00")
    .replace(/\s(\d{1,2})\s*h\s*(\d{2})(?:\s*m(?:in)?)?(?:\s*(\d{2})\s*s(?:eg)?)?$/i, (_, hour, minute, second) =>
      second === undefined ? ` ${hour}:${minute}` : ` ${hour}:${minute}:${second}`,
    )
    .replace(/(:\d{2})\s*h(?:s|rs)?$/i, "$1");
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
