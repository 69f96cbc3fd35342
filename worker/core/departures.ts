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

/** How many messages to take at a time, so that with this many calls at once they all leave within `spanMs`. */
export function chunkSize(callMs: number, callsAtOnce: number, spanMs: number, most: number): number {
  return Math.max(callsAtOnce, Math.min(most, Math.floor((callsAtOnce * spanMs) / Math.max(1, callMs))));
}
