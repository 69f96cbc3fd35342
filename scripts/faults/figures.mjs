const sum = (items, value) => items.reduce((total, item) => total + value(item), 0);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]?.toFixed(1) ?? "";

function tally(items, name, value = () => 1) {
  const counts = new Map();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + value(item));
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The soak in figures: `[name, value]`. */
export function figuresOf({ runs, killer, startedAt, serverErrors }) {
  const rows = runs.flatMap((run) => run.rows);
  return [
    ["campaigns", runs.length],
    ...tally(runs, ({ status }) => `  ${status}`),
    ["looks at accounts, all balanced unless told below", sum(runs, ({ looks }) => looks)],
    ["people in audiences", rows.length],
    ["messages accepted", sum(runs, ({ record }) => record.messages.length)],
    ["calls refused", sum(runs, ({ record }) => record.refusals.length)],
    ["unknown left", rows.filter(({ status }) => status === "unknown").length],
    ["replies", sum(runs, ({ record }) => record.messages.filter(({ told }) => "reply" in told).length)],
    ["kills", killer.kills.length],
    ...tally(killer.kills, ({ phase, parts }) => `  ${phase} (${parts.join(" and ")})`),
    ["points armed and not met", killer.notMet],
    ["campaigns by kind of incident", ""],
    ...tally(runs, ({ campaign }) => `  ${campaign.kind}`),
    ["faults that fired", sum(runs, ({ fired }) => sum(fired, (one) => one.fired))],
    ...tally(
      runs.flatMap(({ fired }) => fired),
      ({ kind }) => `  ${kind}`,
      ({ fired }) => fired,
    ),
    ["pauses", sum(runs, ({ pauses }) => pauses.length)],
    ...tally(
      runs.flatMap(({ pauses }) => pauses),
      (reason) => `  ${reason}`,
    ),
    ["answers 5xx of the API", serverErrors.length],
    ["seconds from a kill until all is up again, middle", median(killer.kills.map(({ downMs }) => downMs / 1_000))],
    ["seconds of the longest campaign", Math.round(Math.max(...runs.map(({ tookMs }) => tookMs)) / 1_000)],
    ["seconds", Math.round((Date.now() - startedAt) / 1_000)],
  ];
}
