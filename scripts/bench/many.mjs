import { setTimeout as sleep } from "node:timers/promises";
import { rateBetween } from "../../test/bench/figures/windows.ts";
import { figure, percent, underLoad } from "./figures.mjs";
import { untilOr, withFixture } from "./fixture.mjs";
import { latencyOf, latencyWords } from "./options.mjs";

const CAMPAIGNS = 200;
const ALL = 240;
/** Launches at a time; after the last one the shares are given so long to settle. */
const AT_A_TIME = 4;
const SETTLES_MS = 15_000;
/** Fair is within this of an equal share. */
const FAIR = 0.1;

/** Many campaigns on three lines: whether each gets its share, and what is left of the lines' rate. */
export async function measure({ campaigns = CAMPAIGNS, minutes = 3, latency = 20, queues, statuses }) {
  const answers = latencyOf(latency);
  const graph = { initial: { latency: answers, telling: { mode: statuses ? "follow" : "off" } } };
  return withFixture({ queues, graph }, async (fixture) => {
    const { call } = fixture;
    // Enough for all to be at it from the first launch to the end, even if one gets much more than its share.
    const people = Math.ceil((2 * ALL * (60 * minutes + 120)) / campaigns);
    const audience = await fixture.audienceOf(people);
    const ids = [];
    for (let i = 0; i < campaigns; i++) ids.push(await fixture.campaignFor(audience, `Bench ${i}`));
    const launchedAt = Date.now();
    for (let i = 0; i < ids.length; i += AT_A_TIME)
      await Promise.all(ids.slice(i, i + AT_A_TIME).map((id) => call("POST", `/v1/campaigns/${id}/launch`)));
    const launchSeconds = (Date.now() - launchedAt) / 1_000;
    await untilOr(async () => (await fixture.graphState()).accepted > 0, 60_000);
    await sleep(SETTLES_MS);
    const read = fixture.meter();
    const [from, before] = [Date.now(), (await fixture.graphState()).accepted];
    await sleep(60_000 * minutes);
    const to = Date.now();
    const used = read();
    const record = await fixture.graphRecord();
    const got = new Map(ids.map((id) => [`c:${id}`, 0]));
    for (const [i, at] of record.at.entries()) {
      const name = record.campaigns[record.campaign[i]];
      if (at >= from && at < to) got.set(name, got.get(name) + 1);
    }
    const each = [...got.values()].sort((a, b) => a - b);
    const total = each.reduce((sum, count) => sum + count, 0);
    const share = total / campaigns;
    const fair = each.filter((count) => Math.abs(count - share) <= FAIR * share).length;
    const calls = record.at.length + record.refused.length;
    return [
      figure(
        "answers of Graph after",
        latencyWords(answers),
        "",
        `${campaigns} campaigns of ${people} people, three lines of 80/s`,
      ),
      figure("launches", launchSeconds, "s", `all of them, ${AT_A_TIME} at a time, until answered`),
      figure(
        "messages/s",
        rateBetween(record.at, from, to),
        "",
        `over ${minutes} min, from ${SETTLES_MS / 1_000} s after the last launch`,
      ),
      percent("share of the lines' rate", rateBetween(record.at, from, to) / ALL, `of ${ALL}/s`),
      percent(
        "campaigns within 10 % of their share",
        fair / campaigns,
        `of ${share.toFixed(1)} messages each in that time`,
      ),
      figure("least, most of a campaign", `${each[0]}, ${each.at(-1)}`, "", "messages in that time"),
      percent("refused for speed", calls > 0 ? record.refused.length / calls : 0, `130429, of ${calls} calls`),
      figure("sent twice", record.twice, "", "same campaign and contact accepted again"),
      figure(
        "API CPU s per 1,000 messages",
        (1_000 * used.apiSeconds) / (record.at.length - before),
        "",
        "wrangler and its runtimes (/proc), in that time",
        2,
      ),
      underLoad(used.busy),
    ];
  });
}
