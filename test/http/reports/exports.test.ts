import { env } from "cloudflare:workers";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { REPORT_COLUMNS } from "#core/reports/report-row.ts";
import { makeDeps } from "#deps.ts";
import * as answers from "#http/reports/exports.schema.ts";
import { runExport } from "#services/reports/export-job.ts";
import { aCampaign, aContact, anExport, aTenant, newId, type TestTenant } from "../../support/builders.ts";
import { aLaunchableCampaign, campaignObject, launch } from "../../support/campaigns.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const ask = async (t: TestTenant, campaignId: string, query = "", body?: unknown) =>
  expectBody(await t.call("POST", `/v1/campaigns/${campaignId}/exports${query}`, body), 202, answers.exportJob);
const look = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/exports/${id}`), 200, answers.exportJob);
/** The queue may have been faster: then this waits for the run under way. */
async function make(t: TestTenant, exportId: string): Promise<void> {
  await runExport(makeDeps(env), { kind: "export", tenantId: t.tenantId, exportId });
  await eventually(async () => expect(await look(t, exportId)).toMatchObject({ status: "completed" }));
}
const rowsOf = (csv: string, delimiter: string) =>
  Papa.parse<Record<string, string>>(csv, { delimiter, header: true, newline: "\r\n", skipEmptyLines: true }).data;
/** `text()` would swallow the byte order mark. */
const exactly = async (response: Response) =>
  new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(await response.arrayBuffer());

test("a report holds everyone in the audience, and is downloaded as a file", async () => {
  const t = await aTenant({ timeZone: "America/Sao_Paulo" });
  const name = 'Cobrança "novembro"';
  const { campaign, audienceId, contacts } = await aLaunchableCampaign(t, { people: 2, name });
  const noConsent = await aContact(t, { audienceId, name: "=SOMA(A1)", optInStatus: "unknown" });
  const noPhone = await aContact(t, { audienceId, name: "Sem telefone", phone: null });
  await launch(t, campaign.id);
  const [first, second] = contacts;
  const at = Date.parse("2026-12-01T15:00:00Z");
  await campaignObject(campaign.id).applyEvents(t.tenantId, [
    { contactId: first?.id ?? "", update: { type: "read", at, messageId: "wamid.1", charged: true } },
  ]);

  const queued = await ask(t, campaign.id);
  expect(queued).toMatchObject({ campaignId: campaign.id, status: "queued", rows: 0, bytes: 0, downloadUrl: null });
  await make(t, queued.id);
  const done = await look(t, queued.id);
  const url = `/v1/exports/${queued.id}/download`;
  expect(done).toMatchObject({ status: "completed", rows: 4, error: null, downloadUrl: `http://api.test${url}` });

  const response = await t.call("GET", url);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "content-length": String(done.bytes),
    "content-disposition": `attachment; filename="Cobranca novembro.csv"; filename*=UTF-8''Cobran%C3%A7a%20%22novembro%22.csv`,
    "cache-control": "private, no-store",
  });
  const csv = await exactly(response);
  expect(new TextEncoder().encode(csv)).toHaveLength(done.bytes);
  expect(csv.startsWith(`\ufeff${REPORT_COLUMNS.join(";")}\r\n`)).toBe(true);
  const rows = rowsOf(csv.slice(1), ";");
  expect(rows.map(({ IdContato }) => IdContato)).toEqual([first?.id, second?.id, noConsent.id, noPhone.id]);
  expect(rows).toMatchObject([
    { NomePessoa: "Pessoa 0", SituacaoEntrega: "Lido", DataHoraLeitura: "2026-12-01 12:00:00", IdMensagem: "wamid.1" },
    { NomePessoa: "Pessoa 1", SituacaoEntrega: "Aguardando", Onda: "1", Mensagem: "Olá Pessoa, temos uma oferta." },
    { NomePessoa: "'=SOMA(A1)", SituacaoEntrega: "Não enviado", MotivoNaoEnvio: "Sem opt-in" },
    { NomePessoa: "Sem telefone", NumeroTelefone: "", MotivoNaoEnvio: "Telefone inválido" },
  ]);
});

test("the other delimiter may be asked for in the query, in the body, or at the download", async () => {
  const t = await aTenant();
  const { campaign } = await aLaunchableCampaign(t, { people: 1, variables: { "body.1": { value: "a,b;c" } } });
  await launch(t, campaign.id);
  const inQuery = await ask(t, campaign.id, "?delimiter=,");
  const inBody = await ask(t, campaign.id, "", { delimiter: "," });
  const neither = await ask(t, campaign.id, "", {});
  const files: string[] = [];
  for (const [{ id }, query] of [
    [inQuery, ""],
    [inBody, ""],
    [neither, "?delimiter=,"],
  ] as const) {
    await make(t, id);
    files.push(await exactly(await t.call("GET", `/v1/exports/${id}/download${query}`)));
  }
  for (const csv of files) {
    expect(csv.startsWith(`\ufeff${REPORT_COLUMNS.join(",")}\r\n`)).toBe(true);
    expect(rowsOf(csv.slice(1), ",")).toMatchObject([
      { Mensagem: "Olá a,b;c, temos uma oferta.", SituacaoEntrega: "Aguardando" },
    ]);
  }
  await expectProblem(await t.call("POST", `/v1/campaigns/${campaign.id}/exports?delimiter=|`), 400, "invalid_request");
});

test("a request that says JSON and sends nothing is taken", async () => {
  const t = await aTenant();
  const { id } = await aCampaign(t, { status: "completed" });
  const headers = { "Content-Type": "application/json" };
  expect((await t.call("POST", `/v1/campaigns/${id}/exports`, undefined, headers)).status).toBe(202);
});

test("a draft has no report, and one that is being made can't be downloaded", async () => {
  const t = await aTenant();
  const draft = await aCampaign(t);
  await expectProblem(await t.call("POST", `/v1/campaigns/${draft.id}/exports`), 409, "not_ready");
  const { id } = await anExport(t, { status: "running", completedAt: null });
  await expectProblem(await t.call("GET", `/v1/exports/${id}/download`), 409, "not_ready");
  expect((await look(t, id)).downloadUrl).toBeNull();
});

test("one Idempotency-Key makes one report", async () => {
  const t = await aTenant();
  const { id } = await aCampaign(t, { status: "completed" });
  const key = { "Idempotency-Key": newId("key") };
  const path = `/v1/campaigns/${id}/exports`;
  const first = await expectBody(await t.call("POST", path, {}, key), 202, answers.exportJob);
  const again = await expectBody(await t.call("POST", path, {}, key), 202, answers.exportJob);
  expect(again.id).toBe(first.id);
});
