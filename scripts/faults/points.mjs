/**
 * Where the system may be killed, by what it is doing; the names are those of the checkpoints in test/faults. `passes`:
 * how often a point may be passed before the kill, since batches are many and launches are few.
 */
export const POINTS = [
  { phase: "before claim", passes: 12, points: ["sends.before", "claim.before"] },
  { phase: "between claim and send", passes: 8, points: ["claim.after"] },
  { phase: "between claim and send", passes: 120, points: ["graph.before"] },
  { phase: "between send and settle", passes: 120, points: ["graph.after"] },
  { phase: "between send and settle", passes: 8, points: ["settle.before"] },
  // A batch is answered for when its calls have left, whether they have been answered or not.
  { phase: "after the calls have left", passes: 8, points: ["sends.after"] },
  { phase: "after settle", passes: 8, points: ["settle.after", "report.before"] },
  {
    phase: "in preparation",
    passes: 2,
    points: [
      ...["start.before", "start.d1.before", "start.d1.after", "start.after"],
      ...["preparing.alarm.before", "preparing.d1.before", "preparing.d1.after", "preparing.alarm.after"],
    ],
  },
  {
    phase: "in an alarm",
    passes: 10,
    points: [
      ...["running.alarm.before", "running.d1.before", "running.d1.after", "running.alarm.after"],
      ...["lease.before", "lease.after", "running.enqueue.before", "running.enqueue.after"],
    ],
  },
  {
    phase: "in the last alarms",
    passes: 2,
    points: ["completed.alarm.before", "completed.d1.before", "completed.d1.after", "completed.alarm.after"],
  },
  {
    phase: "in webhooks",
    passes: 20,
    points: [
      ...["webhook.before", "webhook.after", "meta-events.before", "meta-events.after"],
      ...["applyEvents.before", "applyEvents.after"],
    ],
  },
  {
    phase: "in an order of a person",
    passes: 1,
    points: ["pause", "resume", "cancel"].flatMap((order) => [`${order}.before`, `${order}.after`]),
  },
];

export const phaseOf = (point) => POINTS.find(({ points }) => points.includes(point))?.phase ?? "elsewhere";

/**
 * Points of one phase, each with the pass at which it is meant. Armed beside points that are passed all the time, those
 * of a launch or of a person's order would never be the first to be reached.
 */
export function drawPoints(chance, count) {
  const phase = chance.pick(POINTS).phase;
  const all = POINTS.filter((each) => each.phase === phase);
  return Array.from({ length: count }, () => {
    const { points, passes } = chance.pick(all);
    return { point: chance.pick(points), pass: chance.whole(1, passes) };
  });
}
