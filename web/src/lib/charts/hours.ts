import type { CampaignStats } from "$lib/api/types.ts";

export type Hour = CampaignStats["byHour"][number];

const HOUR_MS = 3_600_000;
/** A reply weeks later must not stretch the axis over weeks of nothing. */
const MOST_HOURS = 72;

/** Every hour from the first with an event to the last, the quiet ones as zeros, the latest when there are too many. */
export function fillHours(hours: readonly Hour[]): Hour[] {
  const byInstant = new Map(hours.map((hour) => [Date.parse(hour.hour), hour]));
  const instants = [...byInstant.keys()];
  if (instants.length === 0) return [];
  const last = Math.max(...instants);
  const first = Math.max(Math.min(...instants), last - (MOST_HOURS - 1) * HOUR_MS);
  const filled: Hour[] = [];
  for (let at = first; at <= last; at += HOUR_MS) filled.push(byInstant.get(at) ?? quietHour(at));
  return filled;
}

const quietHour = (at: number): Hour => ({
  hour: new Date(at).toISOString(),
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  replied: 0,
  idr: 0,
  operation: 0,
});
