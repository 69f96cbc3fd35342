import { tzOffset } from "@date-fns/tz";
import { DAY_MS, MINUTE_MS } from "#core/shared/time.ts";
import type { SendingWindow } from "./policy.ts";

/** How far ahead a window is looked into: more than a year, and no list of holidays is true for much longer. */
export const WINDOW_HORIZON_MS = 400 * DAY_MS;

/** A time in which messages may leave without a break: `from` is in it, `to` (ms) is not. */
export interface Opening {
  from: number;
  to: number;
}

/** Whether the wall clock of the window's time zone shows an hour of sending. Null as a window: always. */
export function isOpen(window: SendingWindow | null, atMs: number): boolean {
  return window === null || stretchAt(window, atMs).open;
}

/** The first instant (ms) from `atMs` on at which messages may leave; null when there is none within 400 days. */
export function nextOpening(window: SendingWindow | null, atMs: number): number | null {
  if (window === null) return atMs;
  for (let at = atMs; at <= atMs + WINDOW_HORIZON_MS; ) {
    const { open, until } = stretchAt(window, at);
    if (open) return at;
    at = until;
  }
  return null;
}

/**
 * When the opening that holds `atMs` ends (ms). Null when `atMs` is in none, and when the opening goes on for more than
 * 400 days.
 */
export function closesAt(window: SendingWindow | null, atMs: number): number | null {
  if (!isOpen(window, atMs)) return null;
  const to = endOfOpening(window, atMs);
  return to > atMs + WINDOW_HORIZON_MS ? null : to;
}

/**
 * The opening that holds `atMs`, from there on, or the next one; null when nothing opens within 400 days. One that goes
 * on for longer than that is cut.
 */
export function openingFrom(window: SendingWindow | null, atMs: number): Opening | null {
  const from = nextOpening(window, atMs);
  return from === null ? null : { from, to: endOfOpening(window, from) };
}

function endOfOpening(window: SendingWindow | null, openMs: number): number {
  const horizon = openMs + WINDOW_HORIZON_MS;
  if (window === null) return horizon + 1;
  for (let at = openMs; at <= horizon; ) {
    const { open, until } = stretchAt(window, at);
    if (!open) return at;
    at = until;
  }
  return horizon + 1;
}

/**
 * What the window says at an instant, and until when it surely says the same: the next edge of its hours on the wall,
 * midnight, or a change of the clocks. Reading the wall at each instant makes those changes come right by themselves:
 * hours that are left out have no instants, hours that come twice are open twice.
 */
function stretchAt(window: SendingWindow, atMs: number): { open: boolean; until: number } {
  const wallMs = atMs + offsetMs(window.timeZone, atMs);
  const day = Math.floor(wallMs / DAY_MS);
  const timeMs = wallMs - day * DAY_MS;
  let open = false;
  let edgeMs = DAY_MS;
  for (const { from, to } of hoursOf(window, day)) {
    if (from <= timeMs && timeMs < to) open = true;
    for (const edge of [from, to]) if (edge > timeMs && edge < edgeMs) edgeMs = edge;
  }
  return { open, until: clockChange(window.timeZone, atMs, atMs + edgeMs - timeMs) };
}

/** Hours of a day (counted from 1970-01-01, a Thursday) as ms after its midnight on the wall; none on a holiday. */
function hoursOf({ hours, holidays }: SendingWindow, day: number): Opening[] {
  const today = hours.filter(({ days }) => days.some((weekday) => weekday % 7 === (day + 4) % 7));
  if (today.length > 0 && holidays.includes(new Date(day * DAY_MS).toISOString().slice(0, 10))) return [];
  return today.map(({ from, to }) => ({ from: minuteOfDay(from) * MINUTE_MS, to: minuteOfDay(to) * MINUTE_MS }));
}

/** `HH:mm` as minutes after midnight; `24:00` is the end of the day. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The first instant after `from` at which the clocks are changed; `to` when they are not before. At most a day apart. */
function clockChange(timeZone: string, from: number, to: number): number {
  const before = offsetMs(timeZone, from);
  if (offsetMs(timeZone, to) === before) return to;
  let [same, changed] = [from, to];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetMs(timeZone, middle) === before) same = middle;
    else changed = middle;
  }
  return changed;
}

function offsetMs(timeZone: string, atMs: number): number {
  return tzOffset(timeZone, new Date(atMs)) * MINUTE_MS;
}
