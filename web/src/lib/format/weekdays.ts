import type { Weekday } from "$core/campaigns/policy.ts";

export const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** 1 January 2024 was a Monday. */
const nameOf = (day: Weekday, locale: string, weekday: "short" | "long") =>
  new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" })
    .format(new Date(Date.UTC(2024, 0, day)))
    .replace(/\.$/, "");

/** "seg" */
export const shortDay = (day: Weekday, locale: string): string => nameOf(day, locale, "short");
/** "segunda-feira" */
export const longDay = (day: Weekday, locale: string): string => nameOf(day, locale, "long");

/** Days as people say them: "seg–sex", "sáb, dom". Three or more in a row become a range. */
export function daysText(days: readonly Weekday[], locale: string): string {
  const runs: Weekday[][] = [];
  for (const day of WEEK.filter((each) => days.includes(each))) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .flatMap((run) => {
      const names = run.map((day) => shortDay(day, locale));
      return run.length >= 3 ? [`${names[0]}–${names.at(-1)}`] : names;
    })
    .join(", ");
}
