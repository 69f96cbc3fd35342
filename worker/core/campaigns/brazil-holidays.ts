import { DAY_MS } from "#core/shared/time.ts";
/** A day off in Brazil; screens have the names. */
export interface BrazilHoliday {
  /** `YYYY-MM-DD`. */
  date: string;
  name: BrazilHolidayName;
  /** By law for everybody, or customary: most offices close, but nobody has to. */
  kind: "national" | "customary";
}

/**
 * National holidays on fixed days: laws 662/1949 (as 10.607/2002 has it), 6.802/1980 and 14.759/2023.
 * `MM-DD` by name.
 */
const FIXED = {
  newYear: "01-01",
  tiradentes: "04-21",
  labourDay: "05-01",
  independence: "09-07",
  aparecida: "10-12",
  allSouls: "11-02",
  republic: "11-15",
  blackAwareness: "11-20",
  christmas: "12-25",
} as const;

/** Days that move with Easter, and by how many days. */
const BY_EASTER = {
  carnivalMonday: { days: -48, kind: "customary" },
  carnivalTuesday: { days: -47, kind: "customary" },
  goodFriday: { days: -2, kind: "national" },
  corpusChristi: { days: 60, kind: "customary" },
} as const;

export type BrazilHolidayName = keyof typeof FIXED | keyof typeof BY_EASTER;

/** The days off of a year, in order. Black Awareness Day counts from 2024 on, when it became one for the whole country. */
export function brazilHolidays(year: number): BrazilHoliday[] {
  const easter = easterSunday(year);
  const fixed = names(FIXED)
    .filter((name) => name !== "blackAwareness" || year >= 2024)
    .map((name): BrazilHoliday => ({ date: `${year}-${FIXED[name]}`, name, kind: "national" }));
  const moving = names(BY_EASTER).map((name): BrazilHoliday => {
    const { days, kind } = BY_EASTER[name];
    return { date: new Date(easter + days * DAY_MS).toISOString().slice(0, 10), name, kind };
  });
  return [...fixed, ...moving].sort((a, b) => a.date.localeCompare(b.date));
}

const names = <T extends object>(days: T) => Object.keys(days).filter((name): name is keyof T & string => name in days);

/**
 * Easter Sunday as UTC midnight (ms), by the Gregorian computus: the Sunday after the first ecclesiastical full moon
 * of spring.
 */
function easterSunday(year: number): number {
  const goldenNumber = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const lunarCorrection = Math.floor((8 * century + 13) / 25);
  const epact = (19 * goldenNumber + century - Math.floor(century / 4) - lunarCorrection + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const lateMoon = Math.floor((goldenNumber + 11 * epact + 22 * toSunday) / 451);
  const day = epact + toSunday - 7 * lateMoon + 114;
  return Date.UTC(year, Math.floor(day / 31) - 1, (day % 31) + 1);
}
