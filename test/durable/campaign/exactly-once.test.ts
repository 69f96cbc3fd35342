import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Settlement } from "#contracts/queue-messages.ts";
import { encodeCallbackData } from "#core/meta/callback-data.ts";
import type { CampaignObject } from "#durable/campaign/object.ts";
import { aCampaignFixture, stubMessages } from "../../support/campaign-fixture.ts";
import {
  aStartedCampaign,
  catchSends,
  claimOne,
  deliverSends as deliver,
  deliverAll,
  endLeases,
  statusesOf as statuses,
} from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";

let graph: ReturnType<typeof stubMessages>;
afterEach(() => {
  graph?.restore();
  vi.restoreAllMocks();
});

/** A started campaign whose messages wait to be delivered, and a Graph API that answers by a script. */
function withCaughtQueue(people: number, script?: Parameters<typeof stubMessages>[0]) {
  graph = stubMessages(script);
  return aStartedCampaign({ people });
}

describe("exactly one send", () => {
  test("a redelivered batch, and the same batch at two consumers at once, sends to nobody twice", async () => {
    const { fixture, caught } = await withCaughtQueue(40);
    await Promise.all([deliver(caught), deliver(caught)]);
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(40);
    expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(40);
  });

  test("chatwoot #12821: a campaign started again and again, under way and after a restart, is picked up once", async () => {
    const { fixture, caught } = await withCaughtQueue(20);
    const { tenantId } = fixture.tenant;
    const pickUp = async () => {
      await Promise.all([1, 2].map(() => fixture.campaign.start(tenantId, fixture.campaignId)));
      await fixture.campaign.ensureAlarm(tenantId, fixture.campaignId);
    };
    await pickUp();
    await deliver(caught.slice(0, 10));
    const sent = graph.accepted.length;
    await pickUp();
    await abortAllDurableObjects();
    await catchSends(fixture, caught);
    await pickUp();
    await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(40 - sent));
    // Two workers that have both been given everything, from before the restart and after it.
    await Promise.all([deliver(caught), deliver(caught)]);
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(20);
    expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(20);
  });

  test("a cut connection is unconfirmed, is not sent again, and is settled by a late webhook", async () => {
    const { fixture, caught } = await withCaughtQueue(10, (_, nth) =>
      nth === 3 ? { cutAfterAccept: true } : "accept",
    );
    await deliverAll(fixture, caught);
    const unconfirmed = (await statuses(fixture)).unknown ?? [];
    expect(unconfirmed.length).toBe(1);
    await deliver(caught);
    expect(graph.accepted.length).toBe(10);

    const contactId = unconfirmed[0]?.contactId ?? "";
    const callback = encodeCallbackData({ campaignId: fixture.campaignId, contactId });
    const sent = graph.accepted.find((send) => send.callback === callback);
    const at = Date.now();
    const update = { type: "delivered" as const, at, messageId: sent?.messageId ?? "", charged: null };
    expect(await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update }])).toEqual({
      declined: [],
      early: [],
    });
    expect((await statuses(fixture)).unknown).toBeUndefined();
    expect((await fixture.campaign.snapshot())?.counts).toMatchObject({ sent: 10, delivered: 1, unknown: 0 });
  });

  test("what was claimed and never settled becomes unconfirmed when its lease ends, not a second send", async () => {
    const { fixture, caught } = await withCaughtQueue(5);
    for (const [i, message] of caught.entries()) await claimOne(fixture, `clm_lost_${i}`, message);
    await endLeases(fixture, caught);
    await eventually(async () => expect((await statuses(fixture)).unknown?.length).toBe(5));
    await deliver(caught);
    expect(graph.accepted.length).toBe(0);
    // The claimer was only slow: its result still counts.
    await fixture.campaign.settle("clm_lost_0", [
      {
        contactId: caught[0]?.contactId ?? "",
        outcome: "accepted",
        messageId: "wamid.late",
        at: Date.now(),
        held: false,
      },
    ]);
    expect((await statuses(fixture)).sent?.length).toBe(1);
  });

  test("listmonk #3022: what the queue lost is queued again and nobody is left behind", async () => {
    const { fixture, caught } = await withCaughtQueue(12);
    await deliver(caught.slice(0, 4));
    const before = caught.length;
    const left = 12 - graph.accepted.length;
    await endLeases(fixture, caught);
    await eventually(() => expect(caught.length).toBeGreaterThanOrEqual(before + left));
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(12);
    expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(12);
  });

  test("a reply that comes while a message waits on the queue is none to it, and the message can still be queued again", async () => {
    const { fixture, caught } = await withCaughtQueue(2);
    const contactId = caught[0]?.contactId ?? "";
    const update = {
      type: "replied" as const,
      at: Date.now(),
      messageId: "wamid.in",
      contextId: null,
      kind: "text",
      channel: "idr" as const,
    };
    const answer = await fixture.campaign.applyEvents(fixture.tenant.tenantId, [{ contactId, update }]);
    expect(answer).toEqual({ declined: [0], early: [] });
    expect((await fixture.campaign.recipient(contactId))?.status).toBe("queued");
    const before = caught.length;
    await endLeases(fixture, caught);
    await eventually(() => expect(caught.slice(before).map((message) => message.contactId)).toContain(contactId));
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(2);
    expect((await fixture.campaign.recipient(contactId))?.repliedAt).toBeNull();
  });

  test.each<[string, Settlement["outcome"], object]>([
    ["that it never left", "released", { retryAt: 0, reason: "the permission ran out" }],
    ["that Meta had been too busy", "refused", { at: 1, code: 131016, detail: "" }],
  ])(
    "a send that was unconfirmed when the campaign ended, and of which is told later %s, is sent",
    async (_, outcome, more) => {
      const { fixture, caught } = await withCaughtQueue(1);
      const contactId = caught[0]?.contactId ?? "";
      const statusIs = (status: string) =>
        eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe(status));
      await claimOne(fixture, "clm_a", { contactId, attempt: 1 });
      await endLeases(fixture, caught);
      await statusIs("completed");
      expect((await statuses(fixture)).unknown).toHaveLength(1);

      await fixture.campaign.settle("clm_a", [{ contactId, outcome, ...more } as Settlement]);
      await statusIs("running");
      await runInDurableObject(fixture.campaign, (__, { storage }) =>
        storage.sql.exec(`update recipients set not_before = ${Date.now()} where not_before > 0`),
      );
      await eventually(() => expect(caught).toHaveLength(2));
      await deliver(caught);
      await statusIs("completed");
      expect(graph.accepted).toHaveLength(1);
      expect((await statuses(fixture)).sent).toHaveLength(1);
    },
  );

  test("a claim made under one name can't be settled under another", async () => {
    const { fixture, caught } = await withCaughtQueue(1);
    const contactId = caught[0]?.contactId ?? "";
    await claimOne(fixture, "clm_a", { contactId, attempt: 1 });
    await fixture.campaign.settle("clm_b", [{ contactId, outcome: "released", retryAt: 0, reason: "" }]);
    expect((await statuses(fixture)).sending?.length).toBe(1);
  });
});

describe("one batch", () => {
  test("that holds the same message twice, or an older try beside the present one, sends once", async () => {
    const { fixture, caught } = await withCaughtQueue(3);
    await deliver([...caught, ...caught, ...caught.map((message) => ({ ...message, attempt: 0 }))]);
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(3);
  });
});

describe("pause, resume, cancel", () => {
  test("after a pause is answered nothing on the queue is sent; whatomate: resume sends the rest exactly once", async () => {
    const { fixture, caught } = await withCaughtQueue(30);
    await deliver(caught.slice(0, 10));
    const sent = graph.accepted.length;
    const paused = await fixture.campaign.pause("paused_by_person");
    expect(paused.ok && paused.value.status).toBe("paused");
    expect(paused.ok && paused.value.accounting).toMatchObject({ pending: 30 - sent, queued: 0, sent, balanced: true });
    await deliver(caught);
    expect(graph.accepted.length).toBe(sent);

    expect((await fixture.campaign.resume()).ok).toBe(true);
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(30);
    expect(new Set(graph.accepted.map((send) => send.to)).size).toBe(30);
  });

  test("cancel is final: the rest is left out, and resume is refused", async () => {
    const { fixture, caught } = await withCaughtQueue(30);
    await deliver(caught.slice(0, 10));
    const sent = graph.accepted.length;
    expect((await fixture.campaign.cancel()).ok).toBe(true);
    await deliver(caught);
    await eventually(async () =>
      expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({
        skipped: 30 - sent,
        sent,
        balanced: true,
      }),
    );
    expect((await fixture.campaign.resume()).ok).toBe(false);
    expect(graph.accepted.length).toBe(sent);
  });
});

describe("consent up to the last moment", () => {
  test("whoever opts out while the message waits on the queue gets nothing", async () => {
    const { fixture, caught } = await withCaughtQueue(5);
    const gone = caught[2]?.contactId ?? "";
    const before = Date.now();
    await fixture.campaign.exclude([gone], "optedOut");
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(4);
    const row = await fixture.campaign.recipient(gone);
    expect(row?.skipReason).toBe("optedOut");
    // When it happened, not when the campaign was launched.
    const [left, ...others] = row?.history.filter(({ event }) => event === "skipped") ?? [];
    expect(left).toMatchObject({ detail: "optedOut" });
    expect(left?.at).toBeGreaterThanOrEqual(before);
    expect(others).toEqual([]);
  });

  test.each<[string, Settlement["outcome"], object]>([
    ["does not leave", "released", { retryAt: 0, reason: "the permission ran out" }],
    ["Meta refuses for now", "refused", { at: 1, code: 130429, detail: "" }],
  ])("whoever opts out during a call that %s is not tried again", async (_, outcome, more) => {
    const { fixture, caught } = await withCaughtQueue(2);
    const [gone = "", other = ""] = caught.map(({ contactId }) => contactId);
    await claimOne(fixture, "clm_a", { contactId: gone, attempt: 1 });
    await fixture.tenant.call("POST", `/v1/contacts/${gone}/opt-out`, { reason: "asked" });
    await fixture.campaign.settle("clm_a", [{ contactId: gone, outcome, ...more } as Settlement]);
    expect(await fixture.campaign.recipient(gone)).toMatchObject({ status: "skipped", skipReason: "optedOut" });
    await deliverAll(fixture, caught);
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
    expect(graph.accepted.map(({ callback }) => callback)).toEqual([
      encodeCallbackData({ campaignId: fixture.campaignId, contactId: other }),
    ]);
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ sent: 1, skipped: 1, balanced: true });
  });

  test("whoever begins to talk during a call that does not leave is not tried again", async () => {
    const { fixture, caught } = await withCaughtQueue(2);
    const [served = "", other = ""] = caught.map(({ contactId }) => contactId);
    await claimOne(fixture, "clm_a", { contactId: served, attempt: 1 });
    await fixture.campaign.leaveOutServed([served]);
    const released = { outcome: "released", retryAt: 0, reason: "the permission ran out" } as const;
    await fixture.campaign.settle("clm_a", [{ contactId: served, ...released }]);
    expect(await fixture.campaign.recipient(served)).toMatchObject({ status: "skipped", skipReason: "inService" });
    await deliverAll(fixture, caught);
    expect(graph.accepted.map(({ callback }) => callback)).toEqual([
      encodeCallbackData({ campaignId: fixture.campaignId, contactId: other }),
    ]);
    expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ sent: 1, skipped: 1, balanced: true });
  });

  test.each(["opts out", "begins to talk"])(
    "whoever %s while nobody knows whether a refused message had left is not tried again, and counts as reached if it had",
    async (what) => {
      const { fixture, caught } = await withCaughtQueue(2);
      const { tenantId } = fixture.tenant;
      const ids = caught.map(({ contactId }) => contactId);
      for (const contactId of ids) {
        await claimOne(fixture, `clm_${contactId}`, { contactId, attempt: 1 });
        const at = Date.now();
        const refused = { contactId, outcome: "refused", at, code: 131000, detail: "", mayHaveLeft: true } as const;
        await fixture.campaign.settle(`clm_${contactId}`, [refused]);
      }
      if (what === "opts out") await fixture.campaign.exclude(ids, "optedOut");
      else await fixture.campaign.leaveOutServed(ids);
      const { accounting } = (await fixture.campaign.snapshot()) ?? {};
      expect(accounting).toMatchObject({ skipped: 2, pending: 0, balanced: true });
      const [reached = "", other = ""] = ids;
      const update = { type: "delivered", at: Date.now(), messageId: "wamid.left", charged: null } as const;
      await fixture.campaign.applyEvents(tenantId, [{ contactId: reached, update }]);
      const row = await fixture.campaign.recipient(reached);
      expect(row).toMatchObject({ status: "delivered", skipReason: null, messageId: "wamid.left" });
      expect((await fixture.campaign.recipient(other))?.status).toBe("skipped");
      expect((await fixture.campaign.snapshot())?.accounting).toMatchObject({ sent: 1, skipped: 1, balanced: true });
      expect(graph.accepted).toEqual([]);
    },
  );

  test("whoever's number is corrected while the message waits on the queue gets it there, and the old number nothing", async () => {
    const { fixture, caught } = await withCaughtQueue(2);
    const moved = caught[0]?.contactId ?? "";
    const before = await fixture.campaign.recipient(moved);
    const phone = "+5511987650077";
    expect((await fixture.tenant.call("PATCH", `/v1/contacts/${moved}`, { phone })).status).toBe(200);
    await deliverAll(fixture, caught);
    const numbers = graph.accepted.map(({ to }) => `+${to.replace("+", "")}`);
    expect(numbers).toHaveLength(2);
    expect(numbers).toContain(phone);
    expect(numbers).not.toContain(before?.phone);
    expect(await fixture.campaign.recipient(moved)).toMatchObject({ phone, status: "sent" });
  });

  test("whoever is deleted while the message waits on the queue gets nothing", async () => {
    const { fixture, caught } = await withCaughtQueue(3);
    const gone = caught[1]?.contactId ?? "";
    expect((await fixture.tenant.call("DELETE", `/v1/contacts/${gone}`)).status).toBe(204);
    await deliverAll(fixture, caught);
    expect(graph.accepted.length).toBe(2);
    expect(await fixture.campaign.recipient(gone)).toMatchObject({ status: "skipped", skipReason: "contactDeleted" });
  });

  test("whoever is excluded while the audience is being read gets nothing", async () => {
    graph = stubMessages();
    const fixture = await aCampaignFixture({ people: 3 });
    const [gone = ""] = fixture.contactIds;
    await runInDurableObject(fixture.campaign, async (instance: CampaignObject) => {
      await instance.start(fixture.tenant.tenantId, fixture.campaignId);
      // No row is there yet, and the page that will be read still has this person.
      await instance.exclude([gone], "contactDeleted");
    });
    await eventually(async () => expect((await fixture.campaign.snapshot())?.status).toBe("completed"));
    expect(graph.accepted.length).toBe(2);
    expect(await fixture.campaign.recipient(gone)).toMatchObject({ status: "skipped", skipReason: "contactDeleted" });
  });
});
