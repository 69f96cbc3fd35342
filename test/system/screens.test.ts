import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildAll } from "../../scripts/lib/build.mjs";
import * as answers from "./support/answers.ts";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "./support/browser.ts";
import {
  createCampaign,
  createFixture,
  type Fixture,
  importEnds,
  launch,
  startImport,
  welcome,
} from "./support/fixture.ts";
import { type System, startSystem } from "./support/system.ts";
import { until } from "./support/until.ts";

const PEOPLE = [
  ["João Conceição", "52998224725", "11", "912345678"],
  ["Ana Souza", "", "11", "912345679"],
  ["Bia Lima", "", "11", "912345680"],
];
const FILE = [
  "NomePessoa;CpfCnpj;DDDTelefone;NumeroTelefone;OptIn",
  ...PEOPLE.map((cells) => [...cells, "Sim"].join(";")),
].join("\n");
const DAY_MINUTES = 1_440;

/** What screens owe to whoever works with them, whatever they were in the middle of. */
describe("the screens", () => {
  let system: System;
  let surfing: Surfing;
  let page: Page;
  let fixture: Fixture;
  let campaignId: string;

  beforeAll(async () => {
    await buildAll();
    system = await startSystem({ name: "screens", parts: ["graph", "api", "web"], env: { GRAPH_TIME_SCALE: "0.1" } });
    fixture = await createFixture(system);
    const { audienceId, importId } = await startImport(
      system.api,
      fixture.segmentId,
      "Público único",
      new TextEncoder().encode(FILE),
    );
    await importEnds(system.api, importId);
    // Of three waves one leaves now.
    campaignId = await createCampaign(system.api, fixture, audienceId, {
      ...welcome(fixture),
      name: "Cobrança de João",
      pacing: { percent: 34, intervalMinutes: DAY_MINUTES },
    });
    await launch(system.api, campaignId);
    surfing = await surf(system.webUrl);
    page = surfing.page;
    await signIn(page, system.login);
    await page.getByRole("link", { name: "Cobrança de João" }).waitFor();
  });
  afterAll(async () => {
    await surfing?.close();
    await system?.stop();
  });
  afterEach(({ task }) => lookAfter(surfing, system, task));

  it("keep a recipient's panel open over a refresh and a reload, share it by its address, and close it by going back", async () => {
    await openLive(`/campaigns/${campaignId}/recipients`);
    const panel = page.getByRole("dialog");
    await page.getByRole("button", { name: "João Conceição" }).click();
    await panel.getByText("Histórico").waitFor();
    const refreshed = page.waitForResponse((response) => response.url().includes("/recipients/__data.json"));
    await system.api(answers.campaign, "POST", `/v1/campaigns/${campaignId}/pause`);
    await refreshed;
    await system.api(answers.campaign, "POST", `/v1/campaigns/${campaignId}/resume`);
    await page.waitForResponse((response) => response.url().includes("/recipients/__data.json"));
    expect(await panel.getByText("Histórico").isVisible()).toBe(true);

    await page.goBack();
    await panel.waitFor({ state: "hidden" });
    await page.goForward();
    await panel.getByText("Histórico").waitFor();
    await page.reload();
    await panel.getByText("Histórico").waitFor();
    // Whoever walks through the list by keyboard goes on where they were.
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    await until("the row has the focus again", () =>
      page.evaluate(() => document.activeElement?.hasAttribute("data-row") === true),
    );
    await page.keyboard.press("Enter");
    await panel.getByText("Histórico").waitFor();
    // Also when the browser takes its time to go back, and whoever is impatient presses again.
    await page.evaluate(() => {
      const back = history.back.bind(history);
      history.back = () => setTimeout(back, 1_000);
    });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "João Conceição" }).click();
    await panel.getByText("Histórico").waitFor();

    const colleague = await page.context().newPage();
    await colleague.goto(page.url());
    await colleague.getByRole("dialog").getByText("Histórico").waitFor();
    await colleague.getByRole("button", { name: "Fechar" }).click();
    await colleague.getByRole("dialog").waitFor({ state: "hidden" });
    expect(new URL(colleague.url()).search).toBe("");
    await colleague.getByRole("button", { name: "Ana Souza" }).waitFor();
    await colleague.close();
  });

  it("go from row to row by the arrow keys", async () => {
    await openLive(`/campaigns/${campaignId}/recipients`);
    const rows = page.locator("[data-row]");
    const names = await rows.allTextContents();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(names).toHaveLength(PEOPLE.length);
    await rows.first().focus();
    for (const [key, name] of [
      ["ArrowDown", names[1]],
      ["ArrowDown", names[2]],
      ["ArrowDown", names[2]],
      ["ArrowUp", names[1]],
      ["Home", names[0]],
      ["End", names[2]],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focused(), key).toBe(name);
    }
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Histórico").waitFor();
  });

  it("say in the list why a campaign stands still", async () => {
    await system.api(answers.campaign, "POST", `/v1/campaigns/${campaignId}/pause`);
    await page.goto("/campaigns");
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.getByRole("row", { name: /Cobrança de João.*Uma pessoa da equipe pausou a campanha/ }).waitFor();
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await system.api(answers.campaign, "POST", `/v1/campaigns/${campaignId}/resume`);
  });

  it("find names without accents and phones and documents as they are shown", async () => {
    await page.goto("/campaigns", { waitUntil: "networkidle" });
    const search = page.getByRole("searchbox");
    for (const q of ["COBRANCA", "joao"]) {
      await search.fill(q);
      await page.waitForURL((url) => url.searchParams.get("q") === q);
      await page.getByRole("link", { name: "Cobrança de João" }).waitFor();
    }
    await search.fill("joana");
    await page.getByText("Nenhuma campanha encontrada").waitFor();

    await openLive(`/campaigns/${campaignId}/recipients`);
    for (const q of ["conceicao", "(11) 91234-5678", "+55 11 91234-5678", "529.982.247-25"]) {
      await search.fill(q);
      await page.waitForURL((url) => url.searchParams.get("q") === q);
      await page.getByRole("button", { name: "Ana Souza" }).waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "João Conceição" }).waitFor();
    }
    // One ✕, which empties the box.
    await page.getByRole("button", { name: "Limpar busca" }).click();
    await page.getByRole("button", { name: "Ana Souza" }).waitFor();
    expect(await search.inputValue()).toBe("");
  });

  it("save a draft that has no more than a name, also when it is left at once", async () => {
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await page.getByLabel("Nome da campanha").fill("Só o nome");
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    await page.waitForURL(/\/campaigns$/);
    // Back is the draft, not an empty form that would become a second one.
    await page.goBack();
    await page.waitForURL(/new\?id=/);
    await until("the draft is there", async () => {
      return (await page.getByLabel("Nome da campanha").inputValue()) === "Só o nome";
    });
    await page.getByLabel("Nome da campanha").fill("Só o nome, mudado");
    await page.getByLabel("Nome da campanha").fill("Só o nome");
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    await page.getByRole("link", { name: "Só o nome" }).click();
    await page.waitForURL(/new\?id=/);
    expect(await page.getByLabel("Nome da campanha").inputValue()).toBe("Só o nome");

    await page.getByLabel("Público", { exact: true }).click();
    await page.getByRole("option", { name: /Público único/ }).click();
    await page.getByRole("radio", { name: /Enviar em ondas/ }).click();
    await page.getByLabel("Enviar", { exact: true }).fill("12.5");
    // A reload right after typing: the request outlives the page.
    await page.reload({ waitUntil: "networkidle" });
    // The page that comes may ask before that request has been answered: what was typed is there once it has.
    await until("what was typed is kept", async () => {
      const kept = (await page.getByLabel("Público", { exact: true }).textContent())?.includes("Público único");
      if (!kept) await page.reload({ waitUntil: "networkidle" });
      return kept === true;
    });
    // What a reload cuts off is a check, which the page that comes asks for again, or the answer to the saving just seen.
    const isCutOff = (complaint: string) =>
      /^PATCH .*: net::ERR_ABORTED$|\/preflight: net::ERR_ABORTED$/.test(complaint);
    surfing.complaints.push(...surfing.complaints.splice(0).filter((complaint) => !isCutOff(complaint)));
    expect(await page.getByLabel("Enviar", { exact: true }).inputValue()).toBe("12.5");

    await page.getByRole("button", { name: "Salvar e conferir" }).click();
    await page.locator("#review").getByText("Escolha o template.").waitFor();
    expect(await page.getByRole("button", { name: "Disparar agora" }).isDisabled()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it("ask before something is lost that can't be saved, and only then", async () => {
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await page.getByRole("radio", { name: /Enviar em ondas/ }).click();
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    const asked = page.getByRole("alertdialog");
    await asked.getByText("Sair sem salvar?").waitFor();
    await asked.getByRole("button", { name: "Voltar" }).click();
    await page.getByLabel("Nome da campanha").fill("Agora com nome");
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    await page.getByRole("link", { name: "Agora com nome" }).waitFor();
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    await page.getByRole("link", { name: "Agora com nome" }).waitFor();
  });

  it("take a date as it is typed, and say what is wrong with one beside it", async () => {
    const nextYear = new Date().getFullYear() + 1;
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await page.getByLabel("Nome da campanha").fill("Com data");
    await page.getByRole("radio", { name: /Agendar/ }).click();
    await page.getByRole("spinbutton", { name: /minuto/ }).waitFor();
    const date = page.getByLabel("Data", { exact: true });
    for (const [typed, shown] of [
      [`3112${nextYear}`, `31/12/${nextYear}`],
      [`31/12/${nextYear}`, `31/12/${nextYear}`],
      [`3112${String(nextYear).slice(2)}`, `31/12/${nextYear}`],
      [`1/2/${String(nextYear).slice(2)}`, `01/02/${nextYear}`],
      [`${nextYear}-12-31`, `31/12/${nextYear}`],
    ] as const) {
      await date.fill("");
      await date.pressSequentially(typed);
      await date.press("Tab");
      expect(await date.inputValue(), typed).toBe(shown);
      expect(await date.getAttribute("aria-invalid")).toBeNull();
    }
    await date.press("ArrowUp");
    expect(await date.inputValue()).toBe(`01/01/${nextYear + 1}`);
    for (const [typed, words] of [
      [`3102${nextYear}`, "Esse dia não existe."],
      ["31", "Escreva dia, mês e ano."],
      ["01/01/2020", "Esse dia já passou."],
    ] as const) {
      await date.fill(typed);
      await date.press("Tab");
      await page.getByText(words).waitFor();
      expect(await date.getAttribute("aria-invalid")).toBe("true");
    }
    await date.fill(`31/12/${nextYear}`);
    await date.press("Tab");
    const saved = async () =>
      (await system.api(answers.listOf(answers.campaign), "GET", "/v1/campaigns?q=com+data")).data;
    await until("it is saved", async () => (await saved())[0]?.startAt?.startsWith(`${nextYear}-12-31`) === true);
  });

  it("say beside percent and interval what is wrong, before the API has to", async () => {
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await page.getByLabel("Nome da campanha").fill("Com ondas");
    await page.getByRole("radio", { name: /Enviar em ondas/ }).click();
    const percent = page.getByLabel("Enviar", { exact: true });
    for (const [value, words] of [
      ["0", "Use um valor acima de 0 e até 100."],
      ["101", "Use um valor acima de 0 e até 100."],
      ["0.05", "Seriam ondas demais: uma campanha tem no máximo 1.000."],
    ] as const) {
      await percent.fill(value);
      await page.getByText(words).waitFor();
      expect(await percent.getAttribute("aria-invalid")).toBe("true");
    }
    await percent.fill("20");
    const interval = page.getByLabel("dos contatos a cada");
    await interval.fill("1.5");
    await page.getByText("Use um número inteiro de minutos, de 1 a 10.080.").waitFor();
    await page.getByRole("link", { name: "Campanhas" }).first().click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sair sem salvar" }).click();
    await page.getByRole("link", { name: "Com ondas" }).waitFor();
  });

  it("fit phones, and never leave what has the focus under the bar at the bottom", async () => {
    for (const width of [390, 360]) {
      await page.setViewportSize({ width, height: 740 });
      for (const path of ["/campaigns", "/campaigns?q=nada", `/campaigns/${campaignId}/recipients`, "/campaigns/new"]) {
        await openLive(path);
        // Nothing that can be chosen or searched for is cut short.
        expect(await page.evaluate(cutShort), `${path} at ${width}`).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(over, `${path} at ${width}`).toBeLessThanOrEqual(0);
      }
    }
    // Templates come after the form.
    await page.getByLabel("Buscar por nome ou texto").waitFor();
    await page.getByLabel("Nome da campanha").focus();
    const bottom = page.locator("footer");
    const seen: string[] = [];
    while (seen.length < 60) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused.closest("footer")) return null;
        const { top, bottom } = focused.getBoundingClientRect();
        return { top, bottom, what: focused.outerHTML.slice(0, 120) };
      });
      if (at === null) break;
      const footerTop = (await bottom.boundingBox())?.y ?? 0;
      expect(at.bottom, at.what).toBeLessThanOrEqual(footerTop);
      expect(at.top, at.what).toBeGreaterThanOrEqual(56);
      seen.push(at.what);
    }
    expect(seen.length, seen.join("\n")).toBeGreaterThan(10);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("lead from a place that a list does not have back to its beginning", async () => {
    await page.goto("/campaigns?cursor=nowhere", { waitUntil: "networkidle" });
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Início" }).click();
    await page.waitForURL((url) => url.search === "");
    await page.getByRole("row", { name: /Cobrança de João/ }).waitFor();
  });

  it("keep the shell, in the reader's language, when a page can't be loaded", async () => {
    await page.goto("/nada/por/aqui");
    await page.getByRole("heading", { name: "Página não encontrada" }).waitFor();
    const menu = page.getByRole("navigation", { name: "Navegação", exact: true });
    expect(await menu.isVisible()).toBe(true);

    const watching = await page.context().newPage();
    await watching.goto(`/campaigns/${campaignId}`);
    await watching.getByText("Ao vivo").waitFor();
    await page.goto("/campaigns/new", { waitUntil: "networkidle" });
    await system.kill("api");
    // Nobody is told that figures are refreshed when none come.
    await watching.getByText("Não conseguimos falar com o servidor.").waitFor();
    // By a click, by a new load, and while a form is open.
    await page.getByLabel("Nome da campanha").fill("Sem servidor");
    await page.getByText("Não foi salvo").waitFor();
    await page.goto(`/campaigns/${campaignId}`);
    await page.getByRole("heading", { name: "Algo deu errado" }).waitFor();
    await page.getByText("Não conseguimos falar com o servidor.").waitFor();
    expect(await menu.isVisible()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await menu.getByRole("link", { name: "WhatsApp" }).click();
    await page.waitForURL(/campaigns$/);
    await page.getByText("Não conseguimos falar com o servidor.").waitFor();
    expect(await menu.isVisible()).toBe(true);

    await system.start("api");
    await page.goto("/campaigns");
    await page.getByRole("link", { name: "Cobrança de João" }).waitFor();
    await watching.getByText("Ao vivo").waitFor({ timeout: 60_000 });
    await watching.close();
    surfing.complaints.splice(0);
  });

  /** Pages that follow a campaign are never idle; toasts come once a page's scripts run. */
  async function openLive(path: string): Promise<void> {
    await page.goto(path);
    await page.locator("section[aria-live=polite]").first().waitFor({ state: "attached" });
  }
});

/** In the page: the texts of fields that do not fit into them. */
function cutShort(): string[] {
  const pen = document.createElement("canvas").getContext("2d");
  const fits = (field: Element, text: string) => {
    const { font, paddingLeft, paddingRight } = getComputedStyle(field);
    if (pen) pen.font = font;
    const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    return (pen?.measureText(text).width ?? 0) <= room;
  };
  const fields = [...document.querySelectorAll<HTMLInputElement>("main input[placeholder]")]
    .filter((field) => !fits(field, field.placeholder))
    .map((field) => field.placeholder);
  const choices = [...document.querySelectorAll("main button.input > span:first-child")]
    .filter((label) => label.scrollWidth > label.clientWidth)
    .map((label) => label.textContent ?? "");
  return [...fields, ...choices];
}
