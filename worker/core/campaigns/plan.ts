import { DAY_MS } from "#core/shared/time.ts";
import type { Pacing } from "./campaign.ts";
import { MIN_WAVE_PERCENT, MOST_WAVES, tooManyWaves } from "./waves.ts";

/** A start further ahead is a slip in the year; nothing that was checked today would hold by then. */
const MOST_YEARS_AHEAD = 2;
const YEAR_MS = 366 * DAY_MS;

export interface PlanFault {
  code: "too_many_waves" | "start_too_far";
  path: "pacing.percent" | "startAt";
  /** What is wrong and what to do. */
  message: string;
}

/** What can be said against a campaign's plan before anybody is counted. `startAt` in ms. */
export function planFaults(plan: { pacing: Pacing | null; startAt: number | null }, now: number): PlanFault[] {
  const faults: PlanFault[] = [];
  if (tooManyWaves(plan.pacing)) {
    const message = `A campaign has at most ${MOST_WAVES} waves: choose at least ${MIN_WAVE_PERCENT} percent a wave.`;
    faults.push({ code: "too_many_waves", path: "pacing.percent", message });
  }
  if (plan.startAt !== null && plan.startAt > now + MOST_YEARS_AHEAD * YEAR_MS) {
    const message = `The start is more than ${MOST_YEARS_AHEAD} years ahead: check the year.`;
    faults.push({ code: "start_too_far", path: "startAt", message });
  }
  return faults;
}
