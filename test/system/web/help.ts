import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "../support/browser.ts";
import type { System } from "../support/system.ts";

const SMALL = { width: 390, height: 844 };
const WIDE = { width: 1440, height: 900 };
const PAGES = [
  "primeiros-passos",
  "importar-pessoas",
  "publicos-e-segmentos",
  "contatos-e-consentimento",
  "atendimentos",
  "criar-uma-campanha",
  "acompanhar-e-reenviar",
  "problemas-comuns",
];

export const helpScreens = (systemOf: () => System) =>
  describe("the first steps and the help", () => {
    let surfing: Surfing;
    let page: Page;

    beforeAll(async () => {
      surfing = await surf(systemOf().webUrl);
      page = surfing.page;
    });
    afterAll(() => surfing?.close());
    afterEach(({ task }) => lookAfter(surfing, systemOf(), task));

    const scrollsSideways = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

    it("the help is read without signing in, in both languages, and nothing of it is in anybody's way", async () => {
      await page.goto("/ajuda", { waitUntil: "networkidle" });
      await page.getByRole("heading", { name: "Ajuda", level: 1 }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      for (const name of PAGES) {
        await page.goto(`/ajuda/${name}`, { waitUntil: "networkidle" });
        await page.locator("article h2").first().waitFor();
        expect(await seriousViolations(page), name).toEqual([]);
        await page.setViewportSize(SMALL);
        expect(await scrollsSideways(), name).toBe(false);
        await page.setViewportSize(WIDE);
      }
      await page.getByRole("button", { name: "English" }).click();
      await page.getByRole("heading", { name: "Common problems" }).waitFor();
      await page.getByRole("button", { name: "Português" }).click();
      await page.getByRole("heading", { name: "Problemas comuns" }).waitFor();
      await page.getByRole("link", { name: "Entrar" }).click();
      await page.waitForURL(/\/login\?next=%2Fajuda%2Fproblemas-comuns$/);
    });

    it("its search finds headings whatever their accents, and leads to the place", async () => {
      await page.goto("/ajuda", { waitUntil: "networkidle" });
      await page.getByRole("searchbox", { name: "Buscar na ajuda" }).fill("saldo inexistente");
      await page.getByText("Nada encontrado na ajuda").waitFor();
      await page.getByRole("searchbox", { name: "Buscar na ajuda" }).fill("131026");
      await page.getByRole("link", { name: /^131026: / }).waitFor();
      await page.getByRole("searchbox", { name: "Buscar na ajuda" }).fill("bloqueios");
      await page.waitForURL(/\?q=bloqueios$/);
      await page.getByRole("link", { name: "Bloqueios", exact: true }).click();
      await page.waitForURL(/\/ajuda\/contatos-e-consentimento#bloqueios$/);
      const heading = page.getByRole("heading", { name: "Bloqueios", exact: true });
      await expect.poll(async () => (await heading.boundingBox())?.y ?? -1).toBeLessThan(WIDE.height / 2);
    });

    it("an empty tenant is shown its first steps, each done from the moment that it is", async () => {
      await signIn(page, systemOf().accessOf("help").login);
      const card = page.getByRole("region", { name: "Primeiros passos" });
      await card.getByText("0 de 5").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.setViewportSize(SMALL);
      expect(await scrollsSideways()).toBe(false);
      await page.setViewportSize(WIDE);
      await card.getByRole("link", { name: "Criar segmento" }).click();
      await page.waitForURL(/\/segments$/);
      const call = {
        Authorization: `Bearer ${systemOf().accessOf("help").apiKey}`,
        "Content-Type": "application/json",
      };
      await fetch(`${systemOf().apiUrl}/v1/segments`, { method: "POST", headers: call, body: '{"name":"Cobrança"}' });
      await page
        .getByRole("navigation", { name: "Navegação", exact: true })
        .getByRole("link", { name: "WhatsApp" })
        .click();
      await card.getByText("1 de 5").waitFor();
      expect(await card.getByRole("link", { name: "Criar segmento" }).count()).toBe(0);
      await card.getByRole("link", { name: "Como fazer" }).first().click();
      await page.waitForURL(/\/ajuda\/primeiros-passos#linha$/);
      await page.getByRole("heading", { name: "2. Cadastre as linhas" }).waitFor();
    });

    it("they can be hidden by keyboard, come back from the menu, and are gone once a campaign was completed", async () => {
      await page.goto("/campaigns", { waitUntil: "networkidle" });
      const card = page.getByRole("region", { name: "Primeiros passos" });
      const hide = card.getByRole("button", { name: "Ocultar" });
      await hide.focus();
      await page.keyboard.press("Enter");
      await card.waitFor({ state: "detached" });
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
      await page.reload({ waitUntil: "networkidle" });
      expect(await card.count()).toBe(0);
      await page.getByRole("button", { name: /Marina/ }).click();
      await page.getByRole("menuitem", { name: "Primeiros passos" }).click();
      await card.waitFor();

      await page.context().clearCookies({ name: "first-steps" });
      await page.reload({ waitUntil: "networkidle" });
      await card.waitFor();
      await systemOf().executeSql(
        `insert into campaigns (id, tenant_id, name, variables, sender, in_service, status, created_by, created_at, updated_at)
       select 'cmp_done', id, 'Antiga', '{}', '{"mode":"prospect"}', '{"mode":"include"}', 'completed', 'test', 1, 1 from tenants where name = 'help'`,
      );
      await page.reload({ waitUntil: "networkidle" });
      await page.getByRole("heading", { name: "Campanhas de WhatsApp" }).waitFor();
      expect(await card.count()).toBe(0);
    });

    it("a screen's header leads to what the help says of it", async () => {
      await page.goto("/attendances", { waitUntil: "networkidle" });
      await page.getByRole("link", { name: "Ajuda sobre esta tela" }).click();
      await page.waitForURL(/\/ajuda\/atendimentos$/);
      await page.getByRole("navigation", { name: "Nesta página" }).getByRole("link", { name: "Como termina" }).click();
      await page.waitForURL(/#termina$/);
    });
  });
