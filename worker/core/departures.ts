/** A message with its departure time, ms. */
export interface Departure<T> {
  at: number;
  message: T;
}

/**
 * Departures in order of time, in groups that span at most `spanMs`: each group is claimed right before it leaves, so
 * that a pause is heard between groups.
 */
export function groupDepartures<T>(departures: readonly Departure<T>[], spanMs: number): Departure<T>[][] {
  const groups: Departure<T>[][] = [];
  for (const departure of departures.toSorted((a, b) => a.at - b.at)) {
    const group = groups.at(-1);
    if (group?.[0] && departure.at - group[0].at <= spanMs) group.push(departure);
    else groups.push([departure]);
  }
  return groups;
}

/** How far one call moves the estimate, and its bounds. */
const STEP = 0.01;
const SHORTEST_MS = 5;
const LONGEST_MS = 10_000;

/**
 * The usual duration of a call after one more of them: the median, more or less, and not the mean, so that a moment in
 * which everything stood still does not make all calls look slow.
 */
export function usualMs(usual: number, durationMs: number): number {
  const next = usual * (durationMs > usual ? 1 + STEP : 1 - STEP);
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, next));
}

/** Room for calls that take longer than usual. */
const HEADROOM = 1.5;

/** How far apart departures must lie, ms, so that with this many calls at once each finds a free place at its time. */
export const spacingFor = (callMs: number, callsAtOnce: number): number =>
  (HEADROOM * Math.max(1, callMs)) / callsAtOnce;

/** Calls after which the strain is set anew, the share of them that may be late, and what it grows or shrinks by then. */
const STRAIN_CALLS = 100;
const MOST_LATE = 1 / 3;
const STRAIN_STEP = 1.25;
const MOST_STRAIN = 8;

/** How much more there is to do than there is time for. */
export interface Strain {
  /** How many times further apart departures should lie than the duration of calls alone would have it. */
  factor: number;
  /** Calls since it was set, */
  calls: number;
  /** and how many of them came too late for their time. */
  late: number;
}
export const NO_STRAIN: Strain = { factor: 1, calls: 0, late: 0 };

/**
 * The strain after one more call. Each late call asks for another time, which makes more of them late: who cannot keep
 * what was asked for has to ask for less. One moment in which everything stood still makes many late at once and says
 * nothing of the next, so it is a step a hundred calls, not one a call.
 */
export function strainAfter(strain: Strain, isLate: boolean): Strain {
  const calls = strain.calls + 1;
  const late = strain.late + (isLate ? 1 : 0);
  if (calls < STRAIN_CALLS) return { ...strain, calls, late };
  const factor = late > MOST_LATE * calls ? strain.factor * STRAIN_STEP : strain.factor / STRAIN_STEP;
  return { factor: Math.min(MOST_STRAIN, Math.max(1, factor)), calls: 0, late: 0 };
}

/** A call that takes this many times the usual is one that hangs. */
const HANGS = 4;
const PATIENCE_MS = { least: 250, most: 5_000 };

/** How long a batch waits for its last calls, ms: one that hangs must not hold up the messages behind it. */
export const patienceFor = (callMs: number): number =>
  Math.min(PATIENCE_MS.most, Math.max(PATIENCE_MS.least, HANGS * callMs));

/** How an object's way there and back moves what is planned for it, and its bounds. */
const LONGER = 0.5;
const SHORTER = 0.05;
const LEAD_MS = { least: 15, most: 400 };

/**
 * How long before a departure an object must be asked, after one more way that took `tookMs`: more than most ways take.
 * Too little makes calls late, and each late one asks again; too much only lets them leave a moment later.
 */
export function leadFor(leadMs: number, tookMs: number): number {
  const next = leadMs + (tookMs - leadMs) * (tookMs > leadMs ? LONGER : SHORTER);
  return Math.min(LEAD_MS.most, Math.max(LEAD_MS.least, next));
}

/** Sizes of the parts in which `count` messages are taken: as equal as can be, each gone within `spanMs` or so. */
export function partSizes(count: number, spacingMs: number, spanMs: number): number[] {
  const parts = Math.max(1, Math.round((count * spacingMs) / spanMs));
  const size = Math.ceil(count / parts);
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => Math.min(size, count - i * size));
}
