/**
 * Numbers, dates and amounts as people here write them: the language of the screen, the time zone of the tenant.
 * Every instant that reaches the screen passes through here, so that none is shown in the browser's own zone.
 */
export interface Format {
  timeZone: string;
  /** "Horário de Brasília" */
  zoneName: string;
  number(value: number): string;
  /** 1240 → "1,2 mil". */
  compact(value: number): string;
  /** A share of 0 to 1; "—" when there is nothing to take a share of. */
  percent(share: number | null | undefined, digits?: number): string;
  money(amount: number, currency: string): string;
  date(instant: string): string;
  dateTime(instant: string): string;
  time(instant: string): string;
  /** "seg., 23 nov., 08:00": for what is near. */
  dayAndTime(instant: string): string;
  /** Time alone when it is today, else date and time. */
  moment(instant: string, now?: Date): string;
  /** The same with seconds. */
  preciseMoment(instant: string, now?: Date): string;
  /** 90 → "1 h 30 min". */
  duration(minutes: number): string;
  bytes(value: number): string;
}

export const NOTHING = "—";

export function createFormat(locale: string, timeZone: string): Format {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percents = [0, 1].map(
    (digits) =>
      new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 0, maximumFractionDigits: digits }),
  );
  const day = new Intl.DateTimeFormat(locale, { timeZone, day: "2-digit", month: "short", year: "numeric" });
  const clock = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
  const clockSeconds = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "medium" });
  const both = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: "2-digit",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const dayMonth = new Intl.DateTimeFormat(locale, { timeZone, day: "2-digit", month: "short" });
  const dayMonthTime = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });

  const weekdayTime = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: "short",
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });

  const percent = (share: number | null | undefined, digits = 0) =>
    share === null || share === undefined || Number.isNaN(share)
      ? NOTHING
      : ((percents[digits] ?? percents[0])?.format(share) ?? NOTHING);

  return {
    timeZone,
    zoneName: zoneName(locale, timeZone),
    number: (value) => whole.format(value),
    compact: (value) => compact.format(value),
    percent,
    money: (amount, currency) => new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount),
    date: (instant) => tidy(day.format(new Date(instant))),
    dateTime: (instant) => tidy(both.format(new Date(instant))),
    time: (instant) => clock.format(new Date(instant)),
    dayAndTime: (instant) => tidy(weekdayTime.format(new Date(instant))),
    moment(instant, now = new Date()) {
      const at = new Date(instant);
      return day.format(at) === day.format(now) ? clock.format(at) : tidy(dayMonthTime.format(at));
    },
    preciseMoment(instant, now = new Date()) {
      const at = new Date(instant);
      const time = clockSeconds.format(at);
      return day.format(at) === day.format(now) ? time : `${tidy(dayMonth.format(at))} ${time}`;
    },
    duration(minutes) {
      const unit = (value: number, name: "day" | "hour" | "minute") =>
        new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
      const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
      const parts = [
        ...(days ? [unit(days, "day")] : []),
        ...(hours ? [unit(hours, "hour")] : []),
        ...(rest || minutes === 0 ? [unit(rest, "minute")] : []),
      ];
      return parts.join(" ");
    },
    bytes(value) {
      const [amount, name] = value < 1e6 ? [value / 1e3, "kilobyte"] : [value / 1e6, "megabyte"];
      return new Intl.NumberFormat(locale, { style: "unit", unit: name, maximumFractionDigits: 1 }).format(amount);
    },
  };
}

function zoneName(locale: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "longGeneric" }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
}

/** "23 de nov. de 2026" reads as a sentence; in a table "23 nov. 2026" reads as a date. */
function tidy(text: string): string {
  return text.replaceAll(" de ", " ");
}
