import { setTimeout as sleep } from "node:timers/promises";
import Papa from "papaparse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
  reportOf,
  startImport,
  statsOf,
  welcome,
} from "./support/fixture.ts";
import { type AcceptedMessage, type Simulator, simulatorAt } from "./support/simulator.ts";
import { type System, startSystem } from "./support/system.ts";
import { until } from "./support/until.ts";

const MINUTE_MS = 60_000;
const LATEST_START_MS = 3_000;
const CONTRACT_COLUMNS = [
  "NomePessoa",
  "CpfCnpj",
  "CodPessoaCliente",
  "DDDTelefone",
  "NumeroTelefone",
  "EnderecoEmail",
  "DataHoraSolicitacao",
  "DataHoraEnvio",
  "Mensagem",
  "SituacaoEntrega",
];

/** One journey: each part begins where the one before has ended. */
describe("a first campaign, from an office's file to the report", () => {
  const { file, truth } = dirtyAudience({ rows: 10_000 });
  let system: System;
  let simulator: Simulator;
  let fixture: Fixture;
  let audienceId: string;
  let campaignId: string;
  let messages: AcceptedMessage[];

  beforeAll(async () => {
    system = await startSystem({
      name: "first-campaign",
      env: { GRAPH_LATENCY_MS: "20", GRAPH_TIME_SCALE: "0.05" },
    });
    simulator = simulatorAt(system.graphUrl);
    fixture = await createFixture(system);
  });
  afterAll(() => system?.stop());

  it("accounts for every row of a file that is dirty in a tenth of its rows", async () => {
    const started = await startImport(system.api, fixture.segmentId, "Carteira", file);
    audienceId = started.audienceId;
    const { imported, updated, rejected, rows } = truth;
    expect(imported + updated + rejected).toBe(rows);
    expect(await importEnds(system.api, started.importId)).toMatchObject({
      status: "completed",
      totalRows: rows,
      importedRows: imported,
      updatedRows: updated,
      rejectedRows: rejected,
    });
  });

  it("balances at every look while four waves are sent, and ends by itself", async () => {
    campaignId = await createCampaign(system.api, fixture, audienceId, {
      ...welcome(fixture),
      pacing: { percent: 25, intervalMinutes: 1 },
    });
    await launch(system.api, campaignId);
    let looks = 0;
    await until(
      "the campaign is completed",
      async () => {
        looks += 1;
        expectBalanced(await statsOf(system.api, campaignId));
        const { status } = await system.api(answers.campaign, "GET", `/v1/campaigns/${campaignId}`);
        expect(["preparing", "running", "completed"]).toContain(status);
        return status === "completed";
      },
      { timeoutMs: 5 * MINUTE_MS, everyMs: 1_000 },
    );
    expect(looks).toBeGreaterThan(100);
    const { accounting } = await statsOf(system.api, campaignId);
    expect(accounting).toMatchObject({
      audience: truth.imported,
      skipped: truth.imported - truth.eligible,
      pending: 0,
      queued: 0,
      sending: 0,
      unknown: 0,
    });
  });

  it("reaches everybody who agreed exactly once and nobody else", async () => {
    messages = await simulator.messages();
    const agreed = [...truth.people].filter(([, person]) => person.optedIn).map(([phone]) => phone);
    expect(messages.map(({ to }) => (to.startsWith("+") ? to : `+${to}`)).sort()).toEqual(agreed.sort());
    expect(await simulator.duplicates()).toEqual({ byCallbackData: [], byRecipient: [] });
  });

  it("lets a quarter leave at each minute, no wave early and none late", async () => {
    const { byWave } = await statsOf(system.api, campaignId);
    const quarter = Math.ceil(truth.eligible / 4);
    const sizes = [quarter, quarter, quarter, truth.eligible - 3 * quarter];
    expect(byWave.map(({ total }) => total)).toEqual(sizes);

    const waveOf = new Map((await recipientsOf(system.api, campaignId)).map(({ phone, wave }) => [phone, wave]));
    const startedAt = Date.parse(byWave[0]?.at ?? "");
    sizes.forEach((size, wave) => {
      const times = messages.filter(({ to }) => waveOf.get(`+${to.replace("+", "")}`) === wave).map(({ atMs }) => atMs);
      expect(times).toHaveLength(size);
      const dueAt = startedAt + wave * MINUTE_MS;
      expect(Date.parse(byWave[wave]?.at ?? "")).toBe(dueAt);
      const lateMs = Math.min(...times) - dueAt;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(LATEST_START_MS);
    });
  });

  it("never sends above a line's rate", async () => {
    const { phones } = await simulator.rates();
    expect(phones).toHaveLength(3);
    for (const phone of phones) expect(phone.worstSlidingSecond).toBeLessThanOrEqual(80);
    // Calls leave at their times; a receiver that stalls on a busy machine finds several waiting at once and may
    // refuse some for speed. That is rare, is for nothing else, and (see above) costs nobody the message.
    const { byCode } = await simulator.refusals();
    expect(byCode.filter(({ code }) => code !== 130429)).toEqual([]);
    const refused = byCode.reduce((sum, { count }) => sum + count, 0);
    expect(refused).toBeLessThan(0.01 * phones.reduce((sum, { accepted }) => sum + accepted, 0));
  });

  it("counts what was delivered, read, failed and answered as the simulator does", async () => {
    await simulator.allTold();
    const { accepted, planned } = await simulator.summary();
    const read = planned.read + planned.replied;
    const delivered = planned.delivered + read;
    const expected = {
      total: truth.imported,
      sent: accepted - planned.failed,
      delivered,
      read,
      failed: planned.failed,
      replied: planned.replied,
      unknown: 0,
    };
    // Answered 200 means queued: the last of them may still be on their way to the counts.
    await until("the last webhooks are counted", async () => {
      const { counts } = await statsOf(system.api, campaignId);
      return counts.read === read && counts.replied === planned.replied && counts.delivered === delivered;
    }).catch(() => undefined);
    await sleep(1_000);
    const last = await statsOf(system.api, campaignId);
    expectBalanced(last);
    expect(last.counts).toMatchObject(expected);
    expect(planned.failed).toBeGreaterThan(0);
    expect(planned.replied).toBeGreaterThan(0);
  });

  it("reports one inert row for everybody, in the contract's columns", async () => {
    const text = await reportOf(system, campaignId);
    expect(text.startsWith("\ufeff")).toBe(true);
    const { data, errors } = Papa.parse<string[]>(text.slice(1), { delimiter: ";", skipEmptyLines: "greedy" });
    expect(errors).toEqual([]);
    const [header = [], ...rows] = data;
    expect(header.slice(0, 10)).toEqual(CONTRACT_COLUMNS);
    expect(rows.filter((cells) => cells.length !== header.length)).toEqual([]);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);

    const at = (name: string) => header.indexOf(name);
    const [number, name] = [at("NumeroTelefone"), at("NomePessoa")];
    const nameOf = new Map(rows.map((cells) => [`+${cells[number]}`, cells[name]?.replace(/^'/, "")]));
    expect(rows).toHaveLength(truth.imported);
    expect(nameOf).toEqual(new Map([...truth.people].map(([phone, person]) => [phone, person.name])));
  });
});
