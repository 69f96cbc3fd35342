import { env } from "cloudflare:workers";
import Papa from "papaparse";
import { afterEach, expect, test } from "vitest";
import type { RecipientUpdate } from "#contracts/campaign-rpc.ts";
import { DELIVERY_WORDS } from "#core/reports/report-row.ts";
import type { CampaignCounts } from "#core/sending/counts.ts";
import { ratesOf } from "#core/sending/rates.ts";
import { makeDeps } from "#deps.ts";
import * as campaignsAnswers from "#http/campaigns/campaigns.schema.ts";
import * as liveAnswers from "#http/campaigns/live.schema.ts";
import * as statsAnswers from "#http/campaigns/stats.schema.ts";
import * as exportsAnswers from "#http/reports/exports.schema.ts";
import { runExport } from "#services/reports/export-job.ts";
import { request } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";

let graph: ReturnType<typeof stubMessages> | undefined;
afterEach(() => graph?.restore());

/** Of twelve people four have no opt-in; of the others one is refused, one stays unconfirmed, six are sent to. */
async function aMixedCampaign(): Promise<CampaignFixture> {
  const ends = new Map<string, "cut" | { code: number }>();
  graph = stubMessages((send) => ends.get(send.to) ?? "accept");
  const fixture = await aCampaignFixture({
    people: 12,
    contact: (i) => (i < 4 ? { optInStatus: "unknown" } : {}),
  });
  // Contacts are in the order of their ids, which are random within a millisecond.
  const rows = await env.DB.prepare(
    "select id, phone from contacts where tenant_id = ? and opt_in_status = 'granted' order by id",
  )
    .bind(fixture.tenant.tenantId)
    .all<{ id: string; phone: string }>();
  const [refused, lost, ...reached] = rows.results;
  ends.set(refused?.phone ?? "", { code: 131026 });
  ends.set(lost?.phone ?? "", "cut");
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () =>
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 6, failed: 1, unknown: 1 }),
  );
  const at = Date.now();
  const updates = reached.slice(0, 4).map(({ id, phone }, i): RecipientUpdate => {
    const messageId = graph?.accepted.find((send) => send.to === phone)?.messageId ?? "";
    return { contactId: id, update: { type: i < 2 ? "read" : "delivered", at, messageId, charged: null } };
  });
  const reply = { type: "replied", at, messageId: "wamid.y", contextId: null, kind: "text", channel: "idr" } as const;
  updates.push({ contactId: reached[0]?.id ?? "", update: reply });
  expect(await fixture.campaign.applyEvents(fixture.tenant.tenantId, updates)).toEqual({ declined: [], early: [] });
  return fixture;
}

/** What somebody comes to who counts the rows of the report. */
async function countsOfReport({ tenant, campaignId }: CampaignFixture): Promise<CampaignCounts> {
  const path = `/v1/campaigns/${campaignId}/exports`;
  const job = await expectBody(await tenant.call("POST", path), 202, exportsAnswers.exportJob);
  await runExport(makeDeps(env), { kind: "export", tenantId: tenant.tenantId, exportId: job.id });
  const file = () => tenant.call("GET", `/v1/exports/${job.id}/download`);
  await eventually(async () => expect((await file()).status).toBe(200));
  const { data } = Papa.parse<Record<string, string>>(await (await file()).text(), {
    header: true,
    skipEmptyLines: true,
  });
  const n = (...statuses: (keyof typeof DELIVERY_WORDS)[]) =>
    data.filter((row) => statuses.some((status) => DELIVERY_WORDS[status] === row.SituacaoEntrega)).length;
  return {
    total: data.length,
    pending: n("pending"),
    queued: n("queued", "sending"),
    sent: n("sent", "delivered", "read"),
    delivered: n("delivered", "read"),
    read: n("read"),
    failed: n("failed"),
    skipped: n("skipped"),
    unknown: n("unknown"),
    replied: data.filter((row) => row.DataHoraResposta !== "").length,
  };
}

test("list, campaign, figures, live connection and report tell the same rates, of those who were reached for", async () => {
  const fixture = await aMixedCampaign();
  const { tenant, campaignId } = fixture;
  const rates = {
    sent: 6 / 8,
    delivery: 4 / 6,
    read: 2 / 4,
    reply: 1 / 4,
    failure: 1 / 7,
    doubt: 1 / 8,
    skipped: 4 / 12,
  };
  const path = `/v1/campaigns/${campaignId}`;
  expect(await expectBody(await tenant.call("GET", path), 200, campaignsAnswers.campaign)).toMatchObject({ rates });
  expect(await expectBody(await tenant.call("GET", `${path}/stats`), 200, statsAnswers.stats)).toMatchObject({ rates });
  // The list shows what the catalogue was told last.
  await eventually(async () => {
    const { data } = await expectBody(await tenant.call("GET", "/v1/campaigns"), 200, campaignsAnswers.campaignList);
    expect(data).toMatchObject([{ id: campaignId, rates }]);
  });
  const tickets = await tenant.call("POST", `${path}/live-tickets`);
  const { ticket } = await expectBody(tickets, 201, liveAnswers.liveTicket);
  const { webSocket } = await request("GET", `${path}/live?ticket=${ticket}`, undefined, { Upgrade: "websocket" });
  const message = await new Promise<string>((resolve) => {
    webSocket?.addEventListener("message", ({ data }) => resolve(String(data)));
    webSocket?.accept();
  });
  webSocket?.close();
  expect(liveAnswers.liveMessage.parse(JSON.parse(message))).toMatchObject({ rates });
  expect(ratesOf(await countsOfReport(fixture))).toEqual(rates);
});
