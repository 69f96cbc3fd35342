import { setTimeout as sleep } from "node:timers/promises";
import { rateBetween, worstByClock, worstSliding } from "../../test/bench/figures/windows.ts";
import { figure, percent, underLoad } from "./figures.mjs";
import { reaches, untilOr, withFixture } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";

const LINES = 3;
const RATE = 80;
const ALL = LINES * RATE;

/** Use of three lines at 80 messages a second over some minutes. */
export async function measure({ minutes = 2, latency = 20, queues, statuses }) {
  const answers = latencyOf(latency);
  const graph = { initial: { latency: answers, telling: { mode: statuses ? "follow" : "off" } } };
  return withFixture({ queues, graph }, async (fixture) => {
    const { call } = fixture;
    const audience = await fixture.audienceOf(Math.ceil(ALL * (60 * minutes + 10)));
    const id = await fixture.campaignFor(audience);
    const read = fixture.meter();
    const launchedAt = Date.now();
    await call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted > 0, 60_000, 100);
    const [from = Date.now()] = (await fixture.graphRecord()).at;
    await sleep(from + 60_000 * minutes - Date.now());
    const used = read();
    const { cpuSeconds, accepted } = await fixture.graphState();
    await call("POST", `/v1/campaigns/${id}/pause`);
    // What had left by then is answered or given up within 20 s.
    await sleep(Math.max(2_000, 5 * latency));
    await reaches(call, id, ["paused", "completed"], 30_000);
    const { counts } = await call("GET", `/v1/campaigns/${id}`);
    const record = await fixture.graphRecord();
    const byLine = Array.from({ length: LINES }, (_, line) => record.at.filter((_, i) => record.phone[i] === line));
    const to = from + 60_000 * minutes;
    const overall = rateBetween(record.at, from, to);
    const first = rateBetween(record.at, from, Math.min(to, from + 60_000));
    const calls = record.at.length + record.refused.length;
    return [
      figure(
        "answers of Graph after",
        latencyWords(answers),
        "",
        `${statuses ? "2.6" : "no"} statuses a message posted meanwhile`,
      ),
      figure("launch to first accepted", (from - launchedAt) / 1_000, "s", `${audience.people} people waiting`),
      figure("messages/s", overall, "", `over ${minutes} min from the first accepted, by the Graph's record`),
      percent("share of the lines' rate", overall / ALL, `of ${ALL}/s`),
      percent("share in the first minute", first / ALL, `of ${ALL}/s, from the first accepted`),
      figure(
        "worst second of a line, sliding",
        Math.max(...byLine.map((at) => worstSliding(at))),
        "",
        `accepted in any 1,000 ms; Meta allows ${RATE}`,
      ),
      figure(
        "worst second of a line, by the clock",
        Math.max(...byLine.map(worstByClock)),
        "",
        "accepted in one second of the clock",
      ),
      percent("refused for speed", calls > 0 ? record.refused.length / calls : 0, `130429, of ${calls} calls`),
      figure("unconfirmed", counts.unknown, "", "recipients whose answer had not come, after a pause"),
      figure("sent twice", record.twice, "", "same campaign and contact accepted again"),
      figure(
        "API CPU s per 1,000 messages",
        (1_000 * used.apiSeconds) / accepted,
        "",
        "wrangler and its runtimes (/proc), from launch on",
        2,
      ),
      figure(
        "Graph CPU s per 1,000 messages",
        (1_000 * cpuSeconds) / accepted,
        "",
        "the stand-in by itself, its statuses included",
        2,
      ),
      underLoad(used.busy),
    ];
  });
}
