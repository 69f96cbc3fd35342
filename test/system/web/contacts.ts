import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "../support/browser.ts";
import type { System } from "../support/system.ts";

/** One person, from being unknown to being gone, by hand alone. */
export const contactScreens = (systemOf: () => System) =>
  describe("the people of a tenant, on screen", () => {
    let surfing: Surfing;
    let page: Page;
    /** Refused by the API, as each of these steps wants it. */
    let refusals: string[] = [];

    beforeAll(async () => {
      surfing = await surf(systemOf().webUrl);
      page = surfing.page;
      await signIn(page, systemOf().accessOf("contacts").login);
    });
    afterAll(() => surfing?.close());
    afterEach(async ({ task }) => {
      await lookAfter(surfing, systemOf(), task, refusals);
      refusals = [];
    });

    it("begin with a list that leads to an import, and to one person by hand", async () => {
      await page.getByRole("link", { name: "Contatos" }).click();
      await page.getByText("Nenhum contato ainda").waitFor();
      expect(await page.getByRole("link", { name: "Importar um público" }).getAttribute("href")).toBe("/audiences");
      await page.getByRole("link", { name: "Novo contato" }).first().click();
      await page.getByRole("heading", { name: "Novo contato" }).waitFor();
    });

    it("are kept with the consent that was given, once what the API refused is corrected at its field", async () => {
      refusals = ["422"];
      await page.getByLabel("Nome completo").fill("Ana Souza");
      await page.getByLabel("Telefone").fill("96123-4567");
      await page.getByLabel("CPF ou CNPJ").fill("529.982.247-25");
      await page.getByRole("combobox", { name: "Hashtags" }).fill("vip");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Adicionar atributo" }).click();
      await page.getByLabel("Nome do atributo").fill("Cidade");
      await page.getByLabel("Valor de Cidade").fill("Recife");
      await page.getByRole("switch", { name: "A pessoa concordou em receber mensagens" }).click();
      await page.getByRole("button", { name: "Salvar contato" }).click();
      await page.getByText("Diga como a pessoa concordou.").waitFor();
      await page.getByLabel("Como a pessoa concordou").fill("ficha na loja");
      await page.getByRole("button", { name: "Salvar contato" }).click();
      await page.getByText("Falta o DDD, ou ele não existe.").waitFor();
      expect(await page.getByLabel("Telefone").getAttribute("aria-invalid")).toBe("true");
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByLabel("Telefone").fill("(11) 96123-4567");
      await page.getByRole("button", { name: "Salvar contato" }).click();
      await page.getByRole("heading", { name: "Ana Souza" }).waitFor();
      for (const held of ["+55 11 96123-4567", "529.982.247-25", "#vip", "Recife"])
        await page.getByText(held, { exact: true }).first().waitFor();
      await page.getByText("ficha na loja").first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it("take consent back and give it again, and the history tells both", async () => {
      await page.getByRole("button", { name: "Registrar opt-out" }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText("nem as que estão em andamento").waitFor();
      await dialog.getByLabel("Motivo").fill("pediu por telefone");
      await dialog.getByRole("button", { name: "Registrar opt-out" }).click();
      await dialog.waitFor({ state: "hidden" });
      const history = page.getByRole("heading", { name: "Histórico" }).locator("xpath=following-sibling::ol/li");
      await history.filter({ hasText: "Equipe · pediu por telefone" }).waitFor();

      await page.getByRole("button", { name: "Registrar opt-in" }).click();
      await dialog.getByRole("button", { name: "Registrar opt-in" }).click();
      // Without a word of how, nothing is sent and the dialog stays.
      await dialog.getByText("Diga como a pessoa concordou.").waitFor();
      await dialog.getByLabel("Como a pessoa concordou").fill("ligação gravada");
      await dialog.getByRole("button", { name: "Registrar opt-in" }).click();
      await dialog.waitFor({ state: "hidden" });
      await history.filter({ hasText: "ligação gravada" }).waitFor();
      expect(await history.count()).toBe(3);
    });

    it("are edited, with what was not touched left alone", async () => {
      await page.getByRole("link", { name: "Editar" }).click();
      await page.getByLabel("E-mail").fill("ana@example.com");
      const sent = page.waitForRequest((request) => request.method() === "PATCH");
      await page.getByRole("button", { name: "Salvar", exact: true }).click();
      expect((await sent).postDataJSON()).toEqual({ email: "ana@example.com" });
      await page.getByText("ana@example.com").waitFor();
    });

    it("are found by what is written of them, and the address keeps the search", async () => {
      await page.goto("/contacts", { waitUntil: "networkidle" });
      const search = page.getByRole("searchbox");
      await search.fill("ninguém");
      await page.getByText("Ninguém encontrado").waitFor();
      await search.fill("529.982.247-25");
      await page.getByRole("row", { name: /Ana Souza.*Com opt-in.*#vip/ }).waitFor();
      expect(new URL(page.url()).searchParams.get("q")).toBe("529.982.247-25");
      expect(await seriousViolations(page)).toEqual([]);
    });

    it("are served, by a number that need not be a contact, until somebody ends one or several", async () => {
      refusals = ["422"];
      await page.goto("/attendances", { waitUntil: "networkidle" });
      await page.getByText("Ninguém em atendimento agora").waitFor();
      const dialog = page.getByRole("alertdialog");
      const openFor = async (phone: string) => {
        await page.getByRole("button", { name: "Abrir atendimento" }).first().click();
        await dialog.getByLabel("Telefone").fill(phone);
        await dialog.getByRole("button", { name: "Abrir atendimento" }).click();
      };
      await openFor("123");
      await dialog.getByText("Faltam dígitos").waitFor();
      await dialog.getByLabel("Telefone").fill("11 96123-4567");
      await dialog.getByRole("button", { name: "Abrir atendimento" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("row", { name: /Ana Souza.*Em aberto.*Operação/ }).waitFor();
      await openFor("(21) 99876-5432");
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("row", { name: /\+55 21 99876-5432.*Não é um contato/ }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);

      await page.getByRole("searchbox").fill("21998765432");
      await page.getByRole("row", { name: /Ana Souza/ }).waitFor({ state: "detached" });
      await page.getByRole("searchbox").fill("");
      await page.getByRole("row", { name: /Ana Souza/ }).waitFor();
      await page.getByRole("checkbox", { name: "Escolher todos desta página" }).click();
      await page.getByRole("button", { name: "Encerrar 2 escolhidos" }).click();
      await dialog.getByRole("button", { name: "Encerrar" }).click();
      await page.getByText("Ninguém em atendimento agora").waitFor();
    });

    it("are deleted after a word on what that does, and then are in no list", async () => {
      await page.goto("/contacts", { waitUntil: "networkidle" });
      await page.getByRole("link", { name: "Ana Souza" }).click();
      await page.getByRole("button", { name: "Excluir" }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText("campanhas em andamento não enviam mais nada a ela").waitFor();
      await dialog.getByRole("button", { name: "Excluir" }).click();
      await page.getByText("Nenhum contato ainda").waitFor();
    });
  });
