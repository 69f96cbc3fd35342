import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InboundEvent, MetaEvent } from "#core/meta/event.ts";
import { EVENT_CHUNK_BYTES, splitEvents } from "#core/meta/webhook/split.ts";

const inbound = (text: string | null, overrides: Partial<InboundEvent> = {}): InboundEvent => ({
  kind: "inbound",
  phoneNumberId: "1",
  phone: "+5511987654321",
  userId: null,
  messageId: "wamid.in",
  at: 1,
  type: "text",
  text,
  payload: null,
  contextId: null,
  ...overrides,
});
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

// Characters of one to four bytes, one that JSON escapes, and half a surrogate pair.
const text = fc.string({ unit: fc.constantFrom("a", "ç", "€", "👍", '"', "\u0000", "\ud83d"), maxLength: 120 });
const event: fc.Arbitrary<MetaEvent> = fc.oneof(
  text.map((words) => inbound(words)),
  fc.constant<MetaEvent>({ kind: "ignored", field: "flows" }),
);
const events = fc.array(event, { maxLength: 40 });
const SMALL = 400;

describe("splitting events for the queue", () => {
  it("makes chunks that a queue takes", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: SMALL, max: 5_000 }), (list, maxBytes) => {
        for (const chunk of splitEvents(list, maxBytes)) {
          expect(bytesOf(chunk)).toBeLessThanOrEqual(maxBytes);
          expect(chunk.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("keeps every event, in order, with only long texts shortened", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: SMALL, max: 5_000 }), (list, maxBytes) => {
        const kept = splitEvents(list, maxBytes).flat();
        expect(kept.length).toBe(list.length);
        for (const [index, after] of kept.entries()) {
          const before = list[index];
          if (before?.kind === "inbound" && after.kind === "inbound") {
            expect(before.text?.startsWith(after.text ?? "")).toBe(true);
            expect({ ...after, text: before.text }).toEqual(before);
            if (bytesOf([before]) <= maxBytes) expect(after.text).toBe(before.text);
          } else {
            expect(after).toEqual(before);
          }
        }
      }),
    );
  });

  it("fills a chunk before it begins another", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: SMALL, max: 5_000 }), (list, maxBytes) => {
        const chunks = splitEvents(list, maxBytes);
        for (const [index, chunk] of chunks.entries()) {
          const next = chunks[index + 1]?.[0];
          if (next) expect(bytesOf([...chunk, next])).toBeGreaterThan(maxBytes);
        }
      }),
    );
  });

  it("cuts a huge text between characters and keeps as much of it as fits", () => {
    const [[event] = []] = splitEvents([inbound("👍".repeat(100_000))]);
    if (event?.kind !== "inbound") throw new Error("the message was lost");
    expect(event.text?.isWellFormed()).toBe(true);
    expect(bytesOf([event])).toBeGreaterThan(EVENT_CHUNK_BYTES - 8);
    expect(bytesOf([event])).toBeLessThanOrEqual(EVENT_CHUNK_BYTES);
  });

  it("gives up an event that is too big without its text, not its neighbours", () => {
    const big = inbound("oi", { messageId: "x".repeat(1_000) });
    expect(splitEvents([inbound("a"), big, inbound("b")], 500).flat()).toEqual([
      inbound("a"),
      { kind: "ignored", field: "oversized" },
      inbound("b"),
    ]);
  });

  it("makes nothing of nothing", () => {
    expect(splitEvents([])).toEqual([]);
  });

  it("leaves room for the envelope in a message of 128,000 bytes", () => {
    expect(EVENT_CHUNK_BYTES).toBeLessThanOrEqual(127_000);
  });
});
