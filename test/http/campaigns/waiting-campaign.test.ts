import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import type { SendMessage } from "#contracts/queue-messages.ts";
import type { SendingWindow } from "#core/campaigns/policy.ts";
import * as answers from "#http/campaigns/campaigns.schema.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { catchSends } from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";

let graph: ReturnType<typeof stubMessages>;
let fixture: CampaignFixture;
afterEach(async () => {
  await fixture.campaign.cancel();
  graph.restore();
});

const DAY = 86_400_000;
const dayAfterTomorrow = new Date(Date.now() + 2 * DAY);
const weekday = (((dayAfterTomorrow.getUTCDay() + 6) % 7) + 1) as SendingWindow["hours"][number]["days"][number];
const opensAt = new Date(`${dayAfterTomorrow.toISOString().slice(0, 10)}T09:30:00Z`).toISOString();
const sendingWindow = { timeZone: "UTC", hours: [{ days: [weekday], from: "09:30", to: "17:00" }], holidays: [] };

async function until(expected: object): Promise<void> {
  await eventually(async () => {
    const answer = await fixture.tenant.call("GET", `/v1/campaigns/${fixture.campaignId}`);
    expect(await expectBody(answer, 200, answers.campaign)).toMatchObject(expected);
  });
}

test("a campaign outside its sending window says so and when it goes on, also after it was paused and resumed", async () => {
  graph = stubMessages();
  fixture = await aCampaignFixture({ people: 3 });
  await orm
    .update(schema.tenants)
    .set({ settings: { sendingWindow } })
    .where(eq(schema.tenants.id, fixture.tenant.tenantId));
  await orm.update(schema.campaigns).set({ status: "preparing" }).where(eq(schema.campaigns.id, fixture.campaignId));
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  const waiting = {
    ...{ status: "running", statusReason: "outside_window", waitsUntil: opensAt },
    waiting: [{ kind: "sending_window", count: 3, until: opensAt, actions: [] }],
  };
  await until(waiting);
  await fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/pause`);
  await until({
    ...{ status: "paused", statusReason: "by_user", waitsUntil: null },
    waiting: [{ kind: "paused", reason: "by_user", count: 3, actions: ["resume"] }],
  });
  await fixture.tenant.call("POST", `/v1/campaigns/${fixture.campaignId}/resume`);
  await until(waiting);
});

test("who waits for a blocked line is told of one campaign and in the list, and moved or failed by the API, audited", async () => {
  graph = stubMessages();
  fixture = await aCampaignFixture({ people: 4, campaign: { sendingWindow: { mode: "none" } } });
  const { tenant, campaignId, lineIds, portfolio } = fixture;
  const [blocked = ""] = lineIds;
  await portfolio.setCooldown(blocked, { reason: "spam_limited", since: Date.now(), until: null });
  const caught: SendMessage[] = [];
  await catchSends(fixture, caught);
  await fixture.campaign.start(tenant.tenantId, campaignId);
  await eventually(() => expect(caught.length).toBe(4));
  // As if each had been refused on that line; nobody is on the queue any more.
  await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    sql.exec("update recipients set pinned_line = ?, not_before = 1", blocked);
  });
  await abortAllDurableObjects();
  await fixture.campaign.ensureAlarm(tenant.tenantId, campaignId);
  const lines = [{ lineId: blocked, reason: "spam_limited" }];
  const wait = { kind: "pinned_line_blocked", count: 4, reason: "spam_limited", lineId: blocked, lines };
  await until({ status: "running", waiting: [{ ...wait, actions: ["move", "fail", "resume_line"] }] });
  await eventually(async () => {
    const list = await expectBody(await tenant.call("GET", "/v1/campaigns"), 200, answers.campaignList);
    expect(list.data[0]?.waiting).toMatchObject([wait]);
  });

  const act = async (how: "move" | "fail", body: object) =>
    expectBody(
      await tenant.call("POST", `/v1/campaigns/${campaignId}/waiting/pinned_line_blocked/${how}`, body),
      200,
      answers.pinnedOutcome,
    );
  expect((await act("fail", { lineId: lineIds[1] })).people).toBe(0);
  expect(await act("move", { lineId: blocked })).toMatchObject({ people: 4, campaign: { waiting: [] } });
  expect((await act("fail", {})).people).toBe(0);
  const entries = await orm.select().from(schema.auditLog).where(eq(schema.auditLog.tenantId, tenant.tenantId));
  expect(
    entries
      .filter(({ action }) => action.startsWith("campaign.waiting."))
      .map(({ action, detail }) => [action, detail]),
  ).toEqual([
    ["campaign.waiting.fail", { lineId: lineIds[1], people: 0 }],
    ["campaign.waiting.move", { lineId: blocked, people: 4 }],
    ["campaign.waiting.fail", { lineId: "all", people: 0 }],
  ]);
});
