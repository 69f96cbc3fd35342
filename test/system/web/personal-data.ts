import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "../support/browser.ts";
import type { System } from "../support/system.ts";

/** What an office does when a person asks what it holds of them, and then to be forgotten. */
export const personalDataScreens = (systemOf: () => System) =>
  describe("a person's data, on screen", () => {
    let surfing: Surfing;
    let page: Page;
    /** Refused by the API, as a step wants it. */
    let refusals: string[] = [];

    beforeAll(async () => {
      surfing = await surf(systemOf().webUrl);
      page = surfing.page;
      await signIn(page, systemOf().accessOf("personal").login);
    });
    afterAll(() => surfing?.close());
    afterEach(async ({ task }) => {
      await lookAfter(surfing, systemOf(), task, refusals);
      refusals = [];
    });

    it("is one document, to be printed and downloaded", async () => {
      const { id } = await systemOf()
        .accessOf("personal")
        .api(z.object({ id: z.string() }), "POST", "/v1/contacts", {
          name: "Zuleide Quitéria",
          phone: "11987650123",
          optIn: { source: "ficha na loja" },
        });
      await page.goto(`/contacts/${id}`, { waitUntil: "networkidle" });
      await page.getByRole("link", { name: "Dados pessoais" }).click();
      await page.getByRole("button", { name: "Imprimir" }).waitFor();
      for (const held of ["+55 11 98765-0123", "ficha na loja", "Cadastro criado"])
        await page.getByText(held).first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      const downloading = page.waitForEvent("download");
      await page.getByRole("link", { name: "Baixar JSON" }).click();
      expect((await downloading).suggestedFilename()).toBe(`${id}.json`);
    });

    it("is erased only once the name was typed, and the screen says what was found and what stays", async () => {
      await page.getByRole("button", { name: "Apagar dados" }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText("Ficam os totais das campanhas").waitFor();
      const confirm = dialog.getByRole("button", { name: "Apagar dados" });
      expect(await confirm.isDisabled()).toBe(true);
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByLabel("Para confirmar").fill("zuleide quitéria");
      await confirm.click();
      await page.waitForURL(/\/erasures\/era_/);
      await page.getByText("Nada mais identifica a pessoa.").waitFor();
      expect(await page.locator("main").textContent()).not.toContain("Zuleide");
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Exclusões de dados" }).first().click();
      await page.getByRole("link", { name: /202\d/ }).first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it("does not come back by hand: the form says why", async () => {
      refusals = ["422"];
      await page.goto("/contacts/new", { waitUntil: "networkidle" });
      await page.getByLabel("Telefone").fill("(11) 98765-0123");
      await page.getByRole("button", { name: "Salvar contato" }).click();
      await page.getByText("foram apagados a pedido dela").waitFor();
    });
  });
