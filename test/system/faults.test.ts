import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCampaign } from "../../scripts/faults/campaign-run.mjs";
import { furnish, startStack } from "../../scripts/faults/fixture.mjs";
import { Killer } from "../../scripts/faults/killer.mjs";
import { planOf } from "../../scripts/faults/plan.mjs";
import { verdict } from "../../scripts/faults/soak.mjs";
import { OTHER_PORTS, PORTS } from "./support/ports.ts";

/** What is started here runs as it does for everybody else, not as something under a test runner. */
for (const name of ["NODE_ENV", "VITEST", "TEST"]) delete process.env[name];

/**
 * One kill each, with a campaign of its own launched into it. Those that leave messages unconfirmed come first: their
 * permission to send takes a minute to run out, and the others run meanwhile.
 */
const KILLS = [
  { when: "between claim and send", point: "graph.before", pass: 3 },
  { when: "between send and settle", point: "graph.after", pass: 3 },
  { when: "in preparation", point: "preparing.d1.after", pass: 2 },
  { when: "before claim", point: "claim.before", pass: 1 },
  { when: "in an alarm", point: "running.enqueue.after", pass: 1 },
  { when: "after the calls of a batch have left", point: "sends.after", pass: 1 },
];
/** Incidents that end soon; the whole of it is in `npm run test:faults`. */
const kinds = ["none", "cut", "bad_gateway", "webhooks_wild", "webhooks_reversed", "template_paused"];

describe("killed once between any two steps while Meta misbehaves", () => {
  const plan = planOf("fixed", KILLS.length, { houses: 2, kinds, largestAudience: 60 });
  let system: Awaited<ReturnType<typeof startStack>>;
  let killer: Killer | undefined;

  beforeAll(async () => {
    system = await startStack({ dir: ".wrangler/system-faults", ports: PORTS, otherPorts: OTHER_PORTS });
  });
  afterAll(async () => {
    killer?.close();
    await system?.end();
  });

  it("nobody is accepted twice, nobody is lost, and all counts are the Graph's own", async () => {
    const fixture = { ...(await furnish(system, plan)), optOuts: new Map<string, number>() };
    killer = new Killer({ system, control: fixture.control, seed: plan.seed });
    await killer.open();
    const running = [];
    for (const [index, { when, point, pass }] of KILLS.entries()) {
      const campaign = { ...plan.campaigns[index], pacing: null, startsInMs: null, orders: [] };
      running.push(runCampaign(fixture, plan, campaign));
      expect(await killer.killAt([{ point, pass }], ["api"], 30_000), `it was killed ${when}`).toBe(true);
    }
    const runs = await Promise.all(running);
    const { failures, lost, unheard, duplicates } = await verdict(fixture, runs);
    expect(failures.map(({ run, found }) => [run.campaign.index, run.campaign.kind, found])).toEqual([]);
    expect(lost).toEqual([]);
    expect(unheard).toEqual([]);
    expect(duplicates).toEqual({ byCallbackData: [], byRecipient: [] });
    expect(runs.map(({ status }) => status)).toEqual(KILLS.map(() => "completed"));
    // Otherwise nothing of this has been tried.
    expect(runs.flatMap(({ record }) => record.messages).length).toBeGreaterThan(50);
  });
});
