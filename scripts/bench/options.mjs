import { parseArgs } from "node:util";

/** What all parts understand; each has its own defaults for what is left out. */
export function readOptions(flags) {
  const { values } = parseArgs({
    args: flags,
    options: {
      json: { type: "boolean", default: false },
      minutes: { type: "string" },
      latency: { type: "string" },
      queues: { type: "string" },
      people: { type: "string" },
      contacts: { type: "string" },
      campaigns: { type: "string" },
      statuses: { type: "string", default: "on" },
      stages: { type: "string" },
      rows: { type: "string" },
      bodies: { type: "string" },
      sizes: { type: "string" },
      bytes: { type: "string" },
      peer: { type: "boolean", default: false },
    },
  });
  const number = (text) => (text === undefined ? undefined : Number(text));
  const { minutes, latency, queues, people, contacts, campaigns, rows, bytes, bodies } = values;
  const numbers = { minutes, latency, queues, people, contacts, campaigns, rows, bytes, bodies };
  for (const [name, text] of Object.entries(numbers))
    if (text !== undefined && !(Number(text) > 0)) throw new Error(`--${name} takes a number above 0`);
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, number(text)])),
    json: values.json,
    peer: values.peer,
    statuses: values.statuses !== "off",
    stages: values.stages?.split(","),
    sizes: values.sizes?.split(",").map(Number),
  };
}

/** Meta takes 300 to 600 ms for a send, sometimes much longer; 20 ms is what a stand-in next door takes. */
export const latencyOf = (ms) => (ms >= 100 ? { medianMs: ms, p99Ms: ms * 3.75 } : { medianMs: ms });

export const latencyWords = ({ medianMs, p99Ms }) =>
  p99Ms ? `${medianMs} ms, lognormal, p99 ${p99Ms} ms` : `${medianMs} ms`;
