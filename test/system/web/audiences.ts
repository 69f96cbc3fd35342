import { readFileSync } from "node:fs";
import { writeXlsx } from "hucre/xlsx";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { excelWorkbook } from "../../support/excel-workbook.ts";
import * as answers from "../support/answers.ts";
import { lookAfter, type Surfing, seriousViolations, signIn, surf } from "../support/browser.ts";
import type { System } from "../support/system.ts";
import { until } from "../support/until.ts";

/** As an office exports it: no column bears a name of ours, and two rows are of no use. */
const FILE = [
  "Titular;Zap;Aceita;Carteira",
  "João Conceição;(11) 91234-5678;Sim;Ouro",
  "Ana Souza;11 91234-5679;Sim;Prata",
  "Bia Lima;11912345680;talvez;Ouro",
  "Sem Número;;Sim;Ouro",
  "Curto;123;Sim;Prata",
].join("\r\n");
const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text, "utf8") });

const audiences = answers.listOf(z.object({ id: z.string(), name: z.string(), contactCount: z.int().nullable() }));

/** From a tenant without anything to people whom a campaign can be sent to, by what the screens offer. */
export const audienceScreens = (systemOf: () => System) =>
  describe("the screens of audiences and segments", () => {
    let surfing: Surfing;
    let page: Page;

    beforeAll(async () => {
      surfing = await surf(systemOf().webUrl);
      page = surfing.page;
      await signIn(page, systemOf().accessOf("audiences").login);
    });
    afterAll(() => surfing?.close());
    afterEach(({ task }) => lookAfter(surfing, systemOf(), task));

    /** Chooses the legal basis of a checked file. */
    async function choose(basis: string, reason?: string) {
      await page.getByLabel("Base legal").click();
      await page.getByRole("option", { name: basis, exact: true }).click();
      if (reason) await page.getByLabel("Por que importar sem base legal?").fill(reason);
    }
    /** Has a checked file imported. */
    async function begin(basis: string, reason?: string) {
      await choose(basis, reason);
      await page.getByRole("button", { name: "Importar", exact: true }).click();
    }

    it("lead from an empty tenant over a file of foreign columns to an audience in a campaign", async () => {
      const menu = page.getByRole("navigation", { name: "Navegação", exact: true });
      await menu.getByRole("link", { name: "Públicos" }).click();
      await page.getByText("Nenhum público ainda").waitFor();
      await page.getByRole("link", { name: "Criar público" }).first().click();
      await page.waitForURL(/\/audiences\/new$/, { waitUntil: "networkidle" });

      // Where there is no segment, one is made on the way.
      await page.getByLabel("Nome do segmento").fill("Cobrança");
      await page.locator("#file").setInputFiles(csv("Clientes de novembro.csv", FILE));
      await page.getByText("Nenhuma coluna tem telefones").waitFor();
      expect(await page.getByLabel("Nome do público").inputValue()).toBe("Clientes de novembro");
      expect(await seriousViolations(page)).toEqual([]);
      for (const [column, meaning] of [
        ["Zap", "Telefone"],
        ["Titular", "Nome completo"],
        ["Aceita", "Opt-in (sim ou não)"],
        ["Carteira", "Não importar"],
      ] as const) {
        await page.getByLabel(`A coluna ${column} é`).click();
        await page.getByRole("option", { name: meaning, exact: true }).click();
      }
      await page.getByText("O arquivo tem 5 linhas. 3 podem ser importadas.").waitFor();
      await page.getByText("Telefone curto demais: 1").waitFor();
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();

      await page.getByRole("heading", { name: /^Importação de/ }).waitFor();
      await page.getByText("Arquivo conferido: nada foi gravado ainda").waitFor();
      await page.getByRole("row", { name: /João Conceição/ }).waitFor();
      await page.getByRole("row", { name: /Sem Número.*Telefone em branco/ }).waitFor();
      expect(
        (await systemOf().accessOf("audiences").api(answers.listOf(z.unknown()), "GET", "/v1/contacts")).data,
      ).toEqual([]);
      expect(await seriousViolations(page)).toEqual([]);
      // Nobody is imported without a word on why their data may be used.
      await page.getByRole("button", { name: "Importar", exact: true }).click();
      await page.getByText("Escolha uma base legal").waitFor();
      await begin("Não sei, ou não possuo base legal", "lista antiga");
      await page.getByText("O público tem agora 3 contatos.").waitFor();
      const figures = Object.fromEntries(
        await page
          .locator("main dl > div")
          .evaluateAll((boxes) => boxes.map((box) => [...box.children].map((part) => part.textContent ?? ""))),
      );
      expect(figures).toEqual({
        "Linhas lidas": "5",
        Novos: "3",
        Atualizados: "0",
        Rejeitadas: "2",
        "Com avisos": "1",
        Modo: "Acrescentar",
        "Base legal": "Não sei, ou não possuo base legal",
        Motivo: "lista antiga",
      });
      await page.getByRole("row", { name: /Telefone em branco.*1.*5/ }).waitFor();
      await page.getByRole("row", { name: /Opt-in não entendido.*1.*4/ }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);

      const coming = page.waitForEvent("download");
      await page.getByRole("link", { name: "Baixar rejeitadas" }).click();
      const rejects = readFileSync(await (await coming).path(), "utf8");
      expect(rejects).toContain("Titular;Zap;Aceita;Carteira;Linha;Motivo");
      expect(rejects).toContain("Curto;123;Sim;Prata;6;");

      await page.getByRole("link", { name: "Ver público" }).click();
      await page.getByRole("definition").getByText("3", { exact: true }).waitFor();
      await menu.getByRole("link", { name: "Públicos" }).click();
      await page.getByRole("row", { name: /Clientes de novembro.*Cobrança.*3/ }).waitFor();
      await page.getByRole("link", { name: "Clientes de novembro" }).click();
      await page.getByRole("link", { name: "Usar em campanha" }).click();
      await page.getByLabel("Nome da campanha").fill("Clientes de novembro");
      await page.waitForURL(/\/campaigns\/new\?id=/);
      await until("the campaign has the audience", async () => {
        const chosen = await page.getByLabel("Público", { exact: true }).textContent();
        return chosen?.includes("Clientes de novembro") === true;
      });
      const { data } = await systemOf()
        .accessOf("audiences")
        .api(answers.listOf(z.object({ attributes: z.record(z.string(), z.string()) })), "GET", "/v1/contacts");
      expect(data.flatMap(({ attributes }) => Object.keys(attributes))).not.toContain("Carteira");
    });

    it("name what uses a segment or an audience that is to be deleted, and delete neither", async () => {
      await page.goto("/segments", { waitUntil: "networkidle" });
      await page.getByRole("button", { name: "Excluir Cobrança" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Excluir segmento" }).click();
      await page.getByText("O segmento Cobrança está em uso").waitFor();
      await page.getByRole("link", { name: "Público Clientes de novembro" }).click();
      await page.getByRole("heading", { name: "Clientes de novembro" }).waitFor();
      await page.getByRole("button", { name: "Excluir", exact: true }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Excluir público" }).click();
      await page.getByRole("alert").getByRole("link", { name: "Campanha Clientes de novembro (Rascunho)" }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(surfing.complaints.splice(0).every((complaint) => /409/.test(complaint))).toBe(true);
    });

    it("make, rename and delete a segment by keyboard alone, and say when its name is taken", async () => {
      await page.goto("/segments", { waitUntil: "networkidle" });
      await page.getByRole("button", { name: "Criar segmento" }).focus();
      await page.keyboard.press("Enter");
      const sheet = page.getByRole("dialog");
      await sheet.getByLabel("Nome do segmento").waitFor();
      await page.keyboard.type("Cobrança");
      await page.keyboard.press("Enter");
      await sheet.getByText("Já existe um segmento com este nome.").waitFor();
      await page.keyboard.press("Control+A");
      await page.keyboard.type("Vendas");
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: /Vendas/ }).waitFor();
      await until("the button that asked has the focus again", () =>
        page.evaluate(() => document.activeElement?.textContent?.includes("Criar segmento") === true),
      );

      await page.getByRole("button", { name: "Renomear Vendas" }).focus();
      await page.keyboard.press("Enter");
      await sheet.getByLabel("Nome do segmento").waitFor();
      await page.keyboard.press("Control+A");
      await page.keyboard.type("Retenção");
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: /Retenção/ }).waitFor();
      await sheet.waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Excluir Retenção" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("alertdialog").getByRole("button", { name: "Excluir segmento" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: /Retenção/ }).waitFor({ state: "detached" });
      expect(surfing.complaints.splice(0).every((complaint) => /409/.test(complaint))).toBe(true);
    });

    it("send a file that did not arrive once more, into the same audience", async () => {
      await page.goto("/audiences/new", { waitUntil: "networkidle" });
      await page.getByLabel("Nome do público").fill("Enviado duas vezes");
      await page.locator("#file").setInputFiles(csv("lista.csv", "Nome;Telefone\nJosé;11912345681"));
      await page.getByText("O arquivo tem 1 linha. 1 pode ser importada.").waitFor();
      await page.route("**/imports?*", (route) => route.abort("connectionreset"), { times: 1 });
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();
      await page.getByText("Não conseguimos falar com o servidor.").first().waitFor();
      surfing.complaints.splice(0);
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();
      await begin("Contrato pré-existente");
      await page.getByText("O público tem agora 1 contato.").waitFor();
      await page.getByText("ninguém ganhou consentimento").waitFor();
      const { data } = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences?q=duas");
      expect(data).toEqual([expect.objectContaining({ name: "Enviado duas vezes", contactCount: 1 })]);
    });

    it("take a workbook of Excel like any list, and say of a damaged one what to do before anything is sent", async () => {
      await page.goto("/audiences/new", { waitUntil: "networkidle" });
      await page.getByLabel("Nome do público").fill("Planilha");
      const workbook = (buffer: Buffer) => ({ name: "lista.xlsx", mimeType: "application/octet-stream", buffer });
      await page.locator("#file").setInputFiles(workbook(Buffer.from("PK\x03\x04\x14\x00")));
      await page.getByText("Abra, salve como XLSX ou CSV e importe de novo.").waitFor();
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();
      await page.getByText("Corrija os campos destacados.").waitFor();
      const none = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences?q=planilha");
      expect(none.data).toEqual([]);
      await page.locator("#file").setInputFiles(workbook(Buffer.from(excelWorkbook())));
      await page.getByText("O arquivo tem 3 linhas. 2 podem ser importadas.").waitFor();
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();
      await begin("Consentimento");
      await page.getByText("O público tem agora 2 contatos.").waitFor();
    });

    it("replace an audience only after saying how many people are in it, and know the file's columns again", async () => {
      const { data } = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences?q=novembro");
      await page.goto(`/audiences/${data[0]?.id}/import`, { waitUntil: "networkidle" });
      await page.locator("#file").setInputFiles(csv("dezembro.csv", FILE.split("\r\n").slice(0, 3).join("\r\n")));
      await page.getByText("Vieram as escolhas da última vez").waitFor();
      await page.getByText("O arquivo tem 2 linhas. 2 podem ser importadas.").waitFor();
      await page.getByRole("button", { name: "Conferir arquivo" }).click();
      await page.getByText("Arquivo conferido").waitFor();
      await page.getByRole("radio", { name: /^Substituir/ }).click();
      await choose("Consentimento");
      await page.getByRole("button", { name: "Substituir público" }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText("Ele tem hoje 3 pessoas.").waitFor();
      await dialog.getByText("Pelo menos 1 pessoa sai.").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Substituir público" }).click();
      await page.getByText("O público tem agora 2 contatos.").waitFor();
    });

    it("forget a checked file that is discarded, and change nobody by it", async () => {
      const { data } = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences?q=novembro");
      await page.goto(`/audiences/${data[0]?.id}/import`, { waitUntil: "networkidle" });
      await page.locator("#file").setInputFiles(csv("janeiro.csv", "Nome;Telefone\nNovo;11912349999"));
      await page.getByRole("button", { name: "Conferir arquivo" }).click();
      await page.getByText("Arquivo conferido").waitFor();
      await page.getByRole("button", { name: "Descartar" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Descartar" }).click();
      await page.getByRole("row", { name: /Cancelada/ }).waitFor();
      const found = await systemOf()
        .accessOf("audiences")
        .api(answers.listOf(z.unknown()), "GET", "/v1/contacts?q=11912349999");
      expect(found.data).toEqual([]);
    });

    it("show the sheet with the people of a workbook, offer the others, and import the one that is shown", async () => {
      const list = (name: string, ...phones: string[]) => ({
        name,
        rows: [[`Clientes ${name}`], [], ["Nome", "Telefone"], ...phones.map((phone) => ["Ana", phone]), ["Total", 9]],
      });
      const sheets = [
        { name: "Capa", rows: [["Novembro"]] },
        list("Sul", "11912345682"),
        list("Norte", "11912345683", "11912345684"),
      ];
      const buffer = Buffer.from(await writeXlsx({ sheets }));
      await page.goto("/audiences/new", { waitUntil: "networkidle" });
      await page.getByLabel("Nome do público").fill("Duas abas");
      await page.locator("#file").setInputFiles({ name: "abas.xlsx", mimeType: "application/octet-stream", buffer });
      await page.getByText("O arquivo tem 1 linha. 1 pode ser importada.").waitFor();
      await page.getByText("Linha no arquivo: 5.").waitFor();
      await page.getByLabel("Aba da planilha").click();
      await page.getByRole("option", { name: "Capa", exact: true }).click();
      await page.getByText("Nenhuma coluna tem telefones").waitFor();
      await page.getByLabel("Aba da planilha").click();
      await page.getByRole("option", { name: "Norte", exact: true }).click();
      await page.getByText("O arquivo tem 2 linhas. 2 podem ser importadas.").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Criar público e conferir arquivo" }).click();
      await begin("Consentimento");
      await page.getByText("O público tem agora 2 contatos.").waitFor();
      await page.getByText("Aba lida: Norte. Ficaram de fora: Capa, Sul.").waitFor();
      await page.getByText("Linha no arquivo: 6.").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it("make a dynamic audience of conditions, which are counted while they are chosen and stand in words on its page", async () => {
      await page.goto("/audiences/new", { waitUntil: "networkidle" });
      await page.getByLabel("Nome do público").fill("Ouro sem e-mail");
      await page.getByLabel("Segmento", { exact: true }).click();
      await page.getByRole("option", { name: "Cobrança", exact: true }).click();
      await page.getByRole("radio", { name: /Dinâmico/ }).click();
      await page.getByLabel("Sobre: Hashtags").click();
      await page.getByRole("option", { name: "E-mail", exact: true }).click();
      await page.getByLabel("Condição: cadastrado").click();
      await page.getByRole("option", { name: "não cadastrado", exact: true }).click();
      await page.getByText(/^\d+ de \d+ pessoas$/).waitFor();
      await page.getByRole("button", { name: "Adicionar condição" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Criar público" }).click();
      await page.getByText("Falta dizer o valor.").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Remover condição: Hashtags" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Criar público" }).click();

      await page.getByRole("heading", { name: "Ouro sem e-mail" }).waitFor();
      await page.getByRole("listitem").getByText("Não tem e-mail").waitFor();
      await page.getByText(/^\d+ de \d+ pessoas$/).waitFor();
      expect(await page.getByRole("link", { name: "Importar arquivo" }).count()).toBe(0);
      await page.getByRole("link", { name: "Editar condições" }).click();
      await page.getByLabel("Condição: não cadastrado").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.goto("/audiences", { waitUntil: "networkidle" });
      await page.getByRole("row", { name: /Ouro sem e-mail.*Dinâmico/ }).waitFor();
    });

    it("fit phones", async () => {
      const dynamic = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences?q=ouro");
      const { data } = await systemOf().accessOf("audiences").api(audiences, "GET", "/v1/audiences");
      await page.setViewportSize({ width: 360, height: 740 });
      for (const path of [
        "/audiences",
        "/audiences/new",
        `/audiences/${data[0]?.id}`,
        `/audiences/${data.at(-1)?.id}/import`,
        `/audiences/${dynamic.data[0]?.id}/filter`,
        "/segments",
      ]) {
        await page.goto(path, { waitUntil: "networkidle" });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(over, path).toBeLessThanOrEqual(0);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    });
  });
