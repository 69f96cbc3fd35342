import { readFile } from "node:fs/promises";
import Papa from "papaparse";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildAll } from "../../scripts/lib/build.mjs";
import * as answers from "./support/answers.ts";
import { lookAfter, type Surfing, seriousViolations, surf } from "./support/browser.ts";
import { putAside } from "./support/dead-letter.ts";
import { dirtyAudience } from "./support/dirty-audience.ts";
import {
  createCampaign,
  createFixture,
  type Fixture,
  importEnds,
  launch,
  recipientsOf,
  startImport,
} from "./support/fixture.ts";
import { simulatorAt } from "./support/simulator.ts";
import { type System, startSystem } from "./support/system.ts";
import { until } from "./support/until.ts";

const CAMPAIGN = "Lembrete de dezembro";

/** One person's morning: each part begins where the one before has ended. */
describe("in the browser", () => {
  // Enough that sending takes some seconds.
  const { file, truth } = dirtyAudience({ rows: 1_500, dirtyShare: 0.02, seed: 5 });
  const inPortuguese = new Intl.NumberFormat("pt-BR");
  let system: System;
  let surfing: Surfing;
  let page: Page;
  let fixture: Fixture;
  let audienceId: string;

  beforeAll(async () => {
    await buildAll();
    system = await startSystem({
      name: "browser",
      parts: ["graph", "api", "web"],
      env: { GRAPH_LATENCY_MS: "20", GRAPH_TIME_SCALE: "0.1" },
    });
    fixture = await createFixture(system);
    const carteira = await startImport(system.api, fixture.segmentId, "Carteira", file);
    audienceId = carteira.audienceId;
    await importEnds(system.api, carteira.importId);
    surfing = await surf(system.webUrl);
    page = surfing.page;
  });
  afterAll(async () => {
    await surfing?.close();
    await system?.stop();
  });
  afterEach(({ task }) => lookAfter(surfing, system, task));

  it("says in Portuguese that a password is wrong, and lets the right one in", async () => {
    // Until its scripts have come the form works without them, and a refusal is then one of HTTP, which the console tells.
    await page.goto("/", { waitUntil: "networkidle" });
    expect(await page.getAttribute("html", "lang")).toBe("pt-BR");
    await page.getByLabel("E-mail").fill(system.login.email);
    await page.getByLabel("Senha").fill("errada-2026");
    await page.getByRole("button", { name: "Entrar" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("E-mail ou senha incorretos.");

    await page.getByLabel("Senha").fill(system.login.password);
    await page.getByRole("button", { name: "Entrar" }).click();
    await page.getByRole("heading", { name: "Campanhas de WhatsApp" }).waitFor();
    await page.getByText("Nenhuma campanha ainda").waitFor();
  });

  it("creates a campaign with the form, to its review", async () => {
    await page.getByRole("link", { name: "Criar campanha" }).first().click();
    await page.getByLabel("Nome da campanha").fill(CAMPAIGN);
    await choose("Público", /Carteira/);
    await page.getByRole("button", { name: /lembrete_vencimento/ }).click();
    const [first, second] = [page.locator("#variable-body-1"), page.locator("#variable-body-2")];
    await first.click();
    await page.getByRole("option", { name: "Primeiro nome" }).click();
    await second.click();
    await page.getByRole("option", { name: /Atributo do contato/ }).click();
    await page.getByLabel("Atributo", { exact: true }).fill("Valor");
    await page.getByRole("button", { name: "Salvar e conferir" }).click();
    await page.getByText("Tudo certo para disparar.").waitFor();
    const review = page.locator("#review");
    expect(await review.textContent()).toContain(inPortuguese.format(truth.eligible));
    expect(await review.textContent()).toContain(`de ${inPortuguese.format(truth.imported)} no público`);
  });

  it("launches after asking, and shows the counts move until it is completed, without a reload", async () => {
    await page.getByRole("button", { name: "Disparar agora" }).click();
    const asked = page.getByRole("alertdialog");
    expect(await asked.textContent()).toContain(inPortuguese.format(truth.eligible));
    await asked.getByRole("button", { name: "Disparar agora" }).click();
    await page.waitForURL(/\/campaigns\/cmp_/);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));

    const header = page.getByRole("main").locator("header").first();
    const seen = new Set<number>();
    await until(
      "the page says that the campaign is completed",
      async () => {
        seen.add(await card("Enviadas"));
        return (await header.textContent())?.includes("Concluída");
      },
      { everyMs: 100 },
    );
    // More than the first and the last: the page followed. (It need not only grow: what was sent may still fail.)
    expect(seen.size).toBeGreaterThan(4);
    await until("what was sent is delivered and read", async () => (await card("Lidas")) > 0);
    expect(await card("Público")).toBe(truth.imported);
    expect((await card("Enviadas")) + (await card("Falhas"))).toBe(truth.eligible);
    expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  });

  it("opens a recipient with the message and its history", async () => {
    await page
      .getByRole("navigation", { name: "Seções da campanha" })
      .getByRole("link", { name: /Destinatários/ })
      .click();
    await page.waitForURL(/\/recipients/);
    await page.getByLabel(/^Situação/).click();
    await page.getByRole("option", { name: "Lida" }).click();
    await page.waitForURL(/status=read/);
    await page.getByRole("row", { name: /Lida/ }).getByRole("button").first().click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("Histórico").waitFor();
    expect(await sheet.textContent()).toMatch(/Sua parcela de R\$ \d+,\d\d vence amanhã/);
    for (const step of ["Incluído no disparo", "Linha escolhida", "Enviada", "Lida"])
      expect(await sheet.textContent()).toContain(step);
    await page.getByRole("button", { name: "Fechar" }).click();
    await sheet.waitFor({ state: "hidden" });
  });

  it("downloads the report", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Baixar CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${CAMPAIGN}.csv`);
    const text = await readFile(await download.path(), "utf8");
    const { data, errors } = Papa.parse<string[]>(text.replace("\ufeff", ""), { delimiter: ";", skipEmptyLines: true });
    expect(errors).toEqual([]);
    expect(data[0]?.slice(0, 3)).toEqual(["NomePessoa", "CpfCnpj", "CodPessoaCliente"]);
    expect(data.length - 1).toBe(truth.imported);
  });

  it("shows a send that Meta never confirmed, and sends it again once the risk is accepted", async () => {
    const simulator = simulatorAt(system.graphUrl);
    const once = { match: { nth: 2 } };
    await simulator.scenarios([
      { ...once, fault: { kind: "accept_then_cut" } },
      { ...once, fault: { kind: "never" } },
    ]);
    const id = await createCampaign(system.api, fixture, audienceId, {
      // Of a marketing template some would wait for a day.
      templateId: fixture.templateId("lembrete_vencimento"),
      variables: { "body.1": { field: "firstName" }, "body.2": { field: "attributes.Valor" } },
      name: "Lembrete VIP",
      filter: { hashtagsAll: ["vip", "cobrança", "novo"] },
    });
    await launch(system.api, id);
    const campaign = () => system.api(answers.campaign, "GET", `/v1/campaigns/${id}`);
    await until(
      "the campaign has ended with an unconfirmed send",
      async () => (await campaign()).status === "completed",
    );
    const unconfirmed = (await recipientsOf(system.api, id)).find(({ status }) => status === "unknown");

    await page.goto(`/campaigns/${id}`);
    await page.getByText("1 envio sem confirmação").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("link", { name: "Ver lista" }).click();
    const row = page.getByRole("row", { name: /Em dúvida/ });
    await row.waitFor();
    expect(await row.count()).toBe(1);

    await page.getByRole("button", { name: "Reenviar todos" }).click();
    const asked = page.getByRole("alertdialog");
    expect(await asked.textContent()).toContain("recebe a mesma mensagem outra vez");
    const confirm = asked.getByRole("button", { name: "Reenviar" });
    expect(await confirm.isDisabled()).toBe(true);
    await asked.getByLabel("Entendo que alguém pode receber a mensagem duas vezes.").check();
    await confirm.click();
    await page.getByText("1 mensagem será reenviada").waitFor();
    await until("nothing is unconfirmed", async () => (await card("Em dúvida")) === 0);
    await page.getByText("1 envio sem confirmação").waitFor({ state: "hidden" });
    await until("Meta has taken it twice", async () => {
      const sends = (await simulator.messages()).filter(({ callbackData }) => callbackData?.includes(id));
      return sends.filter(({ to }) => `+${to}` === unconfirmed?.phone).length === 2;
    });
  });

  it("counts open alerts in the bell, says what they are about, and has them acknowledged", async () => {
    await page.goto("/campaigns");
    await page.getByRole("link", { name: /^Alertas: \d+ em aberto$/ }).click();
    await page.getByRole("heading", { name: "Envios em dúvida" }).waitFor();
    await page.getByRole("link", { name: "Campanha: Lembrete VIP" }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Reconhecer todos" }).click();
    await page.getByText("Nada pede atenção").waitFor();
    await page.getByRole("link", { name: "Alertas: nenhum em aberto" }).waitFor();
    await page.getByRole("link", { name: "Todos" }).click();
    await page
      .getByText(/^Reconhecido em/)
      .first()
      .waitFor();
  });

  it("tries again what was put aside, and lists what fitted nothing", async () => {
    const [line] = (await system.api(answers.listOf(answers.line), "GET", "/v1/lines?limit=200")).data;
    const stranger = {
      ...{ kind: "inbound", phoneNumberId: line?.phoneNumberId, phone: "+5511900000000", userId: null },
      ...{ messageId: "wamid.stranger", at: Date.now(), type: "text", text: "oi", payload: null, contextId: null },
    };
    await putAside(system, "meta-events", { kind: "events", receivedAt: Date.now(), events: [stranger] });
    await page.goto("/operations");
    const deadLetter = page.getByRole("row", { name: /Aviso da Meta/ });
    await deadLetter.waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await deadLetter.getByRole("button", { name: /^Tentar de novo/ }).click();
    await page.getByText("De volta à fila. Se falhar de novo, volta a aparecer aqui.").waitFor();
    await page.getByText("Nada parado").waitFor();

    const unmatched = () => system.api(answers.listOf(answers.unmatchedEvent), "GET", "/v1/unmatched-events");
    await until("it was applied", async () => (await unmatched()).data.length === 1);
    await page.getByRole("link", { name: "Eventos sem dono" }).click();
    await page.getByRole("row", { name: /Mensagem recebida/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it("keeps what the company decides, and says what is wrong before it saves anything", async () => {
    await page.goto("/settings");
    const rate = page.getByLabel("Pausar acima de");
    const hours = page.getByRole("switch", { name: "Enviar só em certos dias e horários" });
    const save = page.getByRole("button", { name: "Salvar", exact: true });
    const settings = async () => (await system.api(answers.tenant, "GET", "/v1/tenant")).settings;
    const before = await settings();
    await rate.fill("0");
    await save.click();
    await page.getByText("Corrija os campos destacados antes de salvar.").waitFor();
    expect(await rate.getAttribute("aria-invalid")).toBe("true");
    expect(await settings()).toEqual(before);

    await rate.fill("12.5");
    await hours.check();
    expect(await seriousViolations(page)).toEqual([]);
    await save.click();
    await page.getByText("Configurações salvas").waitFor();
    expect(await save.isDisabled()).toBe(true);
    expect(await settings()).toMatchObject({
      failureRateThreshold: 0.125,
      sendingWindow: { timeZone: "America/Sao_Paulo" },
    });
    await page.reload();
    expect(await rate.inputValue()).toBe("12.5");
    expect(await hours.isChecked()).toBe(true);
  });

  it("has nothing in its way for people who can't see or point, in light and dark", async () => {
    await page.goto("/campaigns");
    await page.getByRole("link", { name: CAMPAIGN }).first().click();
    await page.getByRole("table", { name: "Por linha" }).waitFor({ state: "attached" });
    expect(await seriousViolations(page), "campaign").toEqual([]);
    await page.goto("/campaigns");
    await page.getByRole("link", { name: CAMPAIGN }).first().waitFor();
    expect(await seriousViolations(page), "list").toEqual([]);
  });

  async function choose(label: string, option: RegExp): Promise<void> {
    await page.getByLabel(label, { exact: true }).click();
    await page.getByRole("option", { name: option }).click();
  }

  async function card(name: string): Promise<number> {
    const value = page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
    const text = await value.locator("dd span").first().textContent();
    return Number(text?.replace(/\D/g, ""));
  }
});
