import { setTimeout as sleep } from "node:timers/promises";
import { percentile, rateBetween, worstSliding } from "../../test/bench/figures/windows.ts";
import { figure, underLoad } from "./figures.mjs";
import { untilOr, withFixture } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";

const PEOPLE = 20_000;
const LIMIT_MS = 300_000;
const BUSIEST_MS = 20_000;
/** What is left out at both ends, so that starting and the last stragglers do not count. */
const FROM = 0.05;
const TO = 0.95;

/** Messages a second when no line has a limit that could be reached: three lines of 1,000/s, and a Graph that counts nothing. */
export async function measure({ people = PEOPLE, latency = 20, queues, statuses, peer }) {
  if (peer) return (await import("./peer.mjs")).ceiling({ people, latency, statuses });
  const answers = latencyOf(latency);
  const initial = { latency: answers, telling: { mode: statuses ? "follow" : "off" } };
  return withFixture({ queues, graph: { initial, ratePerSecond: null, level: "HIGH" } }, async (fixture) => {
    const id = await fixture.campaignFor(await fixture.audienceOf(people));
    const read = fixture.meter();
    await fixture.call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted >= people, LIMIT_MS);
    const used = read();
    const { cpuSeconds } = await fixture.graphState();
    await sleep(2_000);
    const record = await fixture.graphRecord();
    return ceilingFigures({ record, people, answers, statuses, used, cpuSeconds });
  });
}

/** @param used CPU seconds of the sender and everything that it stands on */
export function ceilingFigures({ record, people, answers, statuses, used, cpuSeconds }) {
  const { at, twice } = record;
  const middle = rateBetween(at, percentile(at, FROM), percentile(at, TO));
  // A run that is shorter than the window has no busiest one.
  const isLong = at.length > 0 && at.at(-1) - at[0] > BUSIEST_MS;
  const busiest = isLong ? (1_000 * worstSliding(at, BUSIEST_MS)) / BUSIEST_MS : null;
  return [
    figure(
      "answers of Graph after",
      latencyWords(answers),
      "",
      `${statuses ? "2.6" : "no"} statuses a message posted meanwhile`,
    ),
    figure("accepted", at.length, "", `of ${people}, by the Graph's record`),
    figure("messages/s", middle, "", `from the first ${100 * FROM} % to the last`),
    figure("messages/s at best", busiest, "", `the busiest ${BUSIEST_MS / 1_000} s; – when it all took less`),
    figure("sent twice", twice, "", "same campaign and contact accepted again"),
    figure(
      "CPU s per 1,000 messages",
      (1_000 * used.apiSeconds) / at.length,
      "",
      "the sender and all that it stands on (/proc), from launch on",
      2,
    ),
    figure(
      "Graph CPU s per 1,000 messages",
      (1_000 * cpuSeconds) / at.length,
      "",
      "the stand-in by itself, its statuses included",
      2,
    ),
    underLoad(used.busy),
  ];
}
