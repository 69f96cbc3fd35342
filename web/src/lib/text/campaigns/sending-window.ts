import type { BrazilHolidayName } from "$core/campaigns/brazil-holidays.ts";
import type { SendingWindow } from "$core/campaigns/policy.ts";
import { closesAt, nextOpening } from "$core/campaigns/sending-window.ts";
import type { Format } from "$lib/format/format.ts";
import { daysText } from "$lib/format/weekdays.ts";
import { m } from "$lib/paraglide/messages.js";
import { getLocale } from "$lib/paraglide/runtime.js";

/** "seg–sex 08:00–20:00, sáb 08:00–14:00" */
export function hoursText({ hours }: SendingWindow): string {
  return hours.map(({ days, from, to }) => `${daysText(days, getLocale())} ${from}–${to}`).join(", ");
}

/** A window in a sentence; any time when there is none. */
export function windowText(window: SendingWindow | null): string {
  if (!window) return m.window_any_time();
  const { length: count } = window.holidays;
  return count > 0 ? `${hoursText(window)}, ${m.window_days_off({ count })}` : hoursText(window);
}

/** "66 horas por semana." */
export function weekText(minutes: number): string {
  const hours = new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 1 }).format(minutes / 60);
  return m.window_week({ hours });
}

/** What a sound window says of this moment: open until when, or closed until when. */
export function windowNow(window: SendingWindow, format: Format, nowMs: number): string {
  const opens = nextOpening(window, nowMs);
  if (opens === null) return m.window_never();
  const at = (ms: number) => format.moment(new Date(ms).toISOString(), new Date(nowMs));
  if (opens > nowMs) return m.window_now_closed({ at: at(opens) });
  const closes = closesAt(window, nowMs);
  return closes === null ? m.window_now_always() : m.window_now_open({ at: at(closes) });
}

export const holidayNames: Record<BrazilHolidayName, () => string> = {
  newYear: m.holiday_new_year,
  carnivalMonday: m.holiday_carnival,
  carnivalTuesday: m.holiday_carnival,
  goodFriday: m.holiday_good_friday,
  tiradentes: m.holiday_tiradentes,
  labourDay: m.holiday_labour_day,
  corpusChristi: m.holiday_corpus_christi,
  independence: m.holiday_independence,
  aparecida: m.holiday_aparecida,
  allSouls: m.holiday_all_souls,
  republic: m.holiday_republic,
  blackAwareness: m.holiday_black_awareness,
  christmas: m.holiday_christmas,
};
