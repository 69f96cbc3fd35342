import { env, runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { campaigns } from "#adapters/d1/schema/campaigns.ts";
import { DEFAULT_WINDOW, type SendingWindow } from "#core/campaigns/policy.ts";
import { makeDeps } from "#deps.ts";
import { CampaignObject } from "#durable/campaign/object.ts";
import * as answers from "#http/campaigns/campaigns.schema.ts";
import * as liveAnswers from "#http/campaigns/live.schema.ts";
import * as preflightAnswers from "#http/campaigns/preflight.schema.ts";
import * as recipientsAnswers from "#http/campaigns/recipients.schema.ts";
import * as statsAnswers from "#http/campaigns/stats.schema.ts";
import * as catalogue from "#http/operations/audit.schema.ts";
import {
  aCampaign,
  aContact,
  aLine,
  anApiKey,
  anAudience,
  aSegment,
  aTemplate,
  aTenant,
  callWith,
  newId,
  orm,
  type TestTenant,
} from "../../support/builders.ts";
import { aLaunchableCampaign, campaignObject, finishPreparing, launch } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const ZEROS = {
  total: 0,
  pending: 0,
  queued: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  skipped: 0,
  unknown: 0,
  replied: 0,
};
const read = async (t: TestTenant, id: string) =>
  expectBody(await t.call("GET", `/v1/campaigns/${id}`), 200, answers.campaign);
const act = (t: TestTenant, id: string, verb: string) => t.call("POST", `/v1/campaigns/${id}/${verb}`);
const audited = async (t: TestTenant, subject: string) => {
  const log = await expectBody(await t.call("GET", "/v1/audit-log"), 200, catalogue.auditList);
  return log.data
    .filter((entry) => entry.subject === subject)
    .map(({ action }) => action)
    .reverse();
};

async function input(t: TestTenant) {
  const { id: segmentId } = await aSegment(t);
  return {
    name: "Cobrança novembro",
    segmentId,
    audienceId: (await anAudience(t, { segmentId })).id,
    templateId: (await aTemplate(t)).id,
    variables: { "body.1": { field: "name" } },
  };
}

describe("a draft", () => {
  test("is created with everything the contract names, and read back", async () => {
    const t = await aTenant();
    const body = {
      ...(await input(t)),
      filter: {
        hashtagsAny: ["vip"],
        hashtagsAll: [],
        hashtagsNone: [],
        attributes: [{ name: "Cidade", op: "eq", value: "Recife" }],
      },
      variables: {
        "body.1": { field: "attributes.Valor", fallback: "-" },
        "header.media": { link: "https://example.com/a.png" },
      },
      sender: { mode: "line", lineId: (await aLine(t)).id },
      startAt: "2026-12-01T12:00:00-03:00",
      pacing: { percent: 20, intervalMinutes: 30 },
      sendingWindow: {
        mode: "custom",
        timeZone: "America/Manaus",
        hours: [{ days: [1, 2, 3], from: "09:00", to: "24:00" }],
        holidays: ["2026-12-25"],
      },
      inService: { mode: "exclude", withinMinutes: 120 },
    };
    const created = await expectBody(await t.call("POST", "/v1/campaigns", body), 201, answers.campaign);
    expect(created).toMatchObject({
      ...body,
      id: expect.stringMatching(/^cmp_[0-9A-Z]{26}$/),
      startAt: "2026-12-01T15:00:00.000Z",
      status: "draft",
      statusReason: null,
      launchedAt: null,
      completedAt: null,
      counts: ZEROS,
    });
    expect(await read(t, created.id)).toEqual(created);
    expect(await audited(t, created.id)).toEqual(["campaign.create"]);
  });

  test("can't be planned for longer, or in more waves, than a campaign can follow", async () => {
    const t = await aTenant();
    const crumbs = { pacing: { percent: 0.0001, intervalMinutes: 1 } };
    const year9999 = { startAt: "9999-12-31T23:59:59Z" };
    const create = async (plan: object) => t.call("POST", "/v1/campaigns", { ...(await input(t)), ...plan });
    const refused = async (response: Response, code: string, ...paths: string[]) => {
      const problem = await expectProblem(response, 422, code);
      expect(problem.errors?.map(({ path }) => path)).toEqual(paths);
    };
    await refused(await create(crumbs), "too_many_waves", "pacing.percent");
    await refused(await create(year9999), "start_too_far", "startAt");
    await refused(await create({ ...crumbs, ...year9999 }), "too_many_waves", "pacing.percent", "startAt");
    const pacing = { percent: 0.1, intervalMinutes: 1 };
    const { id } = await expectBody(await create({ pacing }), 201, answers.campaign);
    await refused(await t.call("PATCH", `/v1/campaigns/${id}`, crumbs), "too_many_waves", "pacing.percent");
    await refused(await t.call("PATCH", `/v1/campaigns/${id}`, year9999), "start_too_far", "startAt");
    expect(await read(t, id)).toMatchObject({ pacing, startAt: null });
    // A draft from before there was a limit.
    await orm.update(campaigns).set(crumbs).where(eq(campaigns.id, id));
    const report = await expectBody(await act(t, id, "preflight"), 200, preflightAnswers.preflight);
    expect(report.issues.map(({ code }) => code)).toContain("too_many_waves");
    const launch = await expectProblem(await act(t, id, "launch"), 422, "preflight_failed");
    expect(launch.issues?.map(({ code }) => code)).toContain("too_many_waves");
  });

  test("has defaults: prospect lines, at once, without people in service", async () => {
    const t = await aTenant();
    const created = await expectBody(await t.call("POST", "/v1/campaigns", await input(t)), 201, answers.campaign);
    expect(created).toMatchObject({
      filter: null,
      sender: { mode: "prospect" },
      startAt: null,
      pacing: null,
      sendingWindow: { mode: "tenant" },
      inService: { mode: "exclude", withinMinutes: 120 },
    });
  });

  test("sends in its tenant's window, in one of its own, or at any time, as it chooses", async () => {
    const t = await aTenant();
    const window = {
      timeZone: "America/Sao_Paulo",
      hours: [{ days: [1], from: "08:00", to: "20:00" }],
      holidays: [],
    } satisfies SendingWindow;
    const own = { ...window, holidays: ["2026-12-25"] };
    await t.call("PATCH", "/v1/tenant", { settings: { sendingWindow: window, missedStartMinutes: 5 } });
    const { id } = await expectBody(await t.call("POST", "/v1/campaigns", await input(t)), 201, answers.campaign);
    const { campaigns: store } = makeDeps(env).store(t.tenantId);
    const windowNow = async () => (await store.policyOf(id))?.sendingWindow;
    const choose = async (sendingWindow: object) => {
      const response = await t.call("PATCH", `/v1/campaigns/${id}`, { sendingWindow });
      expect((await expectBody(response, 200, answers.campaign)).sendingWindow).toEqual(sendingWindow);
      expect((await read(t, id)).sendingWindow).toEqual(sendingWindow);
    };
    expect(await windowNow()).toEqual(window);
    await choose({ mode: "none" });
    expect(await windowNow()).toBeNull();
    await choose({ mode: "custom", ...own });
    expect(await windowNow()).toEqual(own);
    await choose({ mode: "tenant" });
    expect(await windowNow()).toEqual(window);
    // The rest of what the tenant decided is the campaign's in any case.
    expect(await store.policyOf(id)).toMatchObject({ missedStartMinutes: 5, failureRateThreshold: 0.1 });
    expect(await makeDeps(env).store(newId("ten")).campaigns.policyOf(id)).toBeNull();
  });

  test.each([
    [{ mode: "sometimes" }, "sendingWindow.mode"],
    [{ mode: "custom" }, "sendingWindow.timeZone"],
    [
      { mode: "custom", timeZone: "UTC", hours: [{ days: [1], from: "20:00", to: "08:00" }], holidays: [] },
      "sendingWindow.hours.0.to",
    ],
  ])("is not taken with the window %j", async (sendingWindow, path) => {
    const t = await aTenant();
    const response = await t.call("POST", "/v1/campaigns", { ...(await input(t)), sendingWindow });
    const problem = await expectProblem(response, 400, "invalid_request");
    expect(problem.errors?.[0]?.path).toBe(path);
  });

  test("is created once for one Idempotency-Key", async () => {
    const t = await aTenant();
    const body = await input(t);
    const key = { "Idempotency-Key": newId("key") };
    const first = await expectBody(await t.call("POST", "/v1/campaigns", body, key), 201, answers.campaign);
    const again = await expectBody(await t.call("POST", "/v1/campaigns", body, key), 201, answers.campaign);
    expect(again).toEqual(first);
    const all = await expectBody(await t.call("GET", "/v1/campaigns"), 200, answers.campaignList);
    expect(all.data).toHaveLength(1);
  });

  test("needs no more than a name, keeps what comes later, and is launched only when nothing is missing", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    const created = await expectBody(
      await t.call("POST", "/v1/campaigns", { name: "Só o nome" }),
      201,
      answers.campaign,
    );
    expect(created).toMatchObject({ segmentId: null, audienceId: null, templateId: null, status: "draft" });
    const path = `/v1/campaigns/${created.id}`;
    const missing = async () =>
      (await expectBody(await t.call("POST", `${path}/preflight`), 200, preflightAnswers.preflight)).issues
        .map(({ code }) => code)
        .filter((code) => code.endsWith("_missing"));
    expect(await missing()).toEqual(["segment_missing", "audience_missing", "template_missing"]);
    const refused = await expectProblem(await t.call("POST", `${path}/launch`), 422, "preflight_failed");
    expect(JSON.stringify(refused.issues)).toContain("template_missing");

    const { segmentId, audienceId, templateId } = campaign;
    await t.call("PATCH", path, { segmentId, audienceId, sender: { mode: "line", lineId: null } });
    const counted = await expectBody(await t.call("POST", `${path}/preflight`), 200, preflightAnswers.preflight);
    expect(counted.audience.eligible, "people are counted before there is a template").toBeGreaterThan(0);
    expect(await missing()).toEqual(["line_missing", "template_missing"]);
    await expectProblem(await t.call("POST", `${path}/launch`), 422, "preflight_failed");

    const { variables } = campaign;
    await t.call("PATCH", path, { templateId, variables, sender: { mode: "prospect" } });
    expect(await missing()).toEqual([]);
    const blanked = await expectBody(await t.call("PATCH", path, { templateId: null }), 200, answers.campaign);
    expect(blanked).toMatchObject({ templateId: null, audienceId });
    await t.call("PATCH", path, { templateId });
    expect((await t.call("POST", `${path}/launch`)).status).toBe(200);
  });

  test("can't name what is not there, and each such name is listed", async () => {
    const t = await aTenant();
    const body = {
      ...(await input(t)),
      segmentId: newId("seg"),
      audienceId: newId("aud"),
      templateId: newId("tpl"),
      sender: { mode: "line", lineId: newId("lin") },
    };
    const problem = await expectProblem(await t.call("POST", "/v1/campaigns", body), 400, "invalid_request");
    expect(problem.errors?.map(({ path }) => path)).toEqual(["segmentId", "audienceId", "templateId", "sender.lineId"]);
  });

  test("takes only an audience of its segment, also when one of the two is changed", async () => {
    const t = await aTenant();
    const body = await input(t);
    const other = await anAudience(t);
    const audienceId = other.id;
    const wrong = await expectProblem(
      await t.call("POST", "/v1/campaigns", { ...body, audienceId }),
      400,
      "invalid_request",
    );
    expect(wrong.errors).toMatchObject([{ path: "audienceId" }]);

    const { id } = await expectBody(await t.call("POST", "/v1/campaigns", body), 201, answers.campaign);
    await expectProblem(await t.call("PATCH", `/v1/campaigns/${id}`, { audienceId }), 400, "invalid_request");
    const both = { audienceId, segmentId: other.segmentId };
    const changed = await expectBody(await t.call("PATCH", `/v1/campaigns/${id}`, both), 200, answers.campaign);
    expect(changed).toMatchObject(both);
  });

  test("changes only in the fields that are sent", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t, { pacing: { percent: 20, intervalMinutes: 30 } });
    const path = `/v1/campaigns/${campaign.id}`;
    const before = await read(t, campaign.id);
    const renamed = await expectBody(await t.call("PATCH", path, { name: "Outro nome" }), 200, answers.campaign);
    expect(renamed).toEqual({ ...before, name: "Outro nome", updatedAt: renamed.updatedAt });
    const now = await expectBody(await t.call("PATCH", path, { startAt: null, pacing: null }), 200, answers.campaign);
    expect(now).toMatchObject({ name: "Outro nome", startAt: null, pacing: null });
    expect(await audited(t, campaign.id)).toEqual(["campaign.update", "campaign.update"]);
  });

  test("is deleted, and is gone", async () => {
    const t = await aTenant();
    const { id } = await aCampaign(t);
    expect((await t.call("DELETE", `/v1/campaigns/${id}`)).status).toBe(204);
    await expectProblem(await t.call("GET", `/v1/campaigns/${id}`), 404, "not_found");
    await expectProblem(await t.call("DELETE", `/v1/campaigns/${id}`), 404, "not_found");
    expect(await audited(t, id)).toEqual(["campaign.delete"]);
  });

  test("has no recipients, empty figures, and nothing to pause, resume or cancel", async () => {
    const t = await aTenant();
    const { campaign, contacts } = await aLaunchableCampaign(t);
    const path = `/v1/campaigns/${campaign.id}`;
    expect(await (await t.call("GET", `${path}/recipients`)).json()).toEqual({ data: [], nextCursor: null });
    await expectProblem(await t.call("GET", `${path}/recipients/${contacts[0]?.id}`), 404, "not_found");
    const stats = await expectBody(await t.call("GET", `${path}/stats`), 200, statsAnswers.stats);
    expect(stats).toMatchObject({
      counts: ZEROS,
      rates: { delivery: null },
      accounting: { audience: 0, balanced: true },
    });
    await expectProblem(await act(t, campaign.id, "pause"), 409, "campaign_not_pausable");
    await expectProblem(await act(t, campaign.id, "resume"), 409, "campaign_not_resumable");
    await expectProblem(await act(t, campaign.id, "cancel"), 409, "campaign_not_cancellable");
  });
});

test("the list is filtered by status, segment and a part of the name, newest first", async () => {
  const t = await aTenant();
  const { id: segmentId } = await aSegment(t);
  const first = await aCampaign(t, { name: "Cobrança", segmentId });
  const second = await aCampaign(t, { name: "Natal", status: "completed", counts: { ...ZEROS, total: 7 } });
  const list = async (query: string) =>
    (await expectBody(await t.call("GET", `/v1/campaigns${query}`), 200, answers.campaignList)).data;
  expect((await list("")).map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(await list("?status=completed")).toMatchObject([{ id: second.id, counts: { total: 7 } }]);
  expect((await list(`?segmentId=${segmentId}`)).map(({ id }) => id)).toEqual([first.id]);
  expect((await list("?q=natal")).map(({ id }) => id)).toEqual([second.id]);
  await expectProblem(await t.call("GET", "/v1/campaigns?status=gone"), 400, "invalid_request");
});

describe("a launched campaign", () => {
  test("begins with what its tenant has decided, and with its own window", async () => {
    const t = await aTenant();
    await t.call("PATCH", "/v1/tenant", { settings: { resumeWhenLinesReturn: true, failureRateThreshold: 0.05 } });
    const { campaign } = await aLaunchableCampaign(t, { sendingWindow: { mode: "custom", ...DEFAULT_WINDOW } });
    const { campaigns: store } = makeDeps(env).store(t.tenantId);
    expect(await store.launchSnapshot(campaign.id)).toBeNull();
    await launch(t, campaign.id);
    const launched = await store.launchSnapshot(campaign.id);
    expect(launched?.policy).toMatchObject({
      resumeWhenLinesReturn: true,
      failureRateThreshold: 0.05,
      missedStartMinutes: 60,
      sendingWindow: DEFAULT_WINDOW,
    });
  });

  test("answers with its object's own counts, before D1 has heard of them", async () => {
    const t = await aTenant();
    const { campaign, audienceId } = await aLaunchableCampaign(t, { people: 2 });
    await aContact(t, { audienceId, optInStatus: "unknown" });
    const launched = await expectBody(await act(t, campaign.id, "launch"), 200, answers.campaign);
    expect(launched).toMatchObject({ id: campaign.id, launchedAt: expect.any(String) });
    expect(["preparing", "scheduled"]).toContain(launched.status);
    await finishPreparing(campaign.id);
    expect(await read(t, campaign.id)).toMatchObject({
      status: "scheduled",
      counts: { ...ZEROS, total: 3, pending: 2, skipped: 1 },
    });
    expect(await audited(t, campaign.id)).toEqual(["campaign.launch"]);
  });

  test("is launched once, however many ask at the same time", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => (await act(t, campaign.id, "launch")).status),
    );
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409]);
    await expectProblem(await act(t, campaign.id, "launch"), 409, "campaign_not_launchable");
    expect(await audited(t, campaign.id)).toEqual(["campaign.launch"]);
  });

  test("gets the first answer again for the same Idempotency-Key", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    const key = { "Idempotency-Key": newId("key") };
    const path = `/v1/campaigns/${campaign.id}/launch`;
    const first = await (await t.call("POST", path, undefined, key)).text();
    const again = await t.call("POST", path, undefined, key);
    expect([again.status, await again.text()]).toEqual([200, first]);
  });

  test("can't be changed or deleted any more", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    await launch(t, campaign.id);
    const path = `/v1/campaigns/${campaign.id}`;
    await expectProblem(await t.call("PATCH", path, { name: "x" }), 409, "campaign_not_editable");
    await expectProblem(await t.call("DELETE", path), 409, "campaign_not_editable");
  });

  test("is launched all the same when its object can't be reached; it can still be cancelled", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    const unreachable = vi.spyOn(CampaignObject.prototype, "start").mockRejectedValueOnce(new Error("away"));
    const launched = await expectBody(await act(t, campaign.id, "launch"), 200, answers.campaign);
    expect(unreachable).toHaveBeenCalledOnce();
    expect(launched.status).toBe("preparing");
    expect(await campaignObject(campaign.id).snapshot()).toBeNull();
    unreachable.mockRestore();

    const cancelled = await expectBody(await act(t, campaign.id, "cancel"), 200, answers.campaign);
    expect(cancelled.status).toBe("cancelled");
  });

  test("is shown as D1 knows it when its object can't be asked", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    await launch(t, campaign.id);
    // Whatever the object still had to flush to D1 is flushed by this.
    await runDurableObjectAlarm(campaignObject(campaign.id));
    await orm
      .update(campaigns)
      .set({ counts: { ...ZEROS, total: 99 } })
      .where(eq(campaigns.id, campaign.id));
    const silent = vi.spyOn(CampaignObject.prototype, "snapshot").mockRejectedValueOnce(new Error("away"));
    const shown = await read(t, campaign.id);
    silent.mockRestore();
    expect(shown).toMatchObject({ status: "scheduled", counts: { total: 99 } });
    expect(await read(t, campaign.id)).toMatchObject({ counts: { total: 2 } });
  });

  test("is paused, resumed and cancelled, each only when it makes sense", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    await launch(t, campaign.id);
    await expectProblem(await act(t, campaign.id, "resume"), 409, "campaign_not_resumable");
    const paused = await expectBody(await act(t, campaign.id, "pause"), 200, answers.campaign);
    expect(paused).toMatchObject({ status: "paused", statusReason: "by_user" });
    expect(await read(t, campaign.id)).toMatchObject({ status: "paused" });
    const resumed = await expectBody(await act(t, campaign.id, "resume"), 200, answers.campaign);
    expect(resumed).toMatchObject({ status: "scheduled", statusReason: null });
    const cancelled = await expectBody(await act(t, campaign.id, "cancel"), 200, answers.campaign);
    expect(cancelled).toMatchObject({ status: "cancelled", completedAt: expect.any(String) });
    for (const [verb, code] of [
      ["pause", "campaign_not_pausable"],
      ["resume", "campaign_not_resumable"],
      ["cancel", "campaign_not_cancellable"],
    ] as const) {
      await expectProblem(await act(t, campaign.id, verb), 409, code);
    }
    expect(await audited(t, campaign.id)).toEqual([
      "campaign.launch",
      "campaign.pause",
      "campaign.resume",
      "campaign.cancel",
    ]);
  });

  test("needs the scope for it: who may write campaigns may not launch them", async () => {
    const t = await aTenant();
    const { campaign } = await aLaunchableCampaign(t);
    const writer = callWith((await anApiKey(t, { scopes: ["campaigns:read", "campaigns:write"] })).key);
    for (const verb of ["launch", "pause", "resume", "cancel"]) {
      await expectProblem(await writer("POST", `/v1/campaigns/${campaign.id}/${verb}`), 403, "forbidden");
    }
    expect((await writer("POST", `/v1/campaigns/${campaign.id}/preflight`)).status).toBe(200);
  });
});

describe("recipients", () => {
  test("are everyone in the audience, with why and in which wave, page by page", async () => {
    const t = await aTenant();
    const { campaign, audienceId, contacts } = await aLaunchableCampaign(t, {
      people: 3,
      pacing: { percent: 50, intervalMinutes: 10 },
    });
    const skipped = await aContact(t, { audienceId, name: "Sem opt-in", optInStatus: "unknown" });
    await launch(t, campaign.id);
    const path = `/v1/campaigns/${campaign.id}/recipients`;
    const first = await expectBody(await t.call("GET", `${path}?limit=3`), 200, recipientsAnswers.recipientList);
    expect(first.data).toMatchObject([
      { contactId: contacts[0]?.id, status: "pending", wave: 0, text: "Olá Pessoa, temos uma oferta." },
      { contactId: contacts[1]?.id, status: "pending", wave: 0 },
      { contactId: contacts[2]?.id, status: "pending", wave: 1 },
    ]);
    const rest = await expectBody(
      await t.call("GET", `${path}?limit=3&cursor=${first.nextCursor}`),
      200,
      recipientsAnswers.recipientList,
    );
    expect(rest).toMatchObject({
      data: [{ contactId: skipped.id, status: "skipped", skipReason: "noOptIn", wave: null, text: null }],
      nextCursor: null,
    });
    const filtered = await expectBody(
      await t.call("GET", `${path}?status=skipped&q=opt`),
      200,
      recipientsAnswers.recipientList,
    );
    expect(filtered.data.map(({ contactId }) => contactId)).toEqual([skipped.id]);
  });

  test("are told one by one with their history, and a failure in the reader's language", async () => {
    const t = await aTenant();
    const { campaign, contacts } = await aLaunchableCampaign(t);
    await launch(t, campaign.id);
    const contactId = contacts[0]?.id ?? "";
    const at = Date.now();
    await campaignObject(campaign.id).applyEvents(t.tenantId, [
      { contactId, update: { type: "failed", at, messageId: "wamid.1", code: 131026, detail: "Undeliverable" } },
    ]);
    const path = `/v1/campaigns/${campaign.id}/recipients/${contactId}`;
    const english = await expectBody(await t.call("GET", path), 200, recipientsAnswers.recipientDetail);
    expect(english).toMatchObject({
      status: "failed",
      failedAt: new Date(at).toISOString(),
      error: { code: 131026, detail: "Undeliverable" },
    });
    expect(english.history.map(({ event }) => event)).toEqual(["prepared", "failed"]);
    const headers = { "Accept-Language": "pt-BR,pt;q=0.9" };
    const portuguese = await expectBody(
      await t.call("GET", path, undefined, headers),
      200,
      recipientsAnswers.recipientDetail,
    );
    expect(portuguese.error?.title).not.toBe(english.error?.title);
    expect(portuguese.error?.action).toBe("Não tentamos outra linha, porque não adianta.");

    const stats = await expectBody(await t.call("GET", `/v1/campaigns/${campaign.id}/stats`), 200, statsAnswers.stats);
    expect(stats).toMatchObject({
      counts: { ...ZEROS, total: 2, pending: 1, failed: 1 },
      rates: { delivery: null, failure: 1 },
      byError: [{ code: 131026, title: english.error?.title, action: english.error?.action, count: 1 }],
      byWave: [{ wave: 0, total: 2, pending: 1, failed: 1 }],
      accounting: { audience: 2, pending: 1, failed: 1, balanced: true },
    });
    await expectProblem(
      await t.call("GET", `/v1/campaigns/${campaign.id}/recipients/${newId("con")}`),
      404,
      "not_found",
    );
  });
});

test("a live ticket names its connection and is short-lived", async () => {
  const t = await aTenant();
  const { id } = await aCampaign(t);
  const { ticket, url, expiresAt } = await expectBody(await act(t, id, "live-tickets"), 201, liveAnswers.liveTicket);
  expect(url).toBe(`ws://api.test/v1/campaigns/${id}/live?ticket=${ticket}`);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
  const claims = z.record(z.string(), z.unknown()).parse(JSON.parse(atob(ticket.split(".")[1] ?? "")));
  expect(claims).toMatchObject({ campaignId: id, tenantId: t.tenantId, aud: "live" });
});
