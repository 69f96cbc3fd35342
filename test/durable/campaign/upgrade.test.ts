import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { contactSends } from "#adapters/d1/schema/campaigns.ts";
import { alerts } from "#adapters/d1/schema/operations.ts";
import { orm } from "../../support/builders.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

/** Tables and values as the version before had them, made from those of today; undoes what the steps after the sixth do. */
async function asTheVersionBefore({ campaign }: CampaignFixture): Promise<void> {
  await runInDurableObject(campaign, (_, { storage: { sql } }) => {
    sql.exec(`update state set value = replace(value, '"cooldown":', '"resting":') where key = 'waits'`);
    sql.exec("alter table recipients rename column unconfirmed_until to doubt_ends");
    sql.exec("alter table excluded_contacts rename to withdrawn");
    sql.exec("alter table recipients rename column report_fields to person");
    sql.exec("alter table superseded_messages rename to retired_messages");
    sql.exec("drop table forgotten_contacts");
    for (const [earlier, name] of [
      ["waveBase", "firstWaveAt"],
      ["waveClock", "waveAnchorAt"],
      ["factsAt", "catalogueReadAt"],
      ["mirrorDirty", "needsFlush"],
    ])
      sql.exec("update state set value = replace(value, ?, ?) where key = 'campaign'", `"${name}":`, `"${earlier}":`);
    sql.exec("drop table untold_sends");
    sql.exec("update state set value = json_remove(value, '$.untold') where key = 'recent'");
    sql.exec("delete from schema_steps where step > 6");
  });
  await abortAllDurableObjects();
}

test("a campaign that the version before paused for want of lines still names them, and what stopped them", async () => {
  graph = stubMessages();
  const fixture = await aCampaignFixture({ people: 6 });
  for (const lineId of fixture.lineIds)
    await fixture.portfolio.setCooldown(lineId, { reason: "spam_limited", since: Date.now(), until: null });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  const stopped = async () => {
    const snapshot = await fixture.campaign.snapshot();
    expect(snapshot?.statusReason).toBe("no_line_left");
    expect(snapshot?.waiting).toMatchObject([{ kind: "no_line_left", count: 6, reason: "spam_limited" }]);
    expect(snapshot?.waiting[0]?.lines.map(({ lineId }) => lineId).toSorted()).toEqual(fixture.lineIds.toSorted());
  };
  await eventually(stopped);
  await asTheVersionBefore(fixture);
  await stopped();
});

test("a campaign that the version before began goes on: unconfirmed sends, and who is to get nothing any more", async () => {
  graph = stubMessages((_, nth) => (nth === 1 ? { cutAfterAccept: true } : "accept"));
  const pacing = { percent: 50, intervalMinutes: 30 };
  const fixture = await aCampaignFixture({ people: 8, campaign: { pacing } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () =>
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 3, unknown: 1 }),
  );
  const gone = fixture.contactIds[7] ?? "";
  await fixture.campaign.exclude([gone], "optedOut");

  await asTheVersionBefore(fixture);
  await timePasses(fixture, 30 * 60_000);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
  expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ total: 8, sent: 6, unknown: 1, skipped: 1 });
  expect((await fixture.campaign.recipient(gone))?.skipReason).toBe("optedOut");
  await timePasses(fixture, 24 * 3_600_000);
  const { data } = await fixture.campaign.recipients({ limit: 1, status: "unknown" });
  await eventually(async () => {
    const told = await fixture.campaign.recipient(data[0]?.contactId ?? "");
    expect(told?.history.map(({ event }) => event)).toContain("doubt_ended");
  });
});

test("an alert that the version before had put down in words and not raised yet is raised as it is", async () => {
  graph = stubMessages();
  const pacing = { percent: 50, intervalMinutes: 30 };
  const fixture = await aCampaignFixture({ people: 8, campaign: { pacing } });
  const { campaignId, tenant } = fixture;
  await fixture.campaign.start(tenant.tenantId, campaignId);
  await eventually(async () => expect((await fixture.campaign.snapshot())?.counts.sent).toBe(4));
  const worded = { severity: "warning" as const, subject: campaignId };
  const items = [
    { ...worded, alert: "too_few_lines", message: "Only 1 of 3 Prospect lines can send." },
    {
      ...worded,
      alert: "failure_rate",
      message: "Of 80 sends, 9 failed.",
      facts: { sent: 80, failed: 9, minutes: 10 },
    },
  ];
  await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    for (const item of items)
      sql.exec("insert into outbox (item) values (?)", JSON.stringify({ kind: "alert", ...item }));
  });
  await abortAllDurableObjects();

  await timePasses(fixture, 30 * 60_000);
  await eventually(async () => {
    const raised = await orm.select().from(alerts).where(eq(alerts.tenantId, tenant.tenantId));
    expect(raised).toMatchObject(
      items.map(({ alert, ...rest }) => ({ kind: alert, params: null, facts: null, acknowledgedAt: null, ...rest })),
    );
  });
  await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) => {
    expect(sql.exec("select item from outbox").toArray()).toEqual([]);
  });
});

test("what became of messages before D1 was told of them reaches it when the campaign's object next wakes", async () => {
  graph = stubMessages((_, nth) => (nth === 2 ? { code: 131026 } : "accept"));
  const pacing = { percent: 50, intervalMinutes: 30 };
  const fixture = await aCampaignFixture({ people: 8, campaign: { pacing } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () =>
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 3, failed: 1, pending: 4 }),
  );
  await asTheVersionBefore(fixture);
  await fixture.campaign.snapshot();
  await eventually(async () => {
    const told = await orm.select().from(contactSends).where(eq(contactSends.campaignId, fixture.campaignId));
    expect(told.filter(({ sentAt }) => sentAt !== null).length).toBe(3);
    expect(told.filter(({ failedAt }) => failedAt !== null).length).toBe(1);
  });
});
