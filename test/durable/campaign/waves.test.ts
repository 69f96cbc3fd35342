import { afterEach, describe, expect, test } from "vitest";
import * as schema from "#adapters/d1/schema/index.ts";
import { newId, orm } from "../../support/builders.ts";
import { aCampaignFixture, stubMessages, timePasses } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

const MINUTE = 60_000;
const pacing = { percent: 25, intervalMinutes: 30 };
const accepted = (n: number) => eventually(() => expect(graph.accepted.length).toBe(n));

describe("waves", () => {
  test("leave at their time, a quarter each, in the order of the audience, and the campaign ends with the last", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, campaign: { pacing } });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    for (let wave = 1; wave <= 4; wave++) {
      await accepted(wave * 10);
      const snapshot = await fixture.campaign.snapshot();
      expect(snapshot?.accounting.balanced).toBe(true);
      const figures = await fixture.campaign.stats();
      expect(figures?.byWave.map((each) => each.pending)).toEqual([1, 2, 3, 4].map((each) => (each > wave ? 10 : 0)));
      if (wave < 4) await timePasses(fixture, 30 * MINUTE);
    }
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
    const order = graph.accepted.map((send) => fixture.phones.indexOf(send.to));
    for (let wave = 0; wave < 4; wave++) {
      expect(order.slice(wave * 10, wave * 10 + 10).every((place) => Math.floor(place / 10) === wave)).toBe(true);
    }
  });

  test("people who came into service or opted out since the launch are left out when their wave falls due", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 20, campaign: { pacing: { percent: 50, intervalMinutes: 30 } } });
    const { tenantId } = fixture.tenant;
    await fixture.campaign.start(tenantId, fixture.campaignId);
    await accepted(10);
    const now = Date.now();
    await orm.insert(schema.attendances).values({
      id: newId("att"),
      tenantId,
      phone: fixture.phones[15] ?? "",
      channel: "operation",
      startedAt: now,
      lastEventAt: now,
    });
    const optOut = await fixture.tenant.call("POST", `/v1/contacts/${fixture.contactIds[16]}/opt-out`, {
      reason: "asked",
    });
    expect(optOut.status).toBe(200);
    await timePasses(fixture, 30 * MINUTE);
    await accepted(18);
    const { data } = await fixture.campaign.recipients({ limit: 50, status: "skipped" });
    expect(data.map((row) => [row.contactId, row.skipReason])).toEqual([
      [fixture.contactIds[15], "inService"],
      [fixture.contactIds[16], "optedOut"],
    ]);
  });

  test("a pause moves the waves that are to come: they are never squeezed together", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, campaign: { pacing } });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await accepted(10);
    await fixture.campaign.pause("paused_by_person");
    const before = (await fixture.campaign.stats())?.byWave[1]?.at ?? 0;
    await timePasses(fixture, 120 * MINUTE);
    await fixture.campaign.resume();
    const after = (await fixture.campaign.stats())?.byWave[1]?.at ?? 0;
    // Two hours passed in the pause: the second wave is due when it would have been, plus those two hours.
    expect(Math.abs(after - before)).toBeLessThan(MINUTE);
    expect(graph.accepted.length).toBe(10);
  });

  test("after a downtime of several intervals one wave leaves, and the next a whole interval later", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 40, campaign: { pacing } });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await accepted(10);
    await timePasses(fixture, 100 * MINUTE);
    await accepted(20);
    const due = (await fixture.campaign.stats())?.byWave[2]?.at ?? 0;
    expect(Math.abs(due - (Date.now() + 30 * MINUTE))).toBeLessThan(MINUTE);
  });

  test("a start in the future waits, and everybody is prepared before it", async () => {
    graph = stubMessages();
    const startAt = Date.now() + 60 * MINUTE;
    const fixture = await aCampaignFixture({ people: 5, campaign: { startAt } });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ audience: 5, pending: 5 });
    await timePasses(fixture, 61 * MINUTE);
    await accepted(5);
  });
});
