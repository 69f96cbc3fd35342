import { createExecutionContext, createMessageBatch, getQueueResult, runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import * as schema from "#adapters/d1/schema/index.ts";
import type { CampaignRpc } from "#contracts/campaign-rpc.ts";
import type { PortfolioRpc } from "#contracts/portfolio-rpc.ts";
import type {
  JobMessage,
  jobMessage,
  MetaEventsMessage,
  metaEventsMessage,
  SendMessage,
} from "#contracts/queue-messages.ts";
import { encodeCallbackData } from "#core/meta/callback-data.ts";
import type { MetaEvent, StatusEvent } from "#core/meta/event.ts";
import type { metaEvent } from "#core/meta/event-schema.ts";
import { type Deps, makeDeps } from "#deps.ts";
import * as deadLettersAnswers from "#http/operations/dead-letters.schema.ts";
import * as unmatchedEventsAnswers from "#http/operations/unmatched-events.schema.ts";
import { consumeEvents } from "#queue/meta-events/consumer.ts";
import { newId, orm, type TestTenant } from "../../support/builders.ts";
import {
  aCampaignFixture,
  type CampaignFixture,
  campaignStub,
  type GraphAnswer,
  stubMessages,
} from "../../support/campaign-fixture.ts";
import { aStartedCampaign, catchSends, claimOne } from "../../support/caught-campaign.ts";
import { eventually } from "../../support/eventually.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { deliver, withCaughtQueues } from "../../support/queues.ts";

const RECEIVED_AT = Date.now();
const events = (...list: unknown[]) => ({ kind: "events", receivedAt: RECEIVED_AT, events: list });

/** A campaign that starts in an hour; `prepared` when everybody has a row. */
async function aWaitingCampaign(people: number, { prepared = true } = {}): Promise<CampaignFixture> {
  const fixture = await aCampaignFixture({ people, campaign: { startAt: Date.now() + 3_600_000 } });
  if (prepared) await prepare(fixture);
  return fixture;
}

async function prepare(fixture: CampaignFixture): Promise<void> {
  await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
  await eventually(async () => {
    await runDurableObjectAlarm(fixture.campaign);
    expect((await fixture.campaign.snapshot())?.status).toBe("scheduled");
  });
}

const statusOf = (fixture: CampaignFixture, contactId: string, overrides: Partial<StatusEvent> = {}): StatusEvent => ({
  kind: "status",
  phoneNumberId: fixture.phoneNumberIds[0] ?? "",
  status: "delivered",
  messageId: `wamid.${contactId}`,
  recipientPhone: null,
  callback: encodeCallbackData({ campaignId: fixture.campaignId, contactId }),
  at: RECEIVED_AT,
  error: null,
  pricing: null,
  ...overrides,
});
const statusesOf = (fixture: CampaignFixture) => fixture.contactIds.map((id) => statusOf(fixture, id));

const delivered = async (fixture: CampaignFixture) => (await fixture.campaign.snapshot())?.counts.delivered;
const unmatched = async (t: TestTenant) => {
  const { data } = await expectBody(
    await t.call("GET", "/v1/unmatched-events"),
    200,
    unmatchedEventsAnswers.unmatchedEventList,
  );
  return data.map(({ lineId, kind, count }) => ({ lineId, kind, count }));
};

const unreachable = { applyEvents: () => Promise.reject(new Error("away")) } as Partial<CampaignRpc> as CampaignRpc;

/** The Worker's own wiring, but for one campaign whose object always fails. */
function withBrokenCampaign(brokenId: string): Deps {
  const deps = makeDeps(withCaughtQueues().env);
  return { ...deps, campaign: (id) => (id === brokenId ? unreachable : deps.campaign(id)) };
}

async function consume(bodies: unknown[], deps: Deps, { attempts = 1 } = {}) {
  const queues = withCaughtQueues();
  const batch = createMessageBatch<unknown>(
    "meta-events",
    bodies.map((body, i) => ({ id: `m${i}`, timestamp: new Date(), attempts, body })),
  );
  await consumeEvents(batch, { ...deps, queues: makeDeps(queues.env).queues });
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { acked: explicitAcks, retried: retryMessages.map(({ msgId }) => msgId), caught: queues.caught };
}

/** As in `status.messageId`. A field that only the type has would be dropped on the way in without a word. */
type Fields<T extends { kind: string }> = T extends unknown ? `${T["kind"]}.${keyof T & string}` : never;

test("what is checked on the way in has every field that the types have", () => {
  expectTypeOf<Fields<z.infer<typeof metaEvent>>>().toEqualTypeOf<Fields<MetaEvent>>();
  expectTypeOf<Fields<z.infer<typeof metaEventsMessage>>>().toEqualTypeOf<Fields<MetaEventsMessage>>();
  expectTypeOf<Fields<z.infer<typeof jobMessage>>>().toEqualTypeOf<Fields<JobMessage>>();
});

describe("one event that can't be applied", () => {
  test("of fifty in a message: the other 49 are, it is tried again alone, and ends as a dead letter of its own", async () => {
    const fixture = await aWaitingCampaign(49);
    const poison = statusOf(fixture, "con_1", { callback: "c:cmp_broken;r:con_1" });
    const deps = withBrokenCampaign("cmp_broken");
    const first = await consume([events(...statusesOf(fixture).toSpliced(20, 0, poison))], deps);
    expect(first).toMatchObject({ acked: ["m0"], retried: [] });
    expect(await delivered(fixture)).toBe(49);
    expect(first.caught).toHaveLength(1);
    expect(first.caught[0]).toMatchObject({ queue: "meta-events", body: events(poison), delaySeconds: 10 });

    const alone = first.caught[0]?.body;
    expect(await consume([alone], deps)).toEqual({ acked: [], retried: ["m0"], caught: [] });
    await deliver("meta-events-dead", [alone]);
    const { data } = await expectBody(
      await fixture.tenant.call("GET", "/v1/dead-letters"),
      200,
      deadLettersAnswers.deadLetterList,
    );
    expect(data).toMatchObject([{ queue: "meta-events", status: "open" }]);
  });

  test("of fifty messages: 49 are done, it alone is tried again", async () => {
    const fixture = await aWaitingCampaign(49);
    const poison = statusOf(fixture, "con_1", { callback: "c:cmp_broken;r:con_1" });
    const all = statusesOf(fixture).toSpliced(20, 0, poison);
    const outcome = await consume(
      all.map((event) => events(event)),
      withBrokenCampaign("cmp_broken"),
    );
    expect(outcome.acked).toHaveLength(49);
    expect(outcome).toMatchObject({ retried: ["m20"], caught: [] });
    expect(await delivered(fixture)).toBe(49);
  });

  test("of a shape that nobody knows costs no neighbour, in its message or beside it", async () => {
    const fixture = await aWaitingCampaign(3);
    const [a, b, c] = statusesOf(fixture);
    const strange = { kind: "from_next_year", phoneNumberId: fixture.phoneNumberIds[0] };
    const bodies = [
      null,
      events(a, strange, b),
      "text",
      { kind: "events" },
      events(c),
      { kind: "other" },
      events(strange),
    ];
    const outcome = await consume(bodies, makeDeps(withCaughtQueues().env));
    expect(outcome.acked).toEqual(["m1", "m4"]);
    expect(outcome.retried).toEqual(["m0", "m2", "m3", "m5", "m6"]);
    expect(outcome.caught).toMatchObject([{ body: events(strange) }]);
    expect(await delivered(fixture)).toBe(3);
  });

  test("does not make its neighbours count twice", async () => {
    const fixture = await aWaitingCampaign(1);
    const unnamed = statusOf(fixture, "con_1", { callback: null, recipientPhone: "+5511900000000" });
    const poison = statusOf(fixture, "con_1", { callback: "c:cmp_broken;r:con_1" });
    await consume([events(unnamed), events(poison)], withBrokenCampaign("cmp_broken"));
    expect(await unmatched(fixture.tenant)).toEqual([{ lineId: fixture.lineIds[0], kind: "status", count: 1 }]);
  });

  test("when nothing can be applied the message comes back whole: it is not the event's fault", async () => {
    const fixture = await aWaitingCampaign(2);
    const deps: Deps = { ...makeDeps(withCaughtQueues().env), campaign: () => unreachable };
    const outcome = await consume([events(...statusesOf(fixture))], deps);
    expect(outcome).toEqual({ acked: [], retried: ["m0"], caught: [] });
  });
});

describe("postmangovsg #2151: a status that comes before the row", () => {
  test.each(["meta-events", "meta-events-1"])("is settled is kept, and the row ends right: %s", async (queue) => {
    const fixture = await aCampaignFixture({ people: 1 });
    const caught: SendMessage[] = [];
    const contactId = fixture.contactIds[0] ?? "";
    await catchSends(fixture, caught);
    await fixture.campaign.start(fixture.tenant.tenantId, fixture.campaignId);
    await eventually(() => expect(caught).toHaveLength(1));
    await claimOne(fixture, "clm_1", { contactId, attempt: 1 });
    const read = statusOf(fixture, contactId, { status: "read", messageId: "wamid.1" });
    expect(await deliver(queue, [events(read)])).toEqual({ acked: 1, retried: [] });
    const at = Date.now();
    await fixture.campaign.settle("clm_1", [{ contactId, outcome: "accepted", messageId: "wamid.1", at, held: false }]);
    const { data } = await fixture.campaign.recipients({ limit: 1 });
    expect(data).toMatchObject([{ status: "read", messageId: "wamid.1", readAt: RECEIVED_AT }]);
    expect(await unmatched(fixture.tenant)).toEqual([]);
  });

  test("is there at all waits, and is applied when it has come", async () => {
    const fixture = await aWaitingCampaign(2, { prepared: false });
    const queues = withCaughtQueues();
    const deps = makeDeps(queues.env);
    const early = await consume([events(...statusesOf(fixture))], deps);
    expect(early).toMatchObject({ acked: ["m0"], retried: [] });
    expect(early.caught).toMatchObject([{ body: { ...events(...statusesOf(fixture)), waits: 1 }, delaySeconds: 5 }]);
    expect(await unmatched(fixture.tenant)).toEqual([]);
    await prepare(fixture);
    const later = await consume([early.caught[0]?.body], deps);
    expect(later).toEqual({ acked: ["m0"], retried: [], caught: [] });
    expect(await delivered(fixture)).toBe(2);
  });

  test("waits alone: its neighbours of the same campaign are applied at once", async () => {
    const fixture = await aWaitingCampaign(3);
    const missing = statusOf(fixture, "con_missing");
    const outcome = await consume(
      [events(...statusesOf(fixture).toSpliced(1, 0, missing))],
      makeDeps(withCaughtQueues().env),
    );
    expect(await delivered(fixture)).toBe(3);
    expect(outcome.caught).toMatchObject([{ body: events(missing) }]);
  });

  test("is waited for four times, a quarter of an hour in all, and then listed as one that fits nothing", async () => {
    const fixture = await aWaitingCampaign(1);
    const deps = makeDeps(withCaughtQueues().env);
    let body: unknown = events(statusOf(fixture, "con_missing"));
    const delays: unknown[] = [];
    for (;;) {
      const { acked, caught } = await consume([body], deps);
      expect(acked).toEqual(["m0"]);
      const [again] = caught;
      if (!again) break;
      expect(await unmatched(fixture.tenant)).toEqual([]);
      delays.push(again.delaySeconds);
      body = again.body;
    }
    expect(delays).toEqual([5, 30, 120, 600]);
    expect(await unmatched(fixture.tenant)).toEqual([{ lineId: fixture.lineIds[0], kind: "status", count: 1 }]);
  });
});

/** One person, written to by a campaign, and by a second one just now. `answer` is the Graph's to the second. */
async function writtenToTwice(answer: GraphAnswer | Promise<GraphAnswer>) {
  let calls = 0;
  const graph = stubMessages((_, nth) => {
    calls = nth;
    return nth === 1 ? "accept" : answer;
  });
  /** The second call is made: a reply from now on is younger than what it answers. */
  const secondIsCalled = () => eventually(() => expect(calls).toBe(2));
  const fixture = await aCampaignFixture({ people: 1 });
  const { tenantId } = fixture.tenant;
  const [contactId = ""] = fixture.contactIds;
  const statusIs = (campaign: CampaignFixture["campaign"], status: string) =>
    eventually(async () => expect((await campaign.recipient(contactId))?.status).toBe(status));
  const first = fixture.campaign;
  await first.start(tenantId, fixture.campaignId);
  await statusIs(first, "sent");
  const [row] = await orm.select().from(schema.campaigns).where(eq(schema.campaigns.id, fixture.campaignId));
  const secondId = newId("cmp");
  if (row) await orm.insert(schema.campaigns).values({ ...row, id: secondId, status: "preparing", counts: null });
  const second = campaignStub(secondId);
  await second.start(tenantId, secondId);
  // People answer the number that wrote to them, which may be any of the three.
  const sender = fixture.lineIds.indexOf((await first.recipient(contactId))?.lineId ?? "");
  const reply = (contextId: string | null = null) => ({
    ...{ kind: "inbound", phoneNumberId: fixture.phoneNumberIds[sender], phone: fixture.phones[0], userId: null },
    ...{ messageId: newId("wamid"), at: Date.now(), type: "text", text: "oi", payload: null, contextId },
  });
  const replied = async () =>
    (await Promise.all([first, second].map((each) => each.recipient(contactId)))).map((found) => !!found?.repliedAt);
  const messageIdIn = async (campaign: typeof first) => (await campaign.recipient(contactId))?.messageId ?? null;
  return { fixture, graph, first, second, secondId, secondIsCalled, statusIs, reply, replied, messageIdIn };
}

test("whoever begins to talk in the middle of a wave gets nothing of it, from that moment on", async () => {
  const { fixture, caught } = await aStartedCampaign({ people: 2 });
  const [phoneNumberId] = fixture.phoneNumberIds;
  const [, phone] = fixture.phones;
  const talking = fixture.contactIds[1] ?? "";
  const says = { kind: "inbound", phoneNumberId, phone, userId: null, messageId: newId("wamid"), at: Date.now() };
  const reply = events({ ...says, type: "text", text: "oi", payload: null, contextId: null });
  await consume([reply], makeDeps(withCaughtQueues().env));
  expect(await fixture.campaign.recipient(talking)).toMatchObject({ status: "skipped", skipReason: "inService" });
  const message = caught.find(({ contactId }) => contactId === talking);
  expect((await fixture.campaign.claim({ claimId: "clm_late", messages: message ? [message] : [] })).claimed).toEqual(
    [],
  );
  await fixture.campaign.cancel();
});

describe("a reply of somebody whom two campaigns have written to", () => {
  test("is counted for the message that the person has, once, and not for the one that Meta refused just then", async () => {
    const { fixture, graph, second, secondId, statusIs, reply, replied } = await writtenToTwice({ code: 131026 });
    await statusIs(second, "failed");
    graph.restore();

    // The portfolio still takes it for sent: the consumer's word that it was not has not come yet.
    const deps = makeDeps(withCaughtQueues().env);
    const [contactId = ""] = fixture.contactIds;
    const early: Deps = {
      ...deps,
      portfolio: () =>
        ({
          lastMessageTo: async (phone, by, notOf) =>
            notOf === secondId
              ? fixture.portfolio.lastMessageTo(phone, by, notOf)
              : { campaignId: secondId, contactId, at: by },
        }) as Partial<PortfolioRpc> as PortfolioRpc,
    };
    const given = reply();
    for (const again of [1, 2]) {
      expect(await consume([events(given)], early), `time ${again}`).toMatchObject({ acked: ["m0"], caught: [] });
      expect(await replied()).toEqual([true, false]);
      expect((await fixture.campaign.snapshot())?.counts.replied).toBe(1);
    }
    expect(await unmatched(fixture.tenant)).toEqual([]);
  });

  test("is counted for the message that the person has, also when two campaigns since then were only about to write", async () => {
    const { fixture, graph, secondId, second, statusIs, reply, replied } = await writtenToTwice({ code: 131026 });
    await statusIs(second, "failed");
    graph.restore();
    // Who used the line is known once the campaign has told the catalogue.
    await eventually(async () => {
      const told = await orm
        .select()
        .from(schema.sendRollups)
        .where(eq(schema.sendRollups.campaignId, fixture.campaignId));
      expect(told.length).toBeGreaterThan(0);
    });

    const deps = makeDeps(withCaughtQueues().env);
    const [contactId = ""] = fixture.contactIds;
    const thirdId = newId("cmp");
    const counted: Deps = {
      ...deps,
      portfolio: () =>
        ({
          lastMessageTo: async (_phone, by, notOf) => ({
            campaignId: notOf === secondId ? thirdId : secondId,
            contactId,
            at: by,
          }),
        }) as Partial<PortfolioRpc> as PortfolioRpc,
    };
    expect(await consume([events(reply())], counted)).toMatchObject({ acked: ["m0"], caught: [] });
    expect(await replied()).toEqual([true, false]);
    expect(await unmatched(fixture.tenant)).toEqual([]);
  });

  test.each<[string, GraphAnswer, boolean[]]>([
    ["refuses it", { code: 131026 }, [true, false]],
    ["takes it", "accept", [false, true]],
  ])(
    "waits while the call to Meta is open, and is counted where it belongs when Meta %s",
    async (_, answer, expected) => {
      let answerNow: (answer: GraphAnswer) => void = () => undefined;
      const open = new Promise<GraphAnswer>((resolve) => {
        answerNow = resolve;
      });
      const { fixture, graph, second, secondIsCalled, statusIs, reply, replied } = await writtenToTwice(open);
      await secondIsCalled();
      await statusIs(second, "sending");
      const deps = makeDeps(withCaughtQueues().env);
      const given = events(reply());
      const { acked, caught } = await consume([given], deps);
      expect(acked).toEqual(["m0"]);
      expect(caught).toMatchObject([{ body: { ...given, waits: 1 }, delaySeconds: 5 }]);
      expect(await replied()).toEqual([false, false]);

      answerNow(answer);
      await statusIs(second, answer === "accept" ? "sent" : "failed");
      graph.restore();
      expect(await consume([caught[0]?.body], deps)).toMatchObject({ acked: ["m0"], caught: [] });
      expect(await replied()).toEqual(expected);
      expect(await unmatched(fixture.tenant)).toEqual([]);
    },
  );

  test("is counted for the message that it quotes", async () => {
    const { graph, first, second, statusIs, reply, replied, messageIdIn } = await writtenToTwice("accept");
    await statusIs(second, "sent");
    graph.restore();
    const deps = makeDeps(withCaughtQueues().env);
    const quoting = reply(await messageIdIn(first));
    expect(await consume([events(quoting)], deps)).toMatchObject({ acked: ["m0"], caught: [] });
    expect(await replied()).toEqual([true, false]);
    expect(await consume([events(reply(await messageIdIn(second)), quoting)], deps)).toMatchObject({ caught: [] });
    expect(await replied()).toEqual([true, true]);
    for (const each of [first, second]) expect((await each.snapshot())?.counts.replied).toBe(1);
  });

  test.each<[string, boolean[]]>([
    ["sent", [false, true]],
    ["failed", [true, false]],
  ])("is counted for what arrived last when it quotes neither, and the second is %s", async (status, expected) => {
    const { fixture, graph, first, second, secondId, statusIs, reply, replied } = await writtenToTwice("accept");
    await statusIs(second, "sent");
    graph.restore();
    const deps = makeDeps(withCaughtQueues().env);
    if (status === "failed") {
      const [contactId = ""] = fixture.contactIds;
      const callback = encodeCallbackData({ campaignId: secondId, contactId });
      const messageId = (await second.recipient(contactId))?.messageId ?? "";
      const error = { code: 131026, title: "", detail: "" };
      await consume([events(statusOf(fixture, contactId, { status: "failed", callback, messageId, error }))], deps);
    }
    expect(await consume([events(reply("wamid.of_an_agent"))], deps)).toMatchObject({ acked: ["m0"], caught: [] });
    expect(await replied()).toEqual(expected);
    expect((await first.snapshot())?.counts.replied).toBe(expected[0] ? 1 : 0);
  });
});

describe("what fits nothing", () => {
  test("is listed at once when nothing of ours is named, and is no failure", async () => {
    const fixture = await aWaitingCampaign(1);
    const nothingOfOurs = { callback: null, recipientPhone: "+5511900000000" };
    const batch = [1, 2, 3].map((n) =>
      events(statusOf(fixture, "con_1", { ...nothingOfOurs, messageId: `wamid.${n}` })),
    );
    const inbound = {
      kind: "inbound",
      phoneNumberId: fixture.phoneNumberIds[1],
      phone: "+5511900000001",
      userId: null,
      messageId: newId("wamid"),
      at: RECEIVED_AT,
      type: "text",
      text: "oi",
      payload: null,
      contextId: null,
    };
    expect(await consume([...batch, events(inbound)], makeDeps(withCaughtQueues().env))).toMatchObject({
      acked: ["m0", "m1", "m2", "m3"],
      caught: [],
    });
    expect((await unmatched(fixture.tenant)).sort((a, b) => b.count - a.count)).toEqual([
      { lineId: fixture.lineIds[0], kind: "status", count: 3 },
      { lineId: fixture.lineIds[1], kind: "inbound", count: 1 },
    ]);
  });

  test("is also what names another tenant's campaign: it moves nobody there and is listed here", async () => {
    const theirs = await aWaitingCampaign(1);
    const ours = await aWaitingCampaign(1);
    const [named] = statusesOf(theirs);
    const deps = makeDeps(withCaughtQueues().env);
    let body: unknown = events({ ...named, phoneNumberId: ours.phoneNumberIds[0] });
    for (let again = true; again; ) {
      const { acked, caught } = await consume([body], deps);
      expect(acked).toEqual(["m0"]);
      again = caught.length > 0;
      body = caught[0]?.body;
    }
    expect(await delivered(theirs)).toBe(0);
    expect(await unmatched(theirs.tenant)).toEqual([]);
    expect(await unmatched(ours.tenant)).toEqual([{ lineId: ours.lineIds[0], kind: "status", count: 1 }]);
  });
});
