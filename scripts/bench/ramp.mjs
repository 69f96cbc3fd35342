import { figure, percent, underLoad } from "./figures.mjs";
import { reaches, withFixture } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";

const PEOPLE = 2_000;
const ALL = 240;
const LIMIT_MS = 300_000;

/** How long a small campaign takes from its launch to its last message. */
export async function measure({ people = PEOPLE, latency = 20, queues, statuses }) {
  const answers = latencyOf(latency);
  const graph = { initial: { latency: answers, telling: { mode: statuses ? "follow" : "off" } } };
  return withFixture({ queues, graph }, async (fixture) => {
    const { call } = fixture;
    const id = await fixture.campaignFor(await fixture.audienceOf(people));
    const read = fixture.meter();
    const launchedAt = Date.now();
    await call("POST", `/v1/campaigns/${id}/launch`);
    const answeredAt = Date.now();
    const campaign = await reaches(call, id, ["completed", "paused", "failed"], LIMIT_MS, 500);
    const used = read();
    const { at, refused, twice } = await fixture.graphRecord();
    const seconds = (at.at(-1) - launchedAt) / 1_000;
    return [
      figure("answers of Graph after", latencyWords(answers), "", `${people} people, three lines of 80/s`),
      figure("launch answered", (answeredAt - launchedAt) / 1_000, "s", "from the request", 2),
      figure("first accepted", (at[0] - launchedAt) / 1_000, "s", "from the launch's request", 2),
      figure("last accepted", seconds, "s", "from the launch's request"),
      figure("accepted", at.length, "", `of ${people}; the campaign is ${campaign.status}`),
      percent(
        "share of the lines' rate",
        at.length / seconds / ALL,
        `accepted / last accepted, of ${ALL}/s: waiting included`,
      ),
      figure(
        "half of them accepted",
        (at[Math.floor(at.length / 2)] - launchedAt) / 1_000,
        "s",
        "from the launch's request",
      ),
      figure("accepted in each second", perSecond(at, launchedAt).join(" "), "", "from the launch's request on"),
      figure("refused for speed", refused.length, "", "130429"),
      figure("unconfirmed", campaign.counts.unknown, "", "when the campaign says that it is done"),
      figure("sent twice", twice, "", "same campaign and contact accepted again"),
      figure(
        "API CPU s per 1,000 messages",
        (1_000 * used.apiSeconds) / at.length,
        "",
        "wrangler and its runtimes (/proc), from launch on",
        2,
      ),
      underLoad(used.busy),
    ];
  });
}

function perSecond(at, from) {
  const seconds = [];
  for (const instant of at) {
    const second = Math.max(0, Math.floor((instant - from) / 1_000));
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return Array.from(seconds, (count) => count ?? 0);
}
