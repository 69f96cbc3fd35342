import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { expectBalanced } from "./support/accounting.ts";
import * as answers from "./support/answers.ts";
import { dirtyAudience } from "./support/dirty-audience.ts";
import {
  createCampaign,
  createFixture,
  type Fixture,
  importEnds,
  launch,
  recipientsOf,
  startImport,
  statsOf,
  welcome,
} from "./support/fixture.ts";
import { type Simulator, simulatorAt } from "./support/simulator.ts";
import { type System, startSystem } from "./support/system.ts";
import { until } from "./support/until.ts";

const PEOPLE = 2_000;
/** Of the eligible, by the simulator's own record. */
const LEAST_REACHED = 0.98;
/** When a line is blocked, and a little later the API dies. */
const BLOCKED_AT = PEOPLE / 2;
const KILLED_AT = 1_200;

let system: System;
let simulator: Simulator;
let fixture: Fixture;
beforeAll(async () => {
  system = await startSystem({ name: "degraded-network", env: { GRAPH_LATENCY_MS: "20", GRAPH_TIME_SCALE: "0.1" } });
  simulator = simulatorAt(system.graphUrl);
  fixture = await createFixture(system);
});
afterAll(() => system?.stop());

const history = z.object({ history: z.array(z.object({ event: z.string() })) });

it("with cut connections, server errors, a blocked line and a kill, at least 98 % are reached, nobody twice, and the rest says why", async () => {
  const { file, truth } = dirtyAudience({ rows: PEOPLE, dirtyShare: 0, optedInShare: 1, seed: 9 });
  expect(truth.eligible).toBe(PEOPLE);
  const { audienceId, importId } = await startImport(system.api, fixture.segmentId, "Carteira", file);
  expect(await importEnds(system.api, importId)).toMatchObject({ status: "completed", importedRows: PEOPLE });
  await simulator.scenarios([
    { match: { share: 0.01 }, fault: { kind: "accept_then_cut" } },
    { match: { share: 0.01 }, fault: { kind: "http_5xx", httpStatus: 503 } },
    { match: { share: 0.01 }, fault: { kind: "http_5xx", httpStatus: 500 } },
  ]);
  // A local queue lives in memory: what it was told and had not counted when it is killed, nobody would tell again.
  await simulator.pauseWebhooks();
  const campaignId = await createCampaign(system.api, fixture, audienceId, welcome(fixture));
  await launch(system.api, campaignId);

  await until("half of them are reached", async () => (await simulator.summary()).accepted >= BLOCKED_AT, {
    everyMs: 50,
  });
  const { data: lines } = await system.api(answers.listOf(answers.line), "GET", "/v1/lines");
  const blocked = lines[0];
  if (!blocked) throw new Error("there is no line");
  await simulator.patchPhone(blocked.phoneNumberId, { blocked: true });
  await until("it is killed later", async () => (await simulator.summary()).accepted >= KILLED_AT, { everyMs: 50 });
  await system.kill("api");
  await system.start("api");
  expectBalanced(await statsOf(system.api, campaignId));

  // As an operator would once Meta has lifted the block: whoever the line had refused was not carried to another one.
  await until(
    "only those who wait for the blocked line are left",
    async () => {
      const { accounting } = await statsOf(system.api, campaignId);
      return accounting.queued + accounting.sending === 0 && accounting.pending < 100;
    },
    { timeoutMs: 90_000 },
  );
  const stopped = await system.api(answers.line, "GET", `/v1/lines/${blocked.id}`);
  expect(stopped.health.usable, "the blocked line is suspended").toBe(false);
  await simulator.patchPhone(blocked.phoneNumberId, { blocked: false });
  await system.api(answers.line, "POST", `/v1/lines/${blocked.id}/sync`);
  await until(
    "the campaign ends by itself",
    async () => (await system.api(answers.campaign, "GET", `/v1/campaigns/${campaignId}`)).status === "completed",
    // A fault of Meta's servers may have let the message out: it waits 120 s for a status, twice at most.
    { timeoutMs: 360_000, everyMs: 500 },
  );
  await simulator.resumeWebhooks();
  await simulator.allTold();

  const reached = await simulator.messages();
  expect(await simulator.duplicates()).toEqual({ byCallbackData: [], byRecipient: [] });
  expect(new Set(reached.map(({ to }) => to)).size).toBe(reached.length);
  expect(reached.length / PEOPLE).toBeGreaterThanOrEqual(LEAST_REACHED);

  const missing = PEOPLE - reached.length;
  await until("the webhooks have settled what was unconfirmed and had left", async () => {
    const { counts } = await statsOf(system.api, campaignId);
    return counts.sent + counts.failed + counts.unknown === PEOPLE && counts.unknown <= missing;
  });
  const stats = await statsOf(system.api, campaignId);
  expectBalanced(stats);
  expect(stats.accounting).toMatchObject({ audience: PEOPLE, pending: 0, queued: 0, sending: 0, skipped: 0 });
  const taken = new Set(reached.map(({ wamid }) => wamid));
  for (const { contactId, status, messageId, error } of await recipientsOf(system.api, campaignId)) {
    if (messageId !== null) {
      expect(taken.has(messageId)).toBe(true);
      if (status === "failed") expect(error).toBeDefined();
      continue;
    }
    expect(["failed", "unknown"]).toContain(status);
    const told = await system.api(history, "GET", `/v1/campaigns/${campaignId}/recipients/${contactId}`);
    expect(told.history.map(({ event }) => event)).toContain(status === "failed" ? "failed" : "in_doubt");
  }
});
