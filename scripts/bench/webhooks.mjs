import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../../test/bench/figures/windows.ts";
import { figure, underLoad } from "./figures.mjs";
import { untilOr, withFixture } from "./fixture.mjs";

const PEOPLE = 6_000;
const SEND_MS = 300_000;
const TELL_MS = 300_000;
const COUNT_MS = 120_000;
const STEADY = 400;
const STEADY_MS = 10_000;

/**
 * Statuses of a campaign that has been sent, held until then: first at a steady rate, to see how long an answer takes,
 * then as fast as they are answered.
 */
export async function measure({ people = PEOPLE, queues, bodies = 20 }) {
  const graph = { mostInABody: bodies, initial: { telling: { mode: "hold" } } };
  return withFixture({ queues, graph }, async (fixture) => {
    const { call } = fixture;
    const id = await fixture.campaignFor(await fixture.audienceOf(people));
    await call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted >= people, SEND_MS);
    const { planned } = (await fixture.graphState()).webhooks;
    // All of them have fallen due.
    await untilOr(async () => (await fixture.graphState()).webhooks.waiting.statuses === planned, 60_000);
    const read = fixture.meter();
    await fixture.conditions({ telling: { mode: "rate", perSecond: STEADY } });
    await sleep(STEADY_MS);
    await fixture.conditions({ telling: { mode: "hold" } });
    await untilOr(async () => (await fixture.graphState()).webhooks.waiting.bodies === 0, 60_000, 50);
    const steady = (await fixture.graphRecord()).answers;
    const startedAt = Date.now();
    await fixture.conditions({ telling: { mode: "follow" } });
    await untilOr(async () => (await fixture.graphState()).webhooks.statuses >= planned, TELL_MS, 100);
    const { answers } = await fixture.graphRecord();
    const fast = answers.slice(steady.length);
    const lastAt = fast.at(-1)?.at ?? startedAt;
    const statusesOf = (list) => list.reduce((sum, { statuses }) => sum + statuses, 0);
    const expected = statusesOf(answers);
    // Each message is told once of each thing that happened to it.
    const counted = async () => {
      const { counts } = await call("GET", `/v1/campaigns/${id}`);
      return counts.sent + counts.delivered + counts.read >= expected && Date.now();
    };
    const countedAt = await untilOr(counted, COUNT_MS, 100);
    const used = read();
    const { failures } = (await fixture.graphState()).webhooks;
    const times = steady.map(({ ms }) => ms);
    const seconds = (lastAt - startedAt) / 1_000;
    return [
      figure("statuses", expected, "", `of ${people} messages, in ${answers.length} bodies of 1 to ${bodies}`),
      figure(
        "answered within, half of them",
        percentile(times, 0.5),
        "ms",
        `of ${times.length} posts, at ${STEADY} statuses/s for ${STEADY_MS / 1_000} s; Meta wants 250 ms`,
      ),
      figure("answered within, 99 %", percentile(times, 0.99), "ms", "of the same posts"),
      figure(
        "statuses/s at most",
        statusesOf(fast) / seconds,
        "",
        "the rest, 32 posts at a time, from the first to the last answer",
      ),
      figure("answered otherwise than 200", failures, "", "posts, posted again a second later"),
      figure(
        "lag of counts",
        countedAt ? (countedAt - lastAt) / 1_000 : null,
        "s",
        "from the last answer until the campaign has counted everything; – it had not within 2 min",
      ),
      figure(
        "API CPU s per 1,000 statuses",
        (1_000 * used.apiSeconds) / expected,
        "",
        "wrangler and its runtimes (/proc), until all is counted",
        2,
      ),
      underLoad(used.busy),
    ];
  });
}
