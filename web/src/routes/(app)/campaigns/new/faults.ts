/** What stands wrong in a field of the form, by the path that the API calls it. */
export type FaultCode = "percent" | "too_many_waves" | "interval" | "minutes" | "start" | "start_too_far" | "window";
export interface Fault {
  path: string;
  code: FaultCode;
}

/** The API's limits. */
const MOST_WAVES = 1_000;
const LATEST_START_MS = 2 * 366 * 86_400_000;
const LONGEST_INTERVAL_MINUTES = 10_080;
const LONGEST_SERVICE_MINUTES = 43_200;

/** The fields of the form that can be typed wrong; a number is null while its field is empty. */
export interface TypedFields {
  when: "now" | "later";
  /** Null while date or time are missing. */
  startAt: string | null;
  pace: "all" | "waves";
  percent: number | null;
  intervalMinutes: number | null;
  windowMode: "tenant" | "none" | "custom";
  window: { readonly isSound: boolean };
  inServiceMode: "include" | "exclude";
  withinMinutes: number | null;
}

const isWhole = (value: number | null, least: number, most: number) =>
  value !== null && Number.isInteger(value) && value >= least && value <= most;

/** What can't be saved as it stands, in the order of the form. @param now ms */
export function faultsOf(fields: TypedFields, now: number): Fault[] {
  const { percent } = fields;
  const faults: Fault[] = [];
  if (fields.when === "later") {
    const startAt = fields.startAt === null ? null : Date.parse(fields.startAt);
    if (startAt === null) faults.push({ path: "startAt", code: "start" });
    else if (startAt > now + LATEST_START_MS) faults.push({ path: "startAt", code: "start_too_far" });
  }
  if (fields.windowMode === "custom" && !fields.window.isSound) faults.push({ path: "sendingWindow", code: "window" });
  if (fields.pace === "waves") {
    const path = "pacing.percent";
    if (percent === null || !(percent > 0 && percent <= 100)) faults.push({ path, code: "percent" });
    else if (percent * MOST_WAVES < 100) faults.push({ path, code: "too_many_waves" });
    if (!isWhole(fields.intervalMinutes, 1, LONGEST_INTERVAL_MINUTES)) {
      faults.push({ path: "pacing.intervalMinutes", code: "interval" });
    }
  }
  if (fields.inServiceMode === "exclude" && !isWhole(fields.withinMinutes, 0, LONGEST_SERVICE_MINUTES)) {
    faults.push({ path: "inService.withinMinutes", code: "minutes" });
  }
  return faults;
}
