import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import { DAY_MS } from "#core/shared/time.ts";
import { makeDeps } from "#deps.ts";
import * as campaignsAnswers from "#http/campaigns/campaigns.schema.ts";
import { presentPreflight } from "#http/campaigns/preflight.present.ts";
import * as answers from "#http/campaigns/preflight.schema.ts";
import { type AudienceCount, checkCampaign } from "#services/campaigns/preflight.ts";
import {
  aContact,
  aLine,
  anAttendance,
  anAudience,
  aTemplate,
  aTenant,
  orm,
  type TestTenant,
} from "../../support/builders.ts";
import { aCampaignFixture } from "../../support/campaign-fixture.ts";
import { aLaunchableCampaign, campaignObject, portfolioObject, putLine } from "../../support/campaigns.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const check = async (t: TestTenant, id: string) =>
  expectBody(await t.call("POST", `/v1/campaigns/${id}/preflight`), 200, answers.preflight);
const codes = ({ issues }: answers.Preflight) => issues.map(({ code }) => code);

test("a campaign with nothing against it may be launched, and its plan is told", async () => {
  const t = await aTenant();
  const startAt = Date.now() + 3_600_000;
  const pacing = { percent: 40, intervalMinutes: 30 };
  const { campaign, lines } = await aLaunchableCampaign(t, { people: 5, startAt, pacing });
  const report = await check(t, campaign.id);
  const at = (minutes: number) => new Date(startAt + minutes * 60_000).toISOString();
  expect(report).toMatchObject({
    ok: true,
    issues: [],
    audience: { total: 5, eligible: 5 },
    lines: lines.map(({ id }) => ({ lineId: id, usable: true, remaining24h: 1_000 })),
    waves: [
      { index: 0, at: at(0), count: 2 },
      { index: 1, at: at(30), count: 2 },
      { index: 2, at: at(60), count: 1 },
    ],
    estimatedCost: { amount: 0.31, currency: "USD", category: "MARKETING" },
  });
  expect(Date.parse(report.estimatedCompletionAt ?? "")).toBeGreaterThan(startAt + 60 * 60_000);
});

test("everyone in the audience is counted once, eligible or in one bucket", async () => {
  const t = await aTenant();
  const { campaign, audienceId, contacts } = await aLaunchableCampaign(t, {
    people: 2,
    filter: { hashtagsNone: ["bloqueado"] },
    variables: { "body.1": { field: "attributes.Valor" } },
  });
  const person = (overrides: Parameters<typeof aContact>[1]) =>
    aContact(t, { audienceId, attributes: { Valor: "10" }, ...overrides });
  expect(contacts).toHaveLength(2); // Without "Valor".
  await person({});
  await person({ optInStatus: "unknown" });
  await person({ optInStatus: "revoked", optOutAt: Date.now() });
  await person({ phone: null });
  await person({ phone: "11987654321" });
  await person({ hashtags: ["Bloqueado"] });
  const served = await person({});
  await anAttendance(t, { phone: served.phone ?? "" });
  const { audience } = await check(t, campaign.id);
  expect(audience).toEqual({
    total: 9,
    eligible: 1,
    excluded: {
      noOptIn: 1,
      optedOut: 1,
      blocked: 0,
      invalidPhone: 2,
      unreachable: 0,
      duplicate: 0,
      inService: 1,
      filtered: 1,
      frequencyCap: 0,
      missingVariable: 2,
    },
  });
});

test("people whom other campaigns wrote to as often as the tenant allows are left out, as of the start", async () => {
  const t = await aTenant();
  const startAt = Date.now() + 2 * DAY_MS;
  const { campaign, contacts, audienceId } = await aLaunchableCampaign(t, { people: 2, startAt });
  const third = await aContact(t, { audienceId });
  const ids = [...contacts.map(({ id }) => id), third.id];
  const frequencyCaps = [
    { category: "marketing", messages: 1, days: 7 },
    { category: "utility", messages: 1, days: 30 },
    { category: "any", messages: 2, days: 30 },
  ];
  const settings = async (caps: object[]) => t.call("PATCH", "/v1/tenant", { settings: { frequencyCaps: caps } });
  const sent = async (contactId: string, campaignId: string, category: string, daysAgo: number) => {
    const at = Date.now() - daysAgo * DAY_MS;
    const row = { contactId, campaignId, category, sentAt: at, countedAt: at, asOf: at };
    await orm.insert(contactSends).values({ ...row, tenantId: t.tenantId });
  };
  const audience = async () => (await check(t, campaign.id)).audience;
  await sent(ids[0] ?? "", "cmp_1", "marketing", 4);
  // By the start it will have been eight days.
  await sent(ids[1] ?? "", "cmp_1", "marketing", 6);
  await sent(ids[2] ?? "", "cmp_1", "utility", 20);
  await settings(frequencyCaps);
  expect(await audience()).toMatchObject({ total: 3, eligible: 2, excluded: { frequencyCap: 1 } });
  await sent(ids[2] ?? "", "cmp_2", "utility", 10);
  expect(await audience()).toMatchObject({ total: 3, eligible: 1, excluded: { frequencyCap: 2 } });
  await settings([]);
  expect(await audience()).toMatchObject({ total: 3, eligible: 3, excluded: { frequencyCap: 0 } });
});

test("people in service are counted in when the campaign includes them", async () => {
  const t = await aTenant();
  const { campaign, contacts } = await aLaunchableCampaign(t, { inService: { mode: "include" } });
  await anAttendance(t, { phone: contacts[0]?.phone ?? "" });
  expect((await check(t, campaign.id)).audience.eligible).toBe(2);
});

test("what a portfolio knows of its lines decides: its limit, its cooldowns, and whether it knows the line at all", async () => {
  const t = await aTenant();
  const { campaign, lines, portfolioId, segmentId, wabaId, templateId } = await aLaunchableCampaign(t, { people: 3 });
  const portfolio = portfolioObject(portfolioId);
  await portfolio.putLimit(2);
  expect(codes(await check(t, campaign.id))).toEqual(["limit_exceeded"]);

  await portfolio.setCooldown(lines[0]?.id ?? "", { reason: "spam_limited", since: Date.now(), until: null });
  const coolingDown = await check(t, campaign.id);
  expect(coolingDown.ok).toBe(false);
  expect(codes(coolingDown)).toEqual(["too_few_prospect_lines", "limit_exceeded"]);
  expect(coolingDown.lines[0]).toMatchObject({ usable: false, reason: "spam_limited" });

  const strange = await aLine(t, { segmentId, wabaId, portfolioId });
  const withStrange = await check(t, campaign.id);
  expect(withStrange.lines.find(({ lineId }) => lineId === strange.id)).toMatchObject({
    usable: false,
    reason: "not_connected",
  });
  expect(templateId).toBe(campaign.templateId);
});

test("a limit that Meta has not told counts as its lowest", async () => {
  const t = await aTenant();
  const { campaign, segmentId } = await aLaunchableCampaign(t);
  const line = await aLine(t, { segmentId, kind: "receptive" });
  await putLine(line);
  await t.call("PATCH", `/v1/campaigns/${campaign.id}`, { sender: { mode: "line", lineId: line.id } });
  const report = await check(t, campaign.id);
  expect(report.lines).toEqual([{ lineId: line.id, usable: false, reason: "template_not_linked", remaining24h: 250 }]);
  expect(codes(report)).toEqual(["receptive_line", "template_not_linked"]);
});

test("a message that would be too long is a warning with a count", async () => {
  const t = await aTenant();
  const variables = { "body.1": { field: "attributes.Texto", fallback: "curto" } };
  const { campaign, audienceId } = await aLaunchableCampaign(t, { variables });
  await aContact(t, { audienceId, attributes: { Texto: "x".repeat(1_100) } });
  const { issues, ok } = await check(t, campaign.id);
  expect(ok).toBe(true);
  expect(issues).toMatchObject([{ code: "text_too_long", severity: "warning" }]);
  expect(issues[0]?.message).toMatch(/: 1\./);
});

test("a whole address as the end of a button's address is a warning with a count", async () => {
  const t = await aTenant();
  const template = {
    components: [
      { type: "BODY", text: "Olá" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "URL", text: "Ver", url: "https://ex.com/b/{{1}}", example: ["https://ex.com/b/1"] },
          { type: "URL", text: "Abrir", url: "https://ex.com/c/{{1}}", example: ["https://ex.com/c/1"] },
        ],
      },
    ],
  };
  const variables = { "button.0.1": { field: "attributes.Link", fallback: "42" }, "button.1.1": { value: "7" } };
  const { campaign, audienceId } = await aLaunchableCampaign(t, { variables, template });
  expect((await check(t, campaign.id)).issues).toEqual([]);
  await aContact(t, { audienceId, attributes: { Link: "HTTPS://ex.com/b/43" } });
  const { issues, ok } = await check(t, campaign.id);
  expect(ok).toBe(true);
  expect(issues).toMatchObject([
    { code: "button_suffix_is_address", severity: "warning", path: "variables.button.0.1" },
  ]);
  expect(issues[0]?.message).toMatch(/: 1\.$/);
});

test("what is missing is named by its path in the campaign", async () => {
  const t = await aTenant();
  const components = [
    { type: "HEADER", format: "DOCUMENT" },
    { type: "BODY", text: "Olá {{1}}" },
  ];
  const { campaign } = await aLaunchableCampaign(t, { variables: {}, template: { components } });
  const { issues } = await check(t, campaign.id);
  expect(issues.map(({ code, path }) => [code, path])).toEqual([
    ["media_missing", "variables.header.media"],
    ["variable_missing", "variables.body.1"],
    ["audience_empty", "audienceId"],
  ]);
});

test("waves wait for the tenant's sending window, unless the campaign has another", async () => {
  const t = await aTenant();
  const hours = [{ days: [1, 2, 3, 4, 5], from: "08:00", to: "20:00" }];
  const sendingWindow = { timeZone: "America/Sao_Paulo", hours, holidays: [] };
  await t.call("PATCH", "/v1/tenant", { settings: { sendingWindow } });
  const nextYear = new Date().getUTCFullYear() + 1;
  // The first Sunday of the year after this one's April.
  const sunday = new Date(Date.UTC(nextYear, 3, 1, 15));
  sunday.setUTCDate(sunday.getUTCDate() + ((7 - sunday.getUTCDay()) % 7));
  const monday = new Date(sunday.getTime() + 20 * 3_600_000).toISOString();
  const pacing = { percent: 50, intervalMinutes: 60 };
  const { campaign } = await aLaunchableCampaign(t, { startAt: sunday.getTime(), pacing });
  const waiting = await check(t, campaign.id);
  expect(codes(waiting)).toEqual(["start_outside_window"]);
  expect(waiting.issues[0]?.message).toContain(monday);
  expect(waiting.waves.map(({ at }) => at)).toEqual([monday, new Date(Date.parse(monday) + 3_600_000).toISOString()]);
  expect(Date.parse(waiting.estimatedCompletionAt ?? "")).toBeGreaterThan(Date.parse(monday));

  await t.call("PATCH", `/v1/campaigns/${campaign.id}`, { sendingWindow: { mode: "none" } });
  const atOnce = await check(t, campaign.id);
  expect(codes(atOnce)).toEqual([]);
  expect(atOnce.waves[0]?.at).toBe(sunday.toISOString());
});

test("a window that never opens stands against a launch", async () => {
  const t = await aTenant();
  const year = new Date().getUTCFullYear();
  const days = Array.from({ length: 365 * 3 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day)));
  const mondays = days.filter((day) => day.getUTCDay() === 1).map((day) => day.toISOString().slice(0, 10));
  const window = { timeZone: "UTC", hours: [{ days: [1], from: "08:00", to: "20:00" }], holidays: mondays };
  const { campaign } = await aLaunchableCampaign(t);
  await t.call("PATCH", `/v1/campaigns/${campaign.id}`, { sendingWindow: { mode: "custom", ...window } });
  const report = await check(t, campaign.id);
  expect(report).toMatchObject({ ok: false, waves: [], estimatedCompletionAt: null });
  expect(report.issues).toMatchObject([{ code: "window_never_opens", path: "sendingWindow" }]);
});

test("an audience of several pages is counted whole", async () => {
  const t = await aTenant();
  const { campaign, audienceId } = await aLaunchableCampaign(t, { people: 0 });
  await manyContacts(t, audienceId, 9_001);
  const { audience } = await check(t, campaign.id);
  expect(audience).toMatchObject({ total: 9_001, eligible: 9_001 });
});

test("a preflight changes nothing, and does not wake the campaign's object", async () => {
  const t = await aTenant();
  const { campaign } = await aLaunchableCampaign(t);
  await check(t, campaign.id);
  const read = await expectBody(await t.call("GET", `/v1/campaigns/${campaign.id}`), 200, campaignsAnswers.campaign);
  expect(read).toMatchObject({ status: "draft", updatedAt: new Date(campaign.updatedAt).toISOString() });
  expect(await campaignObject(campaign.id).snapshot()).toBeNull();
});

test("a launch is refused with all that was found, and sends nothing", async () => {
  const t = await aTenant();
  const { campaign } = await aLaunchableCampaign(t, {
    audienceId: (await anAudience(t)).id,
    templateId: (await aTemplate(t, { status: "PAUSED" })).id,
    startAt: Date.now() - 3_600_000,
  });
  const problem = await expectProblem(
    await t.call("POST", `/v1/campaigns/${campaign.id}/launch`),
    422,
    "preflight_failed",
  );
  expect(problem.issues?.map(({ code }) => code)).toEqual(["template_not_approved", "audience_empty", "start_in_past"]);
  expect(await campaignObject(campaign.id).snapshot()).toBeNull();
});

/** Rows written in bulk; their ids sort by number. */
async function manyContacts(t: TestTenant, audienceId: string, count: number): Promise<void> {
  const now = Date.now();
  const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`;
  const id = `'con_${audienceId.slice(4, 20)}' || printf('%010d', i)`;
  const phone = `'+55119' || printf('%08d', 10000000 + i)`;
  await orm.run(`insert into contacts (id, tenant_id, phone, name, opt_in_status, created_at, updated_at)
    ${numbers} select ${id}, '${t.tenantId}', ${phone}, 'Pessoa ' || i, 'granted', ${now}, ${now} from n`);
  await orm.run(`insert into audience_members (tenant_id, audience_id, contact_id)
    ${numbers} select '${t.tenantId}', '${audienceId}', ${id} from n`);
}

/** Checks the campaign part by part, each as small as it gets; answers what each part said. */
async function checkInParts(t: TestTenant, id: string): Promise<answers.Preflight[]> {
  const deps = makeDeps(env);
  const campaign = await deps.store(t.tenantId).campaigns.get(id);
  if (!campaign) throw new Error("There is no such campaign.");
  const parts: answers.Preflight[] = [];
  let from: AudienceCount | null = null;
  do {
    const checked = await checkCampaign(deps, t.tenantId, campaign, { from, until: 0 });
    if (!checked) throw new Error("Its template is gone.");
    parts.push(presentPreflight(checked));
    from = checked.rest;
  } while (from !== null);
  return parts;
}

test("a very large audience is counted part by part, and the last part tells of everybody", async () => {
  const contact = (i: number) => (i % 3 === 0 ? { optInStatus: "unknown" as const } : {});
  const { tenant, campaignId } = await aCampaignFixture({ people: 9_000, contact });
  const whole = await check(tenant, campaignId);
  expect(whole).toMatchObject({ nextCursor: null, audience: { total: 9_000, eligible: 6_000 } });
  const parts = await checkInParts(tenant, campaignId);
  expect(parts.map(({ audience, nextCursor }) => [audience.total, nextCursor !== null])).toEqual([
    [4_000, true],
    [8_000, true],
    [9_000, false],
  ]);
  expect(parts.at(-1)?.audience).toEqual(whole.audience);
  const path = `/v1/campaigns/${campaignId}/preflight`;
  const goneOn = await tenant.call("POST", `${path}?cursor=${encodeURIComponent(parts[0]?.nextCursor ?? "")}`);
  expect((await expectBody(goneOn, 200, answers.preflight)).audience).toEqual(whole.audience);
  for (const cursor of ["x", btoa("{}"), btoa('["con_1",0,-1,0,[]]')]) {
    const response = await tenant.call("POST", `${path}?cursor=${encodeURIComponent(cursor)}`);
    expect((await expectProblem(response, 400, "invalid_request")).errors?.[0]?.path).toBe("cursor");
  }
});

test("that nobody is eligible is said once everybody has been counted", async () => {
  const { tenant, campaignId } = await aCampaignFixture({
    people: 4_001,
    contact: () => ({ optInStatus: "unknown" }),
  });
  const parts = await checkInParts(tenant, campaignId);
  expect(parts.map(codes)).toEqual([[], ["audience_empty"]]);
});
