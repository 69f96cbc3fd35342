import { afterEach, describe, expect, test } from "vitest";
import { aCampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => graph?.restore());

const finished = (fixture: Awaited<ReturnType<typeof aCampaignFixture>>) =>
  eventually(async () => {
    const snapshot = await fixture.campaign.snapshot();
    expect(snapshot?.status).toBe("completed");
    return snapshot;
  });

describe("a campaign", () => {
  test("sends to everybody who is eligible exactly once and accounts for everybody else", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({
      people: 300,
      contact: (i) =>
        i % 10 === 0 ? { optInStatus: "unknown" } : i % 10 === 1 ? { optInStatus: "revoked", optOutAt: 1 } : {},
    });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    const snapshot = await finished(fixture);
    expect(graph.accepted.length).toBe(240);
    expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(240);
    expect(snapshot?.accounting).toEqual({
      audience: 300,
      pending: 0,
      queued: 0,
      sending: 0,
      sent: 240,
      failed: 0,
      unknown: 0,
      skipped: 60,
      balanced: true,
    });
    const figures = await fixture.campaign.stats();
    expect(figures?.bySkip.toSorted((a, b) => a.reason.localeCompare(b.reason))).toEqual([
      { reason: "noOptIn", count: 30 },
      { reason: "optedOut", count: 30 },
    ]);
    // All three lines took their part.
    const byLine = Map.groupBy(graph.accepted, (send) => send.phoneNumberId);
    expect([...byLine.values()].map((sends) => sends.length).every((n) => n > 30)).toBe(true);
  });
});

test("a campaign answers while its audience is read, page by page", async () => {
  const people = 8_000;
  const fixture = await aCampaignFixture({ people, campaign: { startAt: Date.now() + 3_600_000 } });
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  const seen = new Set<number>();
  for (;;) {
    await scheduler.wait(1);
    const snapshot = await fixture.campaign.snapshot();
    if (snapshot?.status !== "preparing") break;
    seen.add(snapshot.accounting.audience);
  }
  // Of eight pages; how often two who take turns meet is the machine's business. A tick that lets nobody in is seen at no page.
  expect(seen.size).toBeGreaterThanOrEqual(2);
  expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ audience: people, pending: people });
});
