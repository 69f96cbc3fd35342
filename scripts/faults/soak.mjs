import { setTimeout as sleep } from "node:timers/promises";
import { runCampaign } from "./campaign-run.mjs";
import { differences, lostReplies } from "./check.mjs";
import { allTold, readRecord } from "./record.mjs";

const LOOK_AGAIN_MS = 500;
/** Two minutes until all is told; then a campaign that has ended is flushed to the catalogue once a minute. */
const LOOKS_UNTIL_TOLD = 240;
const LOOKS_UNTIL_APPLIED = 150;
const LANES_PER_HOUSE = 3;

/** Runs the plan's campaigns, a few of each house at a time. */
export async function runAll(fixture, plan, campaigns = plan.campaigns, onEnd = () => {}) {
  const runs = [];
  await Promise.all(
    plan.houses.map(async ({ index }) => {
      const own = campaigns.filter(({ house }) => house === index);
      const lane = async () => {
        for (let campaign = own.shift(); campaign; campaign = own.shift()) {
          const run = await runCampaign(fixture, plan, campaign);
          runs.push(run);
          onEnd(run);
        }
      };
      await Promise.all(Array.from({ length: LANES_PER_HOUSE }, lane));
    }),
  );
  return runs.sort((a, b) => a.campaign.index - b.campaign.index);
}

/**
 * Waits until all is told, then compares each campaign with the record. Those that differ are looked at again for a
 * while: webhooks are answered before they are applied, and the catalogue follows the objects by some seconds.
 * @param {Awaited<ReturnType<typeof runCampaign>>[]} runs
 */
export async function verdict(fixture, runs) {
  await within(LOOKS_UNTIL_TOLD, () => allTold(fixture.control));
  const record = await readRecord(fixture.control);
  for (const run of runs) run.record = record.of(run.id);
  let failures = runs.map((run) => ({ run, found: [] }));
  await within(LOOKS_UNTIL_APPLIED, async () => {
    for (const failure of failures) failure.found = await differencesOf(fixture, record, failure.run);
    failures = failures.filter(({ found }) => found.length > 0);
    return failures.length === 0;
  });
  let lost = [];
  await within(LOOKS_UNTIL_APPLIED, async () => {
    lost = lostReplies(record, runs);
    for (const run of runs.filter(({ rows }) => rows.some(({ contactId }) => lost.includes(contactId))))
      run.rows = await recipientsOf(fixture.api, run.id);
    return lost.length === 0;
  });
  let unheard = [...record.askedToStop];
  await within(LOOKS_UNTIL_APPLIED, async () => {
    const consents = await Promise.all(unheard.map((contactId) => fixture.api("GET", `/v1/contacts/${contactId}`)));
    unheard = unheard.filter((_, i) => consents[i].optIn.status !== "revoked");
    return unheard.length === 0;
  });
  return { failures, lost, unheard, duplicates: await fixture.control("GET", "/duplicates") };
}

async function differencesOf(fixture, record, run) {
  // It never came into being.
  if (run.id === "") return run.problems;
  return differences(run, await seenOf(fixture, run), record, fixture.optOuts);
}

async function seenOf({ api }, run) {
  run.rows = await recipientsOf(api, run.id);
  const stats = await api("GET", `/v1/campaigns/${run.id}/stats`);
  return { rows: run.rows, stats, listed: await listedOf(api, run.id) };
}

/** As the catalogue has it: reading one campaign would ask its object. */
async function listedOf(api, id) {
  let cursor = "";
  while (cursor !== null) {
    const page = await api("GET", `/v1/campaigns?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    const found = page.data.find((campaign) => campaign.id === id);
    if (found) return found;
    cursor = page.nextCursor;
  }
  throw new Error("a campaign is not in the list");
}

async function recipientsOf(api, id) {
  const rows = [];
  let cursor = "";
  while (cursor !== null) {
    const after = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page = await api("GET", `/v1/campaigns/${id}/recipients?limit=200${after}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

async function within(looks, holds) {
  for (let look = 1; look <= looks; look += 1) {
    if (await holds()) return;
    await sleep(LOOK_AGAIN_MS);
  }
}
