import fc from "fast-check";
import { DEFAULT_WINDOW, type SendingWindow, type Weekday } from "#core/campaigns/policy.ts";

/** Monday to Friday 8 to 20, Saturday 8 to 14, in São Paulo. */
export const OFFICE_HOURS = DEFAULT_WINDOW;

/** Without any hours. */
export const NEVER: SendingWindow = { timeZone: "America/Sao_Paulo", hours: [], holidays: [] };

export const ZONES = [
  "America/Sao_Paulo",
  "America/New_York",
  // Half an hour of summer time.
  "Australia/Lord_Howe",
  // Clocks that change at midnight: a day that begins at 1 o'clock, one that has 23 o'clock twice.
  "America/Asuncion",
  "Africa/Cairo",
  "Asia/Kathmandu",
  "UTC",
] as const;

export const anyInstant = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2030, 0) });

const time = (quarter: number) =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
const hoursEntry = fc
  .record({
    days: fc.subarray([1, 2, 3, 4, 5, 6, 7] satisfies Weekday[], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 92 }),
    length: fc.oneof(fc.integer({ min: 4, max: 96 }), fc.constant(96)),
  })
  .map(({ days, from, length }) => ({ days, from: time(from), to: time(Math.min(96, from + length)) }));
const holiday = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }).map((at) => iso(at));
const iso = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Windows that open every week, by hours that may adjoin and overlap, in zones with and without summer time. */
export const anyWindow: fc.Arbitrary<SendingWindow> = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  hours: fc.array(hoursEntry, { minLength: 1, maxLength: 4 }),
  holidays: fc.array(holiday, { maxLength: 10 }),
});
