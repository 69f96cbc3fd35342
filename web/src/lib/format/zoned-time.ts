import { TZDate } from "@date-fns/tz";

/** A day and a time of day on the clocks of some time zone, as date and time fields hold them. */
export interface WallTime {
  /** `2026-12-01` */
  date: string;
  /** `09:00` */
  time: string;
}

/** The instant, with that zone's offset on that day; null while a field is empty or half typed. */
export function toInstant({ date, time }: WallTime, timeZone: string): string | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)?.slice(1).map(Number);
  const clock = /^(\d{2}):(\d{2})/.exec(time)?.slice(1).map(Number);
  if (!day || !clock) return null;
  const [year = 0, month = 1, dayOfMonth = 1] = day;
  const [hour = 0, minute = 0] = clock;
  return new TZDate(year, month - 1, dayOfMonth, hour, minute, 0, timeZone).toISOString();
}

export function toWallTime(instant: string | number, timeZone: string): WallTime {
  const at = new TZDate(new Date(instant), timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}
