import { setTimeout as sleep } from "node:timers/promises";
import { rateBetween, worstByClock, worstSliding } from "../../test/bench/figures/windows.ts";
import { ceilingFigures } from "./ceiling.mjs";
import { figure, percent, underLoad } from "./figures.mjs";
import { untilOr } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";
import { withPeer } from "./peer-fixture.mjs";

const LINES = 3;
const RATE = 80;
const ALL = LINES * RATE;
/** In small helpings: 80 at the beginning of each second meet those of the second before, and Meta refuses. */
const LIMITER = { max: 8, duration: 100 };
const LIMIT_MS = 300_000;
const UNKNOWN = "8";

/** The same run as `lines`, made by a job queue on Redis and PostgreSQL as a Node team would write it. */
export function measure({ minutes = 2, latency = 20, statuses }) {
  const answers = latencyOf(latency);
  const people = ALL * (60 * minutes + 10);
  const initial = { latency: answers, telling: { mode: statuses ? "follow" : "off" } };
  return withPeer({ people, limiter: LIMITER, graph: { initial } }, async (peer) => {
    const read = peer.meter();
    const launchedAt = Date.now();
    await peer.ask("/launch");
    await untilOr(async () => (await peer.graphState()).accepted > 0, 60_000, 100);
    const [from = Date.now()] = (await peer.graphRecord()).at;
    const to = from + 60_000 * minutes;
    await sleep(to - Date.now());
    const used = read();
    const { cpuSeconds, accepted } = await peer.graphState();
    const record = await peer.graphRecord();
    const counts = await peer.ask("/counts");
    const byLine = Array.from({ length: LINES }, (_, line) => record.at.filter((_, i) => record.phone[i] === line));
    const overall = rateBetween(record.at, from, to);
    const calls = record.at.length + record.refused.length;
    return [
      figure(
        "answers of Graph after",
        latencyWords(answers),
        "",
        `${statuses ? "2.6" : "no"} statuses a message posted meanwhile`,
      ),
      figure(
        "launch to first accepted",
        (from - launchedAt) / 1_000,
        "s",
        `${people} people waiting; no checks, no consent, no waves`,
      ),
      figure("messages/s", overall, "", `over ${minutes} min from the first accepted, by the Graph's record`),
      percent(
        "share of the lines' rate",
        overall / ALL,
        `of ${ALL}/s; BullMQ's limiter of ${LIMITER.max} in ${LIMITER.duration} ms per line`,
      ),
      percent(
        "share in the first minute",
        rateBetween(record.at, from, Math.min(to, from + 60_000)) / ALL,
        `of ${ALL}/s`,
      ),
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
      figure("unconfirmed", counts[UNKNOWN] ?? 0, "", "recipients whose answer had not come"),
      figure("sent twice", record.twice, "", "same campaign and contact accepted again"),
      figure(
        "CPU s per 1,000 messages",
        (1_000 * used.apiSeconds) / accepted,
        "",
        "its Node processes, Redis and PostgreSQL (/proc), from launch on",
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

/** The same run as `ceiling`. */
export function ceiling({ people, latency, statuses }) {
  const answers = latencyOf(latency);
  const initial = { latency: answers, telling: { mode: statuses ? "follow" : "off" } };
  return withPeer({ people, limiter: null, graph: { initial, ratePerSecond: null } }, async (peer) => {
    const read = peer.meter();
    await peer.ask("/launch");
    await untilOr(async () => (await peer.graphState()).accepted >= people, LIMIT_MS);
    const used = read();
    const { cpuSeconds } = await peer.graphState();
    return ceilingFigures({ record: await peer.graphRecord(), people, answers, statuses, used, cpuSeconds });
  });
}
