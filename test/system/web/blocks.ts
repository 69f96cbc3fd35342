import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import * as answers from "../support/answers.ts";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "../support/browser.ts";
import type { System } from "../support/system.ts";

/** As Maestro writes it: one row of use, one that is none, one that is there already. */
const LIST = [
  "TIPO_BLOQUEIO;CPF_CNPJ;DATA_SOLICITACAO;DATA_EXPIRACAO;NUCONTRATOGESTAO;NUMERO;EMAIL;MOTIVO",
  "1;;01/11/2026;;CT-42;11987650002;;Pediu por carta",
  "1;;;;CT-43;;ana@example.com;",
  "1;;;;;11987650001;;De novo",
].join("\r\n");
const blocks = answers.listOf(
  z.object({ phone: z.string().nullable(), reason: z.string(), until: z.string().nullable() }),
);

/** Who must not be written to, and by which words people say so, on screen. */
export const blockScreens = (systemOf: () => System) =>
  describe("the screens of blocks and of words", () => {
    let surfing: Surfing;
    let page: Page;

    beforeAll(async () => {
      surfing = await surf(systemOf().webUrl);
      page = surfing.page;
      await signIn(page, systemOf().accessOf("blocks").login);
    });
    afterAll(() => surfing?.close());
    afterEach(({ task }) => lookAfter(surfing, systemOf(), task));

    it("lead from no block to one by hand, told while typing what each key is read as, and to its end", async () => {
      const menu = page.getByRole("navigation", { name: "Navegação", exact: true });
      await menu.getByRole("link", { name: "Bloqueios" }).click();
      await page.getByText("Nenhum bloqueio", { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);

      await page.getByRole("button", { name: "Novo bloqueio" }).first().click();
      const form = page.getByRole("dialog", { name: "Novo bloqueio" });
      await form.getByRole("button", { name: "Bloquear" }).click();
      await form.getByText("Preencha o telefone, o documento ou o id de usuário.").waitFor();
      await form.getByText("Diga o motivo.").waitFor();
      await form.getByLabel("Telefone").fill("1198765");
      await form.getByLabel("CPF ou CNPJ").fill("111.444.777-35");
      await form.getByText("Faltam dígitos. Escreva o número com DDD.").waitFor();
      await form.getByText("Lido como 111.444.777-35").waitFor();
      await form.getByLabel("Telefone").fill("11987650001");
      await form.getByText("Lido como +55 11 98765-0001").waitFor();
      await form.getByLabel("Motivo").fill("Pediu por telefone");
      expect(await seriousViolations(page)).toEqual([]);
      await form.getByRole("button", { name: "Bloquear" }).click();
      await form.waitFor({ state: "hidden" });
      await page.getByText("+55 11 98765-0001", { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);

      // By the day it lasts, whatever the browser's own clock says.
      await page.getByRole("button", { name: "Editar o bloqueio de +55 11 98765-0001" }).click();
      const change = page.getByRole("dialog", { name: "Editar bloqueio" });
      await change.getByLabel("Tem data para terminar").click();
      await change.getByLabel("Último dia").fill("31/12/2099");
      await change.getByRole("button", { name: "Salvar" }).click();
      await page.getByText("Até 31 dez. 2099").waitFor();
      const { data } = await systemOf().accessOf("blocks").api(blocks, "GET", "/v1/blocks");
      expect(data).toEqual([
        { phone: "+5511987650001", reason: "Pediu por telefone", until: "2100-01-01T03:00:00.000Z" },
      ]);
    });

    it("import a list, tell what became of each row, and give back the rows that were left out", async () => {
      await page.getByRole("link", { name: "Importar lista" }).click();
      await page.waitForURL(/\/blocks\/import$/, { waitUntil: "networkidle" });
      const file = { name: "bloqueio.csv", mimeType: "text/csv", buffer: Buffer.from(LIST, "utf8") };
      await page.locator("#file").setInputFiles(file);
      await page.getByText("O arquivo tem 3 linhas. 2 viram bloqueio.").waitFor();
      await page.getByText("Só tem e-mail, e no WhatsApp ninguém é achado por ele: 1").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Importar lista" }).click();
      await page.getByRole("heading", { name: "Lista importada" }).waitFor();
      const figures = Object.fromEntries(
        await page
          .locator("main dl > div")
          .evaluateAll((boxes) => boxes.map((box) => [...box.children].map((part) => part.textContent ?? ""))),
      );
      expect(figures).toEqual({
        "Linhas lidas": "3",
        Novos: "2",
        "Com fim adiado": "0",
        "Já bloqueados": "0",
        Rejeitadas: "1",
      });
      expect(await seriousViolations(page)).toEqual([]);
      const waiting = page.waitForEvent("download");
      await page.getByRole("link", { name: "Baixar rejeitadas" }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe("bloqueio-rejeitadas.csv");
      expect(readFileSync(await download.path(), "utf8")).toContain("CT-43;;ana@example.com;;3;Só tem e-mail");
    });

    it("find a block by its number, filter them by the address, and lift several at once", async () => {
      await page.goto("/blocks?active=true", { waitUntil: "networkidle" });
      await page.getByLabel("Telefone, CPF ou CNPJ inteiro").fill("+55 11 98765-0002");
      await page.waitForURL(/q=/);
      await page.getByText("De novo").waitFor({ state: "hidden" });
      await page.getByText("Pediu por carta").waitFor();
      await page.goto("/blocks", { waitUntil: "networkidle" });
      await page.getByLabel("Escolher todos desta página").click();
      await page.getByRole("button", { name: "Liberar 3 escolhidos" }).click();
      const dialog = page.getByRole("alertdialog", { name: "Liberar 3 bloqueios?" });
      await dialog.getByRole("button", { name: "Liberar" }).click();
      await page.getByText("Nenhum bloqueio", { exact: true }).waitFor();
      expect((await systemOf().accessOf("blocks").api(blocks, "GET", "/v1/blocks")).data).toEqual([]);
    });

    it("set the words by which people leave, and show what a message would do before they are saved", async () => {
      await page.goto("/settings", { waitUntil: "networkidle" });
      const words = page.getByRole("region", { name: "Palavras de opt-out e opt-in" });
      const trial = words.getByLabel("Testar uma mensagem");
      await trial.fill("Descadastrar!");
      await words.getByText("Não muda nada").waitFor();
      await words.getByLabel("Palavras que fazem opt-out").fill("DESCADASTRAR");
      await words.getByLabel("Palavras que fazem opt-out").press("Enter");
      await words.getByText("Faz opt-out").waitFor();
      await words.getByLabel("Palavras que fazem opt-in").fill("Sim");
      await words.getByLabel("Palavras que fazem opt-in").press("Enter");
      await words.getByText("Comum demais: Sim").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Salvar" }).click();
      await page.getByText("Configurações salvas").waitFor();
      const { settings } = await systemOf().accessOf("blocks").api(answers.tenant, "GET", "/v1/tenant");
      expect(settings).toEqual({
        optOutWords: ["SAIR", "PARAR", "CANCELAR", "STOP", "DESCADASTRAR"],
        optInWords: ["Sim"],
      });
    });
  });
