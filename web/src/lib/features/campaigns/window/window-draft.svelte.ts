import type { SendingWindow, Weekday } from "$core/campaigns/policy.ts";
import { minuteOfDay } from "$core/campaigns/sending-window.ts";
import { windowFaults } from "$core/campaigns/sending-window-check.ts";
import { m } from "$lib/paraglide/messages.js";

export interface HoursDraft {
  /** Tells rows apart while they are edited; not part of the window. */
  row: number;
  days: Weekday[];
  /** `08:00`, or empty while it is typed. */
  from: string;
  /** The end of the day is 00:00 here, as clocks show it. */
  to: string;
}

const END_OF_DAY = "24:00";
const MIDNIGHT = "00:00";

/** A sending window while it is edited, and what is wrong with it. */
export class WindowDraft {
  timeZone = $state("");
  hours = $state<HoursDraft[]>([]);
  holidays = $state<string[]>([]);

  constructor(window: SendingWindow) {
    this.timeZone = window.timeZone;
    this.setHours(window.hours);
    this.holidays = [...window.holidays];
  }

  setHours(hours: SendingWindow["hours"]): void {
    const first = this.#nextRow();
    this.hours = hours.map(({ days, from, to }, index) => ({
      row: first + index,
      days: [...days],
      from,
      to: to === END_OF_DAY ? MIDNIGHT : to,
    }));
  }

  addHours(): void {
    this.hours.push({ row: this.#nextRow(), days: [], from: "08:00", to: "20:00" });
  }

  removeHours(row: number): void {
    this.hours = this.hours.filter((entry) => entry.row !== row);
  }

  addHolidays(dates: string[]): void {
    this.holidays = [...new Set([...this.holidays, ...dates])].sort();
  }

  get window(): SendingWindow {
    return {
      timeZone: this.timeZone,
      hours: this.hours.map(({ days, from, to }) => ({
        days: days.toSorted(),
        from,
        to: to === MIDNIGHT ? END_OF_DAY : to,
      })),
      holidays: [...this.holidays],
    };
  }

  /** How long it is open in a week without holidays. */
  get minutesAWeek(): number {
    return this.window.hours.reduce(
      (sum, { days, from, to }) => sum + days.length * (minuteOfDay(to) - minuteOfDay(from)),
      0,
    );
  }

  /** What is wrong with one row of hours, in words; undefined when nothing is. */
  faultOf(row: number): string | undefined {
    const index = this.hours.findIndex((entry) => entry.row === row);
    const entry = this.hours[index];
    if (!entry) return undefined;
    if (!entry.from || !entry.to) return m.window_fault_time();
    if (entry.days.length === 0) return m.window_fault_days();
    const fault = windowFaults(this.window).find(({ path }) => path[0] === "hours" && path[1] === index);
    if (!fault) return undefined;
    return fault.code === "overlapping_hours" ? m.window_fault_overlap() : m.window_fault_order();
  }

  /** What is wrong with the window as a whole. */
  get fault(): string | undefined {
    return windowFaults(this.window).some(({ code }) => code === "too_little_time")
      ? m.window_fault_little()
      : undefined;
  }

  get isSound(): boolean {
    return this.fault === undefined && this.hours.every(({ row }) => this.faultOf(row) === undefined);
  }

  #nextRow(): number {
    return Math.max(0, ...this.hours.map(({ row }) => row)) + 1;
  }
}
