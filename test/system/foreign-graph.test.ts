import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced } from "./support/accounting.ts";
import * as answers from "./support/answers.ts";
import { dirtyAudience } from "./support/dirty-audience.ts";
import {
  createCampaign,
  importEnds,
  launch,
  recipientsOf,
  registerLines,
  startImport,
  statsOf,
} from "./support/fixture.ts";
import { type StrictGraph, startStrictGraph } from "./support/strict-graph.ts";
import type { StrictTemplate } from "./support/strict-message.ts";
import { type System, startSystem, WEBHOOK_URL } from "./support/system.ts";
import { until } from "./support/until.ts";

const token = "EAAstrict";
const wabaId = "309876543210987";
const phones = ["1", "2", "3"].map((n) => ({
  id: `20987654321000${n}`,
  display: `+55 21 3003-000${n}`,
  name: "Outra Financeira",
}));
const template = (name: string, more: Partial<StrictTemplate> = {}): StrictTemplate => ({
  id: `9${name.length}0123456789`,
  name,
  language: "pt_BR",
  status: "APPROVED",
  category: "UTILITY",
  parameter_format: "POSITIONAL",
  components: [{ type: "BODY", text: "Olá!" }],
  ...more,
});
const templates = [
  template("aviso"),
  template("em_analise", { status: "PENDING" }),
  template("fatura_pronta", {
    components: [
      { type: "HEADER", format: "TEXT", text: "Fatura de {{1}}" },
      { type: "BODY", text: "{{1}}, sua fatura de R$ {{2}} está pronta." },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Parar" },
          { type: "URL", text: "Abrir", url: "https://outra.example/f/{{1}}" },
        ],
      },
    ],
  }),
];
const receiver = {
  url: WEBHOOK_URL,
  appSecret: "strict-app-secret",
  verifyToken: "strict-verify-token",
};

describe("at a Graph server that is not ours", () => {
  const { file, truth } = dirtyAudience({ rows: 200, dirtyShare: 0, optedInShare: 1, seed: 9 });
  let graph: StrictGraph;
  let system: System;
  let campaignId: string;

  beforeAll(async () => {
    graph = await startStrictGraph({ token, wabaId, phones, templates, receiver });
    system = await startSystem({
      name: "foreign-graph",
      parts: ["api"],
      env: {
        META_GRAPH_URL: graph.url,
        META_APP_SECRET: receiver.appSecret,
        META_VERIFY_TOKEN: receiver.verifyToken,
      },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await graph?.close();
  });

  it("answers the handshake, and takes no webhook whose signature is wrong", async () => {
    expect(await graph.webhooks.verify()).toBe(true);
    const forged = await fetch(receiver.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Hub-Signature-256": `sha256=${"0".repeat(64)}` },
      body: "{}",
    });
    expect(forged.status).toBe(401);
  });

  it("registers lines and templates though the server knows neither portfolios nor subscriptions", async () => {
    const fixture = await registerLines(
      system.api,
      phones.map(({ id }) => ({ phoneNumberId: id, wabaId, accessToken: token })),
    );
    const lines = await system.api(answers.listOf(answers.line), "GET", "/v1/lines");
    expect(lines.data.map(({ qualityRating, health }) => [qualityRating, health.usable])).toEqual(
      phones.map(() => ["GREEN", true]),
    );

    const { audienceId, importId } = await startImport(system.api, fixture.segmentId, "Carteira", file);
    expect(await importEnds(system.api, importId)).toMatchObject({ status: "completed", importedRows: 200 });
    campaignId = await createCampaign(system.api, fixture, audienceId, {
      templateId: fixture.templateId("fatura_pronta"),
      variables: {
        "header.1": { value: "novembro" },
        "body.1": { field: "firstName" },
        "body.2": { field: "attributes.Valor" },
        "button.1.1": { field: "customerCode" },
      },
    });
  });

  it("has every message accepted once, by all three lines, none refused", async () => {
    graph.refused.length = 0;
    await launch(system.api, campaignId);
    await until(
      "the campaign is completed",
      async () => {
        expectBalanced(await statsOf(system.api, campaignId));
        return (await system.api(answers.campaign, "GET", `/v1/campaigns/${campaignId}`)).status === "completed";
      },
      { everyMs: 500 },
    );
    expect(graph.refused).toEqual([]);
    expect(graph.sends.map(({ to }) => `+${to.replace("+", "")}`).sort()).toEqual([...truth.people.keys()].sort());
    expect(new Set(graph.sends.map(({ phoneNumberId }) => phoneNumberId))).toEqual(new Set(phones.map(({ id }) => id)));
  });

  it("hears what became of each, whatever order, repetition or gap the webhooks have", async () => {
    await until("all webhooks are answered 200", async () => graph.webhooks.waiting === 0);
    const statusOf = new Map(
      graph.sends.map(({ wamid, disposition }) => [wamid, disposition === "replied" ? "read" : disposition]),
    );
    const asTold = async () => {
      const recipients = await recipientsOf(system.api, campaignId);
      return recipients.filter(({ messageId, status }) => statusOf.get(messageId ?? "") !== status);
    };
    await until("the last webhooks are counted", async () => (await asTold()).length === 0).catch(() => undefined);
    expect(await asTold()).toEqual([]);
    const replied = graph.sends.filter(({ disposition }) => disposition === "replied").length;
    const counted = async () => (await statsOf(system.api, campaignId)).counts.replied;
    await until("the last replies are counted", async () => (await counted()) === replied).catch(() => undefined);
    expect(await counted()).toBe(replied);
  });
});
