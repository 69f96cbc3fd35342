import type { Format } from "$lib/format/format.ts";
import { toInstant, toWallTime } from "$lib/format/zoned-time.ts";

/** A block that ends on a day lasts that whole day: it ends when the next one begins, on the tenant's clocks. */
export function endOfDay(date: string, timeZone: string): string | null {
  const noon = new Date(`${date}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return null;
  noon.setUTCDate(noon.getUTCDate() + 1);
  return toInstant({ date: noon.toISOString().slice(0, 10), time: "00:00" }, timeZone);
}

/** The last day on which it holds. */
export const lastDay = (until: string, timeZone: string): string => toWallTime(Date.parse(until) - 1, timeZone).date;

/** Whether it lasts until some time of day, which its last day does not tell. */
const endsWithinDay = (until: string, timeZone: string): boolean => toWallTime(until, timeZone).time !== "00:00";

/** When it ends, as people say it. */
export const endText = (until: string, format: Format): string =>
  endsWithinDay(until, format.timeZone)
    ? format.dateTime(until)
    : format.date(new Date(Date.parse(until) - 1).toISOString());
