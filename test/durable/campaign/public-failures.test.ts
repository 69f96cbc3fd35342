import { abortAllDurableObjects, createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CampaignObject } from "#durable/campaign/object.ts";
import worker from "../../../worker/index.ts";
import { aCampaignFixture, type CampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import {
  aStartedCampaign,
  catchSends,
  claimOne,
  deliverAll,
  deliverSends,
  statusesOf,
} from "../../support/caught-campaign.ts";
import { degradeD1, unreachable } from "../../support/degraded-d1.ts";
import { eventually } from "../../support/eventually.ts";
import { contactsOf, importFile } from "../../support/imports.ts";

/*
 * What has gone wrong in public elsewhere, and must not here. Others of the same kind stand with what they are about:
 * listmonk #3022, chatwoot #12821 and whatomate in exactly-once, courier #1102 and glific #3541 in refusals and
 * portfolio, postmangovsg #2151 in queue/event-consumer.
 */
let graph: ReturnType<typeof stubMessages>;
afterEach(() => {
  graph?.restore();
  vi.restoreAllMocks();
});

const people = () => new Set(graph.accepted.map((send) => send.to)).size;
const completed = (fixture: CampaignFixture) =>
  eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
const cron = () => worker.scheduled(createScheduledController(), env);

describe("listmonk #2070: whoever has theirs gets it again after pause and resume", () => {
  test("does not happen, however often it is paused, restarted and resumed and whatever the queue still holds", async () => {
    graph = stubMessages();
    const { fixture, caught } = await aStartedCampaign({ people: 30 });
    await deliverSends(caught.slice(0, 8));
    for (const restart of [true, false, true]) {
      expect((await fixture.campaign.pause("by_user")).ok).toBe(true);
      if (restart) {
        await abortAllDurableObjects();
        await catchSends(fixture, caught);
      }
      await deliverSends(caught);
      const before = caught.length;
      const done = graph.accepted.length;
      expect((await fixture.campaign.resume()).ok).toBe(true);
      await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(before + 30 - done));
      // Some of the new messages, and some that are older than the pause: of whoever has theirs, and of others.
      await deliverSends([...caught.slice(0, 10), ...caught.slice(before, before + 5)]);
      expect(graph.accepted.length).toBe(people());
    }
    await deliverAll(fixture, caught);
    expect([graph.accepted.length, people()]).toEqual([30, 30]);
    await completed(fixture);
  });
});

describe("chatwoot #14592: a crash leaves the campaign as being sent for ever", () => {
  test("does not happen while sending: with the queue lost, claims unanswered and no alarm, the cron brings it to its end", async () => {
    graph = stubMessages();
    const { fixture, caught } = await aStartedCampaign({ people: 12 });
    const claimed = caught.slice(0, 3);
    for (const [i, message] of claimed.entries()) await claimOne(fixture, `clm_crashed_${i}`, message);
    await deliverSends(caught.slice(3, 6));
    await crash(fixture);
    await cron();
    await completed(fixture);
    // Whose message may have left is said to be unconfirmed, and nobody gets a second one.
    expect((await statusesOf(fixture)).unknown?.map((row) => row.contactId).sort()).toEqual(
      claimed.map(({ contactId }) => contactId).sort(),
    );
    expect([graph.accepted.length, people()]).toEqual([9, 9]);
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ sent: 9, unknown: 3, balanced: true });
  });

  test("does not happen before its first row, nor when its object has never heard of the launch", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 5 });
    await cron();
    await completed(fixture);
    expect([graph.accepted.length, people()]).toEqual([5, 5]);
  });
});

describe("mautic #11763: one person, two records, the same message twice", () => {
  test("does not happen with one phone written in many ways, in files read side by side and given by API", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 6 });
    const { tenant: t, audienceId, phones } = fixture;
    const file = (line: (area: string, number: string) => string) =>
      ["NomePessoa;DDDTelefone;NumeroTelefone;OptIn", ...phones.map((p) => line(p.slice(3, 5), p.slice(5))), ""].join(
        "\n",
      );
    await Promise.all([
      importFile(
        t,
        audienceId,
        file((area, number) => `Ana;${area};${number.slice(1)};S`),
      ),
      importFile(
        t,
        audienceId,
        file((area, number) => `Ana;;+55 (${area}) ${number.slice(0, 5)}-${number.slice(5)};S`),
      ),
      importFile(
        t,
        audienceId,
        file((area, number) => `Ana;0${area};'${number};S`),
      ),
      ...phones.map((phone) => t.call("POST", "/v1/contacts", { phone: phone.slice(1), name: "Ana", audienceId })),
    ]);
    await Promise.all([1, 2, 3].map(() => fixture.campaign.start(t.tenantId, fixture.campaignId)));
    await completed(fixture);
    expect([graph.accepted.length, people()]).toEqual([6, 6]);
    expect((await contactsOf(t)).length).toBe(6);
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ audience: 6, sent: 6, balanced: true });
  });

  test("does not happen when the reading of the audience breaks off after a page and is begun again", async () => {
    const startAt = Date.now() + 3_600_000;
    const fixture = await aCampaignFixture({ people: 4_500, campaign: { startAt } });
    let pages = 0;
    const restoreD1 = degradeD1((sql) => {
      if (/from "audience_members"/.test(sql) && ++pages > 1) unreachable(sql);
    });
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(() => expect(pages).toBe(2));
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ audience: 1_000, balanced: true });
    restoreD1();
    await abortAllDurableObjects();
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("scheduled"));
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({
      audience: 4_500,
      pending: 4_500,
      balanced: true,
    });
    const rows = await runInDurableObject(fixture.campaign, (_, { storage: { sql } }) =>
      sql
        .exec("select count(*) as people, count(distinct position) as places, max(position) as last from recipients")
        .one(),
    );
    expect(rows).toEqual({ people: 4_500, places: 4_500, last: 4_500 });
    await fixture.campaign.cancel();
  });
});

/** The process dies when nothing moves: the queue is lost, leases have run out, and the alarm is gone as well. */
async function crash(fixture: CampaignFixture): Promise<void> {
  // No tick may set another alarm between the last one and the crash.
  const ticks = vi.spyOn(CampaignObject.prototype, "alarm").mockResolvedValue(undefined);
  await eventually(() =>
    runInDurableObject(fixture.campaign, async (_, { storage }) => {
      await storage.deleteAlarm();
      await scheduler.wait(50);
      expect(await storage.getAlarm()).toBeNull();
      storage.sql.exec("update claims set lease_until = 1");
    }),
  );
  await abortAllDurableObjects();
  ticks.mockRestore();
}
