import Papa from "papaparse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced } from "./support/accounting.ts";
import * as answers from "./support/answers.ts";
import { recipientsOnDisk } from "./support/campaign-database.ts";
import { type AudienceTruth, dirtyAudience } from "./support/dirty-audience.ts";
import {
  createCampaign,
  createFixture,
  type Fixture,
  importEnds,
  launch,
  recipientsOf,
  reportOf,
  startImport,
  statsOf,
  welcome,
} from "./support/fixture.ts";
import { type Simulator, simulatorAt, toldCounts } from "./support/simulator.ts";
import { type System, startSystem } from "./support/system.ts";
import { until } from "./support/until.ts";

/** In the middle of sending: some have theirs, most don't. */
const FIRST_ACCEPTED = 400;
/** A permission to send lasts less than a second, in which three lines send 80 each: more can't be unconfirmed. */
const MOST_UNCONFIRMED = 3 * 80;

describe("killed with SIGKILL, nobody gets two, nobody is lost and everything is finished", () => {
  const large = dirtyAudience({ rows: 60_000, seed: 3 });
  let largeAudienceId: string;
  let system: System;
  let simulator: Simulator;
  let fixture: Fixture;

  beforeAll(async () => {
    system = await startSystem({ name: "kill", env: { GRAPH_LATENCY_MS: "20", GRAPH_TIME_SCALE: "0.1" } });
    simulator = simulatorAt(system.graphUrl);
    fixture = await createFixture(system);
  });
  afterAll(() => system?.stop());

  const acceptedOf = async (campaignId: string) =>
    (await simulator.messages()).filter(({ callbackData }) => callbackData?.includes(campaignId));

  async function launchTo(seed: number): Promise<{ campaignId: string; truth: AudienceTruth }> {
    const { file, truth } = dirtyAudience({ rows: 3_500, dirtyShare: 0.05, seed });
    const { audienceId, importId } = await startImport(system.api, fixture.segmentId, `Carteira ${seed}`, file);
    expect(await importEnds(system.api, importId)).toMatchObject({ status: "completed", importedRows: truth.imported });
    const campaignId = await createCampaign(system.api, fixture, audienceId, welcome(fixture));
    await launch(system.api, campaignId);
    return { campaignId, truth };
  }

  /**
   * Sending is in full swing, and everything that was told has been counted. A local queue lives in memory, other than
   * the platform's: webhooks that wait on it when it is killed were answered 200, and nobody would tell them again.
   */
  async function midway(campaignId: string): Promise<void> {
    await until("sending is in full swing", async () => (await acceptedOf(campaignId)).length >= FIRST_ACCEPTED);
    await simulator.pauseWebhooks();
    await until("what was told is counted", async () => {
      const told = toldCounts(await acceptedOf(campaignId));
      const { counts } = await statsOf(system.api, campaignId);
      return Object.entries(told).every(([name, count]) => counts[name as keyof typeof told] === count);
    });
  }

  async function expectUnderWay(campaignId: string): Promise<void> {
    const { counts } = await statsOf(system.api, campaignId);
    expect(counts.pending + counts.queued, "it was killed before its end").toBeGreaterThan(0);
  }

  const finishes = (campaignId: string) =>
    until(
      "the campaign finishes by itself",
      async () => {
        expectBalanced(await statsOf(system.api, campaignId));
        return (await system.api(answers.campaign, "GET", `/v1/campaigns/${campaignId}`)).status === "completed";
      },
      { everyMs: 1_000 },
    );

  /** Once all webhooks are told: nobody twice, everybody accounted for, and the counts are the simulator's. */
  async function expectSettled(campaignId: string, truth: AudienceTruth): Promise<void> {
    await simulator.allTold();
    const accepted = await acceptedOf(campaignId);
    const wamidOf = new Map(accepted.map(({ to, wamid }) => [`+${to.replace("+", "")}`, wamid]));
    expect(wamidOf.size, "nobody is accepted twice").toBe(accepted.length);
    expect(await simulator.duplicates()).toEqual({ byCallbackData: [], byRecipient: [] });

    const told = toldCounts(accepted);
    const unconfirmed = truth.eligible - accepted.length;
    const expected = { ...told, sent: accepted.length - told.failed, unknown: unconfirmed, total: truth.imported };
    await until("the last webhooks are counted", async () => {
      const { counts } = await statsOf(system.api, campaignId);
      return Object.entries(expected).every(([name, count]) => counts[name as keyof typeof expected] === count);
    }).catch(() => undefined);
    const stats = await statsOf(system.api, campaignId);
    expectBalanced(stats);
    expect(stats.counts).toMatchObject(expected);
    expect(stats.accounting).toMatchObject({ pending: 0, queued: 0, sending: 0 });
    expect(unconfirmed).toBeLessThanOrEqual(MOST_UNCONFIRMED);

    const recipients = await recipientsOf(system.api, campaignId);
    const meant = recipients.filter(({ status }) => status !== "skipped");
    expect([recipients.length, meant.length]).toEqual([truth.imported, truth.eligible]);
    for (const { phone, status, messageId } of meant) {
      const wamid = wamidOf.get(phone ?? "") ?? null;
      expect(messageId).toBe(wamid);
      if (wamid === null) expect(status).toBe("unknown");
      else expect(["sent", "delivered", "read", "failed"]).toContain(status);
    }
  }

  it("the API alone, in the middle of a campaign and of an import", async () => {
    const { campaignId, truth } = await launchTo(1);
    await midway(campaignId);
    const { audienceId, importId } = await startImport(system.api, fixture.segmentId, "Grande", large.file);
    largeAudienceId = audienceId;
    const theImport = () => system.api(answers.importJob, "GET", `/v1/imports/${importId}`);
    await until("the import is under way", async () => (await theImport()).totalRows > 0, { everyMs: 50 });
    await system.kill("api");
    await system.start("api");
    expect((await theImport()).status, "it was killed before its end").toBe("running");
    await expectUnderWay(campaignId);

    // Nobody hears from Meta until every lease has ended: what is unconfirmed then must stay so, and not be sent again.
    await finishes(campaignId);
    await simulator.resumeWebhooks();
    await expectSettled(campaignId, truth);
    const { rows, imported, updated, rejected } = large.truth;
    expect(await importEnds(system.api, importId)).toMatchObject({
      status: "completed",
      totalRows: rows,
      importedRows: imported,
      updatedRows: updated,
      rejectedRows: rejected,
    });
  });

  it("API and Graph together, in the middle of a campaign", async () => {
    const { campaignId, truth } = await launchTo(2);
    await midway(campaignId);
    await system.kill("graph", "api");
    await system.start("graph", "api");
    await simulator.resumeWebhooks();
    await expectUnderWay(campaignId);
    await finishes(campaignId);
    await expectSettled(campaignId, truth);
  });

  it("the API, in the middle of preparing a large audience: everybody is prepared once", async () => {
    const { truth } = large;
    // Far enough away that nobody is written to here.
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const campaignId = await createCampaign(system.api, fixture, largeAudienceId, { ...welcome(fixture), startAt });
    await launch(system.api, campaignId);
    const prepared = () => recipientsOnDisk(system.stateFolder, campaignId);
    await until("preparation is under way", async () => prepared() > 0, { everyMs: 20 });
    await system.kill("api");
    expect(prepared(), "it was killed before its end").toBeLessThan(truth.imported);
    await system.start("api");
    await until("everybody is prepared", async () => {
      expectBalanced(await statsOf(system.api, campaignId));
      return (await system.api(answers.campaign, "GET", `/v1/campaigns/${campaignId}`)).status === "scheduled";
    });
    const { accounting } = await statsOf(system.api, campaignId);
    expect(accounting).toMatchObject({
      audience: truth.imported,
      pending: truth.eligible,
      skipped: truth.imported - truth.eligible,
    });
    const report = await reportOf(system, campaignId);
    const { data } = Papa.parse<Record<string, string>>(report.slice(1), { header: true, skipEmptyLines: "greedy" });
    const phones = data.map(({ NumeroTelefone }) => `+${NumeroTelefone}`);
    expect(phones.sort()).toEqual([...truth.people.keys()].sort());
  });
});
