import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

/** Tables and values as the version before had them, made from those of today; undoes what the steps after the sixth do. */
async function asTheVersionBefore({ campaign }: CampaignFixture): Promise<void> {
  await runInDurableObject(campaign, (_, { storage: { sql } }) => {
    sql.exec(`update state set value = replace(value, '"cooldown":', '"resting":') where key = 'waits'`);
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
