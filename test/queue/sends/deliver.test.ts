import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import type { CampaignRpc, ClaimAnswer, ClaimRequest } from "#contracts/campaign-rpc.ts";
import type { SendMessage, Settlement } from "#contracts/queue-messages.ts";
import type { SendAnswer } from "#core/meta/graph.ts";
import { ok } from "#core/shared/result.ts";
import { type Deps, makeDeps } from "#deps.ts";
import { consumeSends } from "#queue/sends/consumer.ts";
import { CALL_TIMEOUT_MS, deliver } from "#queue/sends/deliver.ts";

const messagesOf = (campaignId: string, count: number) =>
  Array.from(
    { length: count },
    (_, i): SendMessage => ({ campaignId, contactId: `con_${i}`, attempt: 1, until: Date.now() + 60_000 }),
  );

const accepted = (contactId: string): SendAnswer => ({
  kind: "accepted",
  messageId: `wamid.${contactId}`,
  metaPacing: false,
});

/** A campaign's yes to all that is asked, each call `waitMs` from now. */
function yesTo({ messages }: ClaimRequest, waitMs = 0): ClaimAnswer {
  const claimed = messages.map((message) => ({ ...message, lineId: "lin_1", waitMs, body: message.contactId }));
  const line = { phoneNumberId: "1", sealedToken: "sealed", ratePerSecond: 1_000 };
  return { claimed, lines: { lin_1: line }, again: [], againInMs: 0, manyWait: false };
}

/** The Worker's own wiring, with campaigns that say yes to everything, unless told otherwise. */
function aFixture({
  send,
  campaigns = {},
}: {
  send?: (contactId: string, giveUp: AbortSignal) => Promise<SendAnswer>;
  campaigns?: Record<string, Partial<CampaignRpc>>;
} = {}) {
  const told: (Settlement & { claimId: string })[] = [];
  const calls: { contactId: string; at: number }[] = [];
  const later: Promise<void>[] = [];
  const campaign: Partial<CampaignRpc> = {
    claim: async (request) => yesTo(request),
    settle: async (claimId, settlements) => void told.push(...settlements.map((each) => ({ claimId, ...each }))),
  };
  const deps: Deps = {
    ...makeDeps(env),
    campaign: (id) => ({ ...campaign, ...campaigns[id] }) as CampaignRpc,
    sealer: { seal: async (text) => text, open: async () => ok("token") },
    messenger: {
      send: (_token, _phoneNumberId, body, giveUp) => {
        calls.push({ contactId: body, at: Date.now() });
        return send ? send(body, giveUp) : Promise.resolve(accepted(body));
      },
    },
    queues: {
      ...makeDeps(env).queues,
      deferEvents: async () => {
        throw new Error("the queue is away too");
      },
    },
  };
  return {
    told,
    calls,
    deps,
    later,
    deliver: (messages: SendMessage[]) => deliver(messages, deps, (work) => void later.push(work)),
  };
}

const away = async (): Promise<never> => {
  throw new Error("the object is away");
};

describe("a batch", () => {
  test("is answered for once its calls have left, and a call that hangs keeps back no other's result", async () => {
    let answer: (answer: SendAnswer) => void = () => undefined;
    const hanging = new Promise<SendAnswer>((resolve) => {
      answer = resolve;
    });
    const fixture = aFixture({ send: (id) => (id === "con_3" ? hanging : Promise.resolve(accepted(id))) });
    await fixture.deliver(messagesOf("cmp_1", 6));
    expect(fixture.calls).toHaveLength(6);
    await expect
      .poll(() => fixture.told.map(({ contactId }) => contactId).sort(), { timeout: 10_000 })
      .toEqual(["con_0", "con_1", "con_2", "con_4", "con_5"]);
    answer({ kind: "lost", detail: "TimeoutError" });
    await Promise.all(fixture.later);
    expect(fixture.told).toHaveLength(6);
    expect(fixture.told.at(-1)).toMatchObject({ contactId: "con_3", outcome: "lost" });
    expect(new Set(fixture.told.map(({ claimId }) => claimId)).size).toBe(1);
  });

  test("gives up a call that is never answered, and its person is unconfirmed; no timer is left when all have ended", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const givenUp = (signal: AbortSignal) =>
        new Promise<SendAnswer>((resolve) =>
          signal.addEventListener("abort", () => resolve({ kind: "lost", detail: signal.reason.name })),
        );
      const fixture = aFixture({
        send: (id, giveUp) => (id === "con_0" ? givenUp(giveUp) : Promise.resolve(accepted(id))),
      });
      await fixture.deliver(messagesOf("cmp_1", 2));
      while (fixture.told.length === 0) await scheduler.wait(5);
      expect(fixture.told.map(({ contactId }) => contactId)).toEqual(["con_1"]);
      await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS - 1);
      expect(fixture.told).toHaveLength(1);
      // The last call of a claim may leave a little after the first.
      await vi.advanceTimersByTimeAsync(1_000);
      await Promise.all(fixture.later);
      expect(fixture.told.at(-1)).toMatchObject({ contactId: "con_0", outcome: "lost" });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("tells a refusal at once, however long the calls beside it take: a refused line must not go on", async () => {
    const { promise: hanging, resolve: answer } = Promise.withResolvers<SendAnswer>();
    const refusal: SendAnswer = { kind: "refused", httpStatus: 400, code: 131_048, detail: "Spam rate limit hit" };
    const fixture = aFixture({ send: (id) => (id === "con_1" ? hanging : Promise.resolve(refusal)) });
    await fixture.deliver(messagesOf("cmp_1", 2));
    await expect
      .poll(() => fixture.told.map(({ contactId, outcome }) => ({ contactId, outcome })), { timeout: 700 })
      .toEqual([{ contactId: "con_0", outcome: "refused" }]);
    answer(accepted("con_1"));
    await Promise.all(fixture.later);
    expect(fixture.told).toHaveLength(2);
  });

  test("with a campaign that can't be told anything takes nothing from another's messages", async () => {
    const fixture = aFixture({ campaigns: { cmp_away: { settle: away }, cmp_gone: { claim: away, settle: away } } });
    await fixture.deliver([...messagesOf("cmp_away", 1), ...messagesOf("cmp_gone", 1), ...messagesOf("cmp_1", 3)]);
    await Promise.allSettled(fixture.later);
    // Of the one that was not claimed for sure nothing leaves.
    expect(fixture.calls).toHaveLength(4);
    expect(fixture.told.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted"]);
  });

  test("whose claim was not answered calls nobody and gives back, under the claim's own id, what it may have taken", async () => {
    const asked: string[] = [];
    const claim = async ({ claimId }: ClaimRequest) => {
      asked.push(claimId);
      return away();
    };
    const fixture = aFixture({ campaigns: { cmp_1: { claim } } });
    await fixture.deliver(messagesOf("cmp_1", 2));
    expect(fixture.calls).toEqual([]);
    expect(fixture.told).toMatchObject([
      { claimId: asked[0], contactId: "con_0", outcome: "released" },
      { claimId: asked[0], contactId: "con_1", outcome: "released" },
    ]);
  });

  test("drops unread what has waited for too long, and acknowledges everything", async () => {
    const asked: ClaimRequest[] = [];
    const claim = async (request: ClaimRequest) => {
      asked.push(request);
      return yesTo(request);
    };
    const { deps, later } = aFixture({ campaigns: { cmp_1: { claim } } });
    const [stale, fresh] = messagesOf("cmp_1", 2);
    if (!stale || !fresh) throw new Error("no messages");
    let acked = 0;
    const bodies = [{ ...stale, until: Date.now() - 1 }, fresh];
    const batch = { messages: bodies.map((body) => ({ body, ack: () => (acked += 1) })) };
    await consumeSends(batch as unknown as MessageBatch<SendMessage>, deps, (work) => void later.push(work));
    expect(asked.map(({ messages }) => messages)).toEqual([[{ contactId: "con_1", attempt: 1 }]]);
    expect(acked).toBe(2);
  });
});

describe("a call", () => {
  test("is made at its slot and not before", async () => {
    const fixture = aFixture({ campaigns: { cmp_1: { claim: async (request) => yesTo(request, 150) } } });
    const startedAt = Date.now();
    await fixture.deliver(messagesOf("cmp_1", 1));
    expect(fixture.calls[0]?.at).toBeGreaterThanOrEqual(startedAt + 150);
  });

  test("whose permission has run out is not made, and its person waits again", async () => {
    const fixture = aFixture({ campaigns: { cmp_1: { claim: async (request) => yesTo(request, 950) } } });
    await fixture.deliver(messagesOf("cmp_1", 1));
    await Promise.all(fixture.later);
    expect(fixture.calls).toEqual([]);
    expect(fixture.told).toMatchObject([{ outcome: "released", reason: "the permission ran out" }]);
  });

  test("whose slot is not near is claimed when it is, and left to the campaign when that is too far off", async () => {
    const claims: number[] = [];
    const first = Date.now();
    const claim = async (request: ClaimRequest): Promise<ClaimAnswer> => {
      claims.push(Date.now() - first);
      const again = request.messages;
      return claims.length === 1
        ? { claimed: [], lines: {}, again, againInMs: 200, manyWait: true }
        : { ...yesTo(request), manyWait: true };
    };
    const never = async ({ messages }: ClaimRequest): Promise<ClaimAnswer> => ({
      ...{ claimed: [], lines: {}, again: messages, againInMs: 60_000, manyWait: true },
    });
    const fixture = aFixture({ campaigns: { cmp_1: { claim }, cmp_2: { claim: never } } });
    await fixture.deliver([...messagesOf("cmp_1", 1), ...messagesOf("cmp_2", 1)]);
    expect(claims).toHaveLength(2);
    expect(claims[1]).toBeGreaterThanOrEqual(199);
    expect(fixture.calls).toHaveLength(1);
  });

  test("whose slot is not near keeps no other campaign's messages from the consumer, unless many wait behind it", async () => {
    const claims: number[] = [];
    const claim = async (request: ClaimRequest): Promise<ClaimAnswer> => {
      claims.push(Date.now());
      if (claims.length > 1) return yesTo(request);
      return { claimed: [], lines: {}, again: request.messages, againInMs: 200, manyWait: false };
    };
    const fixture = aFixture({ campaigns: { cmp_1: { claim } } });
    await fixture.deliver(messagesOf("cmp_1", 1));
    expect(claims).toHaveLength(1);
    for (let waited = 0; waited < fixture.later.length; waited++) await fixture.later[waited];
    expect(fixture.told).toMatchObject([{ contactId: "con_0", outcome: "accepted" }]);
  });

  test.each([
    [500, 131000, true],
    [503, 2, true],
    [400, 131000, false],
    [500, 131026, false],
  ])("refused with HTTP %i and code %i may have left: %s", async (httpStatus, code, mayHaveLeft) => {
    const fixture = aFixture({ send: async () => ({ kind: "refused", httpStatus, code, detail: "" }) });
    await fixture.deliver(messagesOf("cmp_1", 1));
    await Promise.all(fixture.later);
    expect(fixture.told).toMatchObject([{ outcome: "refused", code, mayHaveLeft }]);
  });
});
