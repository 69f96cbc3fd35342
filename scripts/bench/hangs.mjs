import { setTimeout as sleep } from "node:timers/promises";
import { percentile, rateBetween } from "../../test/bench/figures/windows.ts";
import { figure, percent, underLoad } from "./figures.mjs";
import { reaches, untilOr, withFixture } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";

const ALL = 240;
/** Calls that hang, and for how long: longer than we wait for an answer. */
const SHARE = 0.01;
const HANG_MS = 30_000;
const LIMIT_MS = 600_000;
/** What is left out at both ends, so that starting and the last stragglers do not count. */
const FROM = 0.05;
const TO = 0.95;

/** Messages a second with and without one call in a hundred that hangs for 30 s. */
export async function measure({ people = 40 * ALL, latency = 20, queues }) {
  const answers = latencyOf(latency);
  const plain = await rateOf({ people, queues, initial: { latency: answers } });
  const hanging = await rateOf({ people, queues, initial: { latency: answers, hangShare: SHARE, hangMs: HANG_MS } });
  const middle = `from the first ${100 * FROM} % to the last, by the Graph's record`;
  return [
    figure("answers of Graph after", latencyWords(answers), "", `${people} people, three lines of 80/s, no statuses`),
    figure("all calls answered", plain.perSecond, "/s", `messages/s, ${middle}`),
    figure("1 % hang 30 s", hanging.perSecond, "/s", `messages/s, ${middle}; ${hanging.hung} calls hung`),
    percent("share kept", hanging.perSecond / plain.perSecond, "of the first; at least 90 %"),
    figure("unconfirmed at the end", hanging.unconfirmed, "", "no status told of them"),
    figure("sent twice", plain.twice + hanging.twice, "", "same campaign and contact accepted again"),
    underLoad(Math.max(plain.busy, hanging.busy)),
  ];
}

function rateOf({ people, queues, initial }) {
  return withFixture({ queues, graph: { initial } }, async (fixture) => {
    const id = await fixture.campaignFor(await fixture.audienceOf(people));
    const read = fixture.meter();
    await fixture.call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted >= people, LIMIT_MS, 1_000);
    const { busy } = read();
    // The last call that hangs is given up within this.
    await sleep(initial.hangShare ? HANG_MS : 1_000);
    const { counts } = await reaches(fixture.call, id, ["completed"], 60_000);
    const { at, twice } = await fixture.graphRecord();
    const perSecond = rateBetween(at, percentile(at, FROM), percentile(at, TO));
    return { perSecond, hung: (await fixture.graphState()).hung, unconfirmed: counts.unknown, twice, busy };
  });
}
