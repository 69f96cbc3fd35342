import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecipientStatus } from "#core/sending/recipient.ts";
import { applyEvent, type RecipientEvent, type RecipientState } from "#core/sending/recipient-status.ts";

const MESSAGE = "wamid.one";

const blank = (status: RecipientStatus): RecipientState => ({
  status,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
  repliedAt: null,
  messageId: null,
  errorCode: null,
  errorDetail: null,
});
const play = (state: RecipientState, events: RecipientEvent[]) => events.reduce(applyEvent, state);
const sending = blank("sending");

// Times and codes from small ranges, so that ties and repeats are common.
const at = fc.integer({ min: 1, max: 20 });
const code = fc.constantFrom(131026, 131049, 132015, -1);
const detailOf = (errorCode: number) => `why ${errorCode}`;

/** What one message can live through. Equal codes come with equal details: a redelivered status is the same text. */
const event: fc.Arbitrary<RecipientEvent> = fc.oneof(
  at.map((at): RecipientEvent => ({ type: "accepted", at, messageId: MESSAGE })),
  at.map((at): RecipientEvent => ({ type: "sent", at, messageId: MESSAGE })),
  at.map((at): RecipientEvent => ({ type: "delivered", at, messageId: MESSAGE })),
  at.map((at): RecipientEvent => ({ type: "read", at, messageId: MESSAGE })),
  fc.tuple(at, code).map(
    ([at, code]): RecipientEvent => ({
      type: "failed",
      at,
      messageId: MESSAGE,
      code,
      detail: detailOf(code),
    }),
  ),
  fc.tuple(at, code).map(([at, code]): RecipientEvent => ({ type: "refused", at, code, detail: detailOf(code) })),
  at.map((at): RecipientEvent => ({ type: "lost", at })),
  at.map((at): RecipientEvent => ({ type: "replied", at })),
);
const events = fc.array(event, { maxLength: 12 });
const start = fc.constantFrom<RecipientStatus>("pending", "skipped", "queued", "sending", "unknown").map(blank);

/** A list of events, and the same ones shuffled with some of them repeated. */
const twoTellings = events.chain((told) =>
  fc
    .tuple(
      fc.shuffledSubarray(told),
      fc.shuffledSubarray(told, { minLength: told.length }),
      fc.infiniteStream(fc.nat()),
    )
    .map(([repeats, all, places]) => {
      const retold = [...all];
      for (const repeat of repeats) retold.splice((places.next().value ?? 0) % (retold.length + 1), 0, repeat);
      return { told, retold };
    }),
);

const ORDER: RecipientStatus[] = ["pending", "queued", "sending", "unknown", "sent", "failed", "delivered", "read"];
const rank = (status: RecipientStatus) => Math.max(0, ORDER.indexOf(status));

/** The row that a set of events means, read off the set without going through it in any order. */
function meaningOf(from: RecipientState, told: RecipientEvent[]): RecipientState {
  const times = (...types: RecipientEvent["type"][]) => told.filter((e) => types.includes(e.type)).map((e) => e.at);
  const first = (list: number[]) => (list.length > 0 ? Math.min(...list) : null);
  const happened = (...types: RecipientEvent["type"][]) => times(...types).length > 0;
  const codes = told.flatMap((e) => ("code" in e ? [e.code] : []));
  const status = (): RecipientStatus => {
    if (happened("read")) return "read";
    if (happened("delivered")) return "delivered";
    if (happened("failed", "refused")) return "failed";
    if (happened("accepted", "sent")) return "sent";
    return happened("lost") ? "unknown" : from.status;
  };
  const failed = status() === "failed";
  // -1 stands for "no code of Meta's": it stays only when there is no other.
  const plainest = codes.some((code) => code >= 0) ? Math.min(...codes.filter((code) => code >= 0)) : -1;
  return {
    status: status(),
    sentAt: first(times("accepted", "sent", "delivered", "read")),
    deliveredAt: first(times("delivered", "read")),
    readAt: first(times("read")),
    failedAt: failed ? first(times("failed", "refused")) : null,
    repliedAt: first(times("replied")),
    messageId: told.some((e) => "messageId" in e) ? MESSAGE : null,
    errorCode: failed ? plainest : null,
    errorDetail: failed ? detailOf(plainest) : null,
  };
}

describe("the status of one recipient's message", () => {
  it("depends on which events came, not on their order or how often", () => {
    fc.assert(
      fc.property(start, twoTellings, (from, { told, retold }) => {
        expect(play(from, retold)).toEqual(meaningOf(from, told));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never goes back, whatever comes", () => {
    fc.assert(
      fc.property(start, events, (from, told) => {
        let state = from;
        for (const each of told) {
          const next = applyEvent(state, each);
          expect(rank(next.status)).toBeGreaterThanOrEqual(rank(state.status));
          state = next;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives back the very same row when an event is news to nobody", () => {
    fc.assert(
      fc.property(start, events, (from, told) => {
        const state = play(from, told);
        for (const each of told) expect(applyEvent(state, each)).toBe(state);
      }),
      { numRuns: 1_000 },
    );
  });

  it("has the earlier times of every step it is past, in order", () => {
    fc.assert(
      fc.property(start, events, (from, told) => {
        const { status, sentAt, deliveredAt, readAt } = play(from, told);
        if (status === "read") expect(readAt).not.toBeNull();
        if (readAt !== null) expect(deliveredAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(readAt);
        if (deliveredAt !== null) expect(sentAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(deliveredAt);
        if (status === "sent" || status === "delivered") expect(sentAt).not.toBeNull();
      }),
    );
  });

  it("has an error exactly when it has failed", () => {
    fc.assert(
      fc.property(start, events, (from, told) => {
        const { status, failedAt, errorCode, errorDetail } = play(from, told);
        expect([failedAt !== null, errorCode !== null, errorDetail !== null]).toEqual(
          Array(3).fill(status === "failed"),
        );
      }),
    );
  });

  it("is no further along, and no later in time, for events that were lost on the way", () => {
    const someOf = events.chain((told) => fc.tuple(fc.constant(told), fc.subarray(told)));
    fc.assert(
      fc.property(start, someOf, (from, [told, arrived]) => {
        const whole = play(from, told);
        const part = play(from, arrived);
        expect(rank(part.status)).toBeLessThanOrEqual(rank(whole.status));
        if (part.sentAt !== null) expect(whole.sentAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(part.sentAt);
      }),
    );
  });

  it("keeps replies apart: they change the reply's time and nothing else", () => {
    fc.assert(
      fc.property(start, events, at, (from, told, replyAt) => {
        const before = play(from, told);
        const after = applyEvent(before, { type: "replied", at: replyAt });
        expect(after).toEqual({ ...before, repliedAt: Math.min(before.repliedAt ?? replyAt, replyAt) });
      }),
    );
  });

  it("does not touch the row it is given", () => {
    fc.assert(
      fc.property(start, event, (from, each) => {
        applyEvent(Object.freeze({ ...from }), each);
      }),
    );
  });
});

describe("a message whose answer was lost", () => {
  const lost: RecipientEvent = { type: "lost", at: 5 };

  it("is unconfirmed, and keeps no time or error of its own", () => {
    expect(applyEvent(sending, lost)).toEqual(blank("unknown"));
  });

  it.each<RecipientEvent & { messageId: string }>([
    { type: "accepted", at: 9, messageId: MESSAGE },
    { type: "sent", at: 9, messageId: MESSAGE },
    { type: "delivered", at: 9, messageId: MESSAGE },
    { type: "read", at: 9, messageId: MESSAGE },
    { type: "failed", at: 9, messageId: MESSAGE, code: 131026, detail: "gone" },
  ])("is settled by $type, before or after the loss is noticed", (each) => {
    const settled = applyEvent(sending, each);
    expect(settled.status).not.toBe("unknown");
    expect(settled.messageId).toBe(MESSAGE);
    expect(play(sending, [lost, each])).toEqual(settled);
    expect(play(sending, [each, lost])).toEqual(settled);
  });
});

describe("failures against deliveries", () => {
  const failed: RecipientEvent = { type: "failed", at: 3, messageId: MESSAGE, code: 131026, detail: "gone" };
  const delivered: RecipientEvent = { type: "delivered", at: 7, messageId: MESSAGE };

  it("a delivery takes a failure back, error and all", () => {
    expect(play(sending, [failed, delivered])).toEqual(applyEvent(sending, delivered));
  });

  it("a failure after a delivery is ignored", () => {
    expect(play(sending, [delivered, failed])).toEqual(applyEvent(sending, delivered));
  });

  it("a failure after acceptance stands, and the time of sending stays", () => {
    const accepted: RecipientEvent = { type: "accepted", at: 1, messageId: MESSAGE };
    expect(play(sending, [accepted, failed])).toMatchObject({ status: "failed", sentAt: 1, failedAt: 3 });
  });

  it("a read that comes alone stands for the delivery and the sending that were never told", () => {
    expect(applyEvent(sending, { type: "read", at: 8, messageId: MESSAGE })).toEqual({
      ...blank("read"),
      sentAt: 8,
      deliveredAt: 8,
      readAt: 8,
      messageId: MESSAGE,
    });
  });
});
