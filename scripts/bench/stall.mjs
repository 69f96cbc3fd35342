import { setTimeout as sleep } from "node:timers/promises";
import { percentile, rateBetween, secondsUntilRate } from "../../test/bench/figures/windows.ts";
import { figure, underLoad } from "./figures.mjs";
import { untilOr, withFixture } from "./fixture.mjs";
import { latencyOf } from "./options.mjs";

const ALL = 240;
/** The rate is back when this share of the old one is kept over five seconds. */
const BACK = 0.9;
const WARM_MS = 10_000;
const BEFORE_MS = 20_000;
/** How long the old rate is waited for. */
const AFTER_MS = 90_000;
/** The runtime runs so long of each turn: a seventh of its time. */
const STOPPED_MS = 70;
const RUNNING_MS = 12;

const minute = 60_000;
const DEGRADED = "test/bench/worker/degraded.ts";
const degrade = ({ stack }, changes) =>
  fetch(`${stack.apiUrl}/bench/degradation`, { method: "PUT", body: JSON.stringify(changes) });
const starved = (duringMs, consumers) => ({
  entry: DEGRADED,
  campaigns: 3,
  duringMs,
  begin: (fixture) => degrade(fixture, { consumers }),
  end: (fixture) => degrade(fixture, {}),
});

const STAGES = {
  launch: { what: "a seventh of the runtime's time for 45 s, right after a launch of 4,000" },
  starved: { what: "three campaigns, no consumer runs for a minute", ...starved(minute, 0) },
  "starved-2": { what: "three campaigns, no consumer runs for two minutes", ...starved(2 * minute, 0) },
  few: { what: "three campaigns, consumers have a tenth of their time for a minute", ...starved(minute, 0.1) },
  throttle: {
    what: "Graph accepts half of each line's rate for a minute",
    duringMs: minute,
    begin: ({ conditions }) => conditions({ throttle: 0.5 }),
    end: ({ conditions }) => conditions({ throttle: 1 }),
  },
  statuses: {
    what: "400 statuses a second come in for a minute",
    duringMs: minute,
    initial: { telling: { mode: "hold" } },
    // What was sent until then is not enough for a minute, what is sent meanwhile is.
    begin: ({ conditions }) => conditions({ telling: { mode: "rate", perSecond: 400 } }),
    end: ({ conditions }) => conditions({ telling: { mode: "hold" } }),
  },
  queue: {
    what: "what is put on a queue of sends comes 60 s later, for a minute",
    entry: DEGRADED,
    duringMs: minute,
    begin: (fixture) => degrade(fixture, { queueDelaySeconds: 60 }),
    end: (fixture) => degrade(fixture, {}),
  },
};

/** What the rate does when something stands in its way, and how soon it is back. */
export async function measure({ stages = Object.keys(STAGES), latency = 20, queues }) {
  const unknown = stages.filter((name) => !Object.hasOwn(STAGES, name));
  if (unknown.length > 0) throw new Error(`--stages takes ${Object.keys(STAGES).join(",")}`);
  const figures = [];
  for (const name of stages) {
    const stage = { ...STAGES[name], latency: latencyOf(latency), queues };
    figures.push(...(name === "launch" ? await stalledLaunch(stage) : await disturbed(name, stage)));
  }
  return figures;
}

/** Each stage has a stack of its own, so that none has to bear what another left behind. */
function disturbed(name, stage) {
  const { what, entry, queues, campaigns = 1, duringMs, begin, end } = stage;
  const graph = { initial: { latency: stage.latency, ...stage.initial } };
  return withFixture({ entry, queues, graph }, async (fixture) => {
    const { call } = fixture;
    const people = (ALL * (WARM_MS + BEFORE_MS + duringMs + AFTER_MS)) / 1_000;
    const audience = await fixture.audienceOf(Math.ceil(people / campaigns));
    const ids = [];
    for (let i = 0; i < campaigns; i++) ids.push(await fixture.campaignFor(audience, `Bench ${i}`));
    const read = fixture.meter();
    for (const id of ids) await call("POST", `/v1/campaigns/${id}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted > 0, minute);
    await sleep(WARM_MS + BEFORE_MS);
    const startedAt = Date.now();
    await begin(fixture);
    await sleep(duringMs);
    await end(fixture);
    const endedAt = Date.now();
    const { before, record, back, lastAt } = await untilBack(fixture, {
      startedAt,
      endedAt,
      from: startedAt - BEFORE_MS,
    });
    return [
      ...rows(name, what, { before, during: rateBetween(record.at, startedAt, endedAt), back }),
      figure(
        `${name}: worst 5 s after`,
        worstAfter(record.at, endedAt, lastAt),
        "/s",
        "messages/s in the worst five seconds after its end",
      ),
      figure(`${name}: refused for speed`, record.refused.length, "", "130429, in all"),
      ...(await ends(name, fixture, ids, record)),
      underLoad(read().busy),
    ];
  });
}

async function untilBack(fixture, { startedAt, endedAt, from }) {
  for (;;) {
    const record = await fixture.graphRecord();
    const lastAt = Date.now();
    const before = rateBetween(record.at, from, startedAt);
    const back = secondsUntilRate(record.at, endedAt, lastAt, BACK * before);
    if (back !== null || lastAt > endedAt + AFTER_MS) return { before, record, back, lastAt };
    await sleep(2_000);
  }
}

function worstAfter(at, endedAt, lastAt) {
  const rates = [];
  for (let from = endedAt; from + 5_000 <= lastAt; from += 1_000) rates.push(rateBetween(at, from, from + 5_000));
  return rates.length > 0 ? Math.min(...rates) : null;
}

/** There is no rate before a launch: an undisturbed campaign of half the size gives it. */
function stalledLaunch({ what, latency, queues }) {
  return withFixture({ queues, graph: { initial: { latency } } }, async (fixture) => {
    const { call } = fixture;
    const campaign = await fixture.campaignFor(await fixture.audienceOf(2_000));
    const id = await fixture.campaignFor(await fixture.audienceOf(4_000));
    const read = fixture.meter();
    await call("POST", `/v1/campaigns/${campaign}/launch`);
    await untilOr(async () => (await fixture.graphState()).accepted >= 2_000, minute);
    const first = await fixture.graphRecord();
    const [early, late] = [0.1, 0.9].map((share) => percentile(first.at, share));
    const before = rateBetween(first.at, early, late);
    await call("POST", `/v1/campaigns/${campaign}/cancel`).catch(() => undefined);
    await sleep(5_000);
    const { accepted } = await fixture.graphState();

    await call("POST", `/v1/campaigns/${id}/launch`);
    const startedAt = Date.now();
    const stopped = await slowDown(fixture.runtimes(), 45_000);
    const endedAt = Date.now();
    const all = accepted + 4_000;
    await untilOr(async () => (await fixture.graphState()).accepted >= all, AFTER_MS);
    const lastAt = Date.now();
    const record = await fixture.graphRecord();
    const own = record.at.slice(accepted);
    const done = own.length >= 4_000;
    const doneWithin = done && own.at(-1) < endedAt;
    const back = doneWithin ? 0 : secondsUntilRate(own, endedAt, lastAt, BACK * before);
    return [
      ...rows("launch", what, { before, during: rateBetween(own, startedAt, endedAt), back }),
      figure("launch: time taken from the runtime", 100 * stopped, "%", "of the 45 s, by SIGSTOP and SIGCONT in turns"),
      figure(
        "launch: accepted",
        own.length,
        "",
        `of 4,000, until ${((lastAt - endedAt) / 1_000).toFixed(0)} s after its end`,
      ),
      figure("launch: all accepted", done ? Math.max(0, (own.at(-1) - endedAt) / 1_000) : null, "s", "after its end"),
      ...(await ends("launch", fixture, [campaign, id], record)),
      underLoad(read().busy),
    ];
  });
}

const rows = (name, what, { before, during, back }) => [
  figure(name, "", "", what),
  figure(
    `${name}: before`,
    before,
    "/s",
    "messages/s accepted by Graph in the 20 s before (launch: an undisturbed campaign of 2,000)",
  ),
  figure(`${name}: during`, during, "/s", "messages/s accepted by Graph meanwhile"),
  figure(
    `${name}: back after`,
    back,
    "s",
    `from its end until five seconds at ${100 * BACK} % of the rate before; – within ${AFTER_MS / 1_000} s it was not`,
  ),
];

async function ends(name, { call }, ids, record) {
  const found = await Promise.all(ids.map((id) => call("GET", `/v1/campaigns/${id}`)));
  const sum = (count) => found.reduce((total, { counts }) => total + counts[count], 0);
  return [
    figure(`${name}: unconfirmed`, sum("unknown"), "", "recipients, as the campaigns say when it is over"),
    figure(
      `${name}: failed`,
      sum("failed"),
      "",
      `campaigns are ${[...new Set(found.map(({ status }) => status))].join(", ")}`,
    ),
    figure(`${name}: sent twice`, record.twice, "", "same campaign and contact accepted again"),
  ];
}

/** Stops processes and lets them go on, in turns. @returns the share of the time that they stood */
async function slowDown(pids, ms) {
  const startedAt = performance.now();
  let stoodMs = 0;
  try {
    while (performance.now() - startedAt < ms) {
      const from = performance.now();
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      await sleep(STOPPED_MS);
      for (const pid of pids) process.kill(pid, "SIGCONT");
      stoodMs += performance.now() - from;
      await sleep(RUNNING_MS);
    }
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
  return stoodMs / (performance.now() - startedAt);
}
