import { setTimeout as sleep } from "node:timers/promises";
import { difference, sumByItem } from "../../test/bench/figures/bill.ts";
import { rateBetween } from "../../test/bench/figures/windows.ts";
import { COUNTED, countsOf } from "./bill.mjs";
import { figure, underLoad } from "./figures.mjs";
import { untilOr, withFixture } from "./fixture.mjs";
import { latencyOf } from "./options.mjs";

const SIZES = [10_000, 100_000, 1_000_000];
const PREPARES_MS = 900_000;
const SEND_MS = 30_000;

/** What grows with the audience: each size is imported, checked, prepared and sent for half a minute, by a stack of its own. */
export async function measure({ sizes = SIZES, latency = 20, queues }) {
  const figures = [];
  for (const size of sizes) figures.push(...(await grown({ size, latency, queues })));
  return figures;
}

function grown({ size, latency, queues }) {
  const graph = { initial: { latency: latencyOf(latency) } };
  return withFixture({ entry: COUNTED, queues, graph }, async (fixture) => {
    const { call } = fixture;
    const all = fixture.meter();
    const [audience, importSeconds] = await timed(() => fixture.audienceOf(size));
    const id = await fixture.campaignFor(audience);
    const [, preflightSeconds] = await timed(() => call("POST", `/v1/campaigns/${id}/preflight`));

    const idle = await countsOf(fixture);
    const preparing = fixture.meter();
    const [, prepareSeconds] = await timed(async () => {
      await call("POST", `/v1/campaigns/${id}/launch`);
      const whole = async () => (await call("GET", `/v1/campaigns/${id}`)).counts.total >= size;
      if (!(await untilOr(whole, PREPARES_MS))) throw new Error(`${size} people were not prepared in time`);
    });
    const prepared = preparing();
    const between = await countsOf(fixture);
    const preparation = sumByItem(difference(idle, between));

    await untilOr(async () => (await fixture.graphState()).accepted > 0, 60_000);
    const before = await countsOf(fixture);
    const from = Date.now();
    const { accepted } = await fixture.graphState();
    const sending = fixture.meter();
    await sleep(SEND_MS);
    const to = Date.now();
    const used = sending();
    const counts = difference(before, await countsOf(fixture));
    const running = sumByItem(counts);
    const record = await fixture.graphRecord();
    const sent = Math.max(1, record.at.length - accepted);
    const ticks = counts["object-calls.campaign.alarm"] ?? 0;
    const of = (name) => `${size}: ${name}`;
    return [
      figure(of("import"), importSeconds, "s", "a CSV, until completed"),
      figure(of("preflight"), preflightSeconds, "s", "POST until answered", 2),
      figure(of("preparation"), prepareSeconds, "s", "launch until everyone in the audience is counted"),
      figure(of("preparation, CPU"), (1e6 * prepared.apiSeconds) / size, "µs", "API CPU (/proc) a person"),
      figure(
        of("preparation, rows written"),
        preparation["object-rows-written"] / size,
        "",
        "of the objects, a person; a few messages leave meanwhile",
        2,
      ),
      figure(of("preparation, rows read of D1"), preparation["d1-rows-read"] / size, "", "a person", 2),
      figure(of("messages/s"), rateBetween(record.at, from, to), "", `over ${SEND_MS / 1_000} s while the others wait`),
      figure(
        of("CPU"),
        (1_000 * used.apiSeconds) / sent,
        "s",
        "API CPU (/proc) per 1,000 messages in that time, counting included",
        2,
      ),
      figure(
        of("rows written"),
        running["object-rows-written"] / sent,
        "",
        "of the objects, a message in that time",
        2,
      ),
      figure(of("rows read"), running["object-rows-read"] / sent, "", "of the objects, a message in that time", 1),
      figure(of("ticks"), (1_000 * ticks) / (to - from), "/s", "alarms of the campaign in that time"),
      underLoad(all().busy),
    ];
  });
}

async function timed(work) {
  const startedAt = Date.now();
  const result = await work();
  return [result, (Date.now() - startedAt) / 1_000];
}
