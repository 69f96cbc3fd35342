import { setTimeout as sleep } from "node:timers/promises";
import { billOf, difference } from "../../test/bench/figures/bill.ts";
import { PRICES } from "../../test/bench/prices.ts";
import { figure, underLoad } from "./figures.mjs";
import { reaches, untilOr, withFixture } from "./fixture.mjs";
import { latencyOf } from "./options.mjs";

const PEOPLE = 6_000;
const LIMIT_MS = 300_000;
/** After the last status: until the counts have been flushed to D1 and the queues are empty. */
const SETTLES_MS = 15_000;
/** After that: until D1 has been told what became of each message, which waits for five minutes (`durable/campaign/untold-sends.ts`). */
const TOLD_MS = 330_000;
export const COUNTED = "test/bench/worker/counted.ts";
/** Objects that are awake while a campaign runs: its own and its portfolio's. */
const OBJECTS = 2;
const OBJECT_GB = 0.128;

export const countsOf = async ({ stack }) => (await fetch(`${stack.apiUrl}/bench/counts`)).json();

/** What the platform would bill for a campaign and its statuses, by item, and what a million messages would cost. */
export async function measure({ people = PEOPLE, latency = 20, queues, bodies = 20 }) {
  const graph = { mostInABody: bodies, initial: { latency: latencyOf(latency), telling: { mode: "follow" } } };
  return withFixture({ entry: COUNTED, queues, graph }, async (fixture) => {
    const id = await fixture.campaignFor(await fixture.audienceOf(people));
    const before = await countsOf(fixture);
    const read = fixture.meter();
    const launchedAt = Date.now();
    await fixture.call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted >= people, LIMIT_MS);
    const told = async ({ webhooks } = {}) => webhooks?.statuses === webhooks?.planned;
    await untilOr(async () => told(await fixture.graphState()), 120_000);
    await sleep(SETTLES_MS);
    // Objects sleep from here on, but for a moment when they tell.
    const seconds = (Date.now() - launchedAt) / 1_000;
    await sleep(TOLD_MS);
    const used = read();
    const counts = difference(before, await countsOf(fixture));
    const { accepted, webhooks } = await fixture.graphState();
    const { counts: results } = await reaches(fixture.call, id, ["completed"], 1_000);
    counts["worker-cpu-ms"] = 1_000 * used.apiSeconds;
    counts["object-gb-seconds"] = seconds * OBJECTS * OBJECT_GB;
    return [
      figure(
        "messages",
        accepted,
        "",
        `with ${(webhooks.statuses / accepted).toFixed(2)} statuses each in bodies of 1 to ${bodies}: ${webhooks.bodies} posts`,
      ),
      figure("delivered, read", `${results.delivered}, ${results.read}`, "", "as the campaign counts them in the end"),
      ...table(billOf(counts, accepted), counts, accepted),
      underLoad(used.busy),
    ];
  });
}

const HOW = {
  "worker-requests": "fetch, queue and cron invocations of the entry",
  "worker-cpu-ms": "of wrangler, its runtimes and the counting itself (/proc): an upper bound",
  "object-calls": "methods called from outside, and alarms",
  "object-gb-seconds": "campaign and portfolio awake from the launch to the last status",
  "object-rows-read": "the cursors' own counters",
  "object-rows-written": "the cursors' own counters; an alarm that is set is one",
  "d1-rows-read": "as D1's answers tell",
  "d1-rows-written": "as D1's answers tell",
  "queue-operations": "write, read and delete of each message per 64 KB; each redelivery reads again",
  "r2-class-a": "put, list, uploads",
  "r2-class-b": "get, head",
};

function table({ lines, usd }, counts, messages) {
  const rows = lines.flatMap(({ item, perMessage, usd: cost }) => [
    figure(item, cost, "US$", `per million messages: ${perMessage.toFixed(3)} a message; ${HOW[item]}`, 3),
    ...parts(item, counts, messages),
  ]);
  return [
    ...rows,
    figure("a million messages", usd, "US$", `beyond what the plan includes; prices of ${PRICES.at}`, 2),
  ];
}

/** The largest parts of an item, so that it shows where it comes from. */
function parts(item, counts, messages) {
  return Object.entries(counts)
    .filter(([name, count]) => name.startsWith(`${item}.`) && count > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => figure(`  ${name.slice(item.length + 1)}`, count / messages, "", "a message", 3));
}
