import { canonicalTimeZone } from "#core/shared/time-zone.ts";
import type { SendingWindow } from "./policy.ts";
import { minuteOfDay } from "./sending-window.ts";

/** What a window is refused for. `path` leads from the window to the field that would have to change. */
export interface WindowFault {
  code: "unknown_time_zone" | "ends_before_it_begins" | "overlapping_hours" | "too_little_time";
  path: (string | number)[];
}

/** Less than this a week is a slip of the hand, not a window. */
const LEAST_MINUTES_A_WEEK = 60;

/** Everything that is wrong with a window whose times are all `HH:mm`; nothing when it can be used. */
export function windowFaults({ timeZone, hours }: SendingWindow): WindowFault[] {
  const faults: WindowFault[] = [];
  if (canonicalTimeZone(timeZone) === null) faults.push({ code: "unknown_time_zone", path: ["timeZone"] });
  const seen: Span[] = [];
  for (const [index, entry] of hours.entries()) {
    const [from, to] = [minuteOfDay(entry.from), minuteOfDay(entry.to)];
    if (from >= to) {
      faults.push({ code: "ends_before_it_begins", path: ["hours", index, "to"] });
      continue;
    }
    const spans = entry.days.map((day) => ({ day, from, to }));
    const repeated = new Set(entry.days).size < entry.days.length;
    const overlaps = spans.some((span) => seen.some((other) => overlap(span, other)));
    if (repeated || overlaps) faults.push({ code: "overlapping_hours", path: ["hours", index] });
    seen.push(...spans);
  }
  const minutes = seen.reduce((sum, { from, to }) => sum + to - from, 0);
  if (faults.length === 0 && minutes < LEAST_MINUTES_A_WEEK) faults.push({ code: "too_little_time", path: ["hours"] });
  return faults;
}

type Span = { day: number; from: number; to: number };
const overlap = (a: Span, b: Span) => a.day === b.day && a.from < b.to && b.from < a.to;
