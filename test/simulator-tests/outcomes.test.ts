import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_BEHAVIOUR } from "../simulator/behaviour.ts";
import { planOutcome, type Subject } from "../simulator/outcomes.ts";
import { canonicalDigits, digitsOf, waIdOf } from "../simulator/phone-numbers.ts";
import { draw } from "../simulator/random.ts";
import { person } from "./fixture.ts";

const subject = (n: number, more: Partial<Subject> = {}): Subject => ({
  seed: "1",
  person: person(n),
  templateName: "oferta",
  category: "MARKETING",
  quickReplies: [{ text: "Quero", payload: "SIM" }],
  windowOpen: false,
  ...more,
});
const plan = (n: number, more: Partial<Subject> = {}, at = 0) =>
  planOutcome(subject(n, more), DEFAULT_BEHAVIOUR, at, 1);
const everyone = Array.from({ length: 20_000 }, (_, n) => n);
const shareOf = (holds: (n: number) => boolean): number => everyone.filter(holds).length / everyone.length;

describe("what becomes of a message", () => {
  it("is the same for the same seed, person and template, whenever it is sent", () => {
    for (const n of everyone.slice(0, 500)) {
      const [early, late] = [plan(n), plan(n, {}, 1_000_000)];
      expect(late.outcome).toBe(early.outcome);
      expect(late.webhooks.map(({ dueMs }) => dueMs - 1_000_000)).toEqual(early.webhooks.map(({ dueMs }) => dueMs));
    }
  });

  it("differs by seed and by template", () => {
    const outcomes = (more: Partial<Subject>) => everyone.slice(0, 500).map((n) => plan(n, more).outcome);
    expect(outcomes({ seed: "2" })).not.toEqual(outcomes({}));
    expect(outcomes({ templateName: "aviso" })).not.toEqual(outcomes({}));
  });

  it("leaves a person without WhatsApp unreachable by every template", () => {
    const lost = everyone.filter((n) => plan(n).errorCode === 131026);
    expect(lost.length).toBeGreaterThan(0);
    for (const n of lost) expect(plan(n, { templateName: "aviso", category: "UTILITY" }).errorCode).toBe(131026);
  });

  it("comes close to the shares asked for", () => {
    const { unreachable, capped, read } = DEFAULT_BEHAVIOUR;
    expect(Math.abs(shareOf((n) => plan(n).errorCode === 131026) - unreachable)).toBeLessThan(0.005);
    expect(Math.abs(shareOf((n) => plan(n).errorCode === 131049) - capped)).toBeLessThan(0.005);
    const delivered = everyone.filter((n) => ["delivered", "read", "replied"].includes(plan(n).outcome));
    const isRead = delivered.filter((n) => ["read", "replied"].includes(plan(n).outcome));
    expect(Math.abs(isRead.length / delivered.length - read)).toBeLessThan(0.02);
  });

  it("never caps or tests people in utility messages", () => {
    const codes = new Set(everyone.map((n) => plan(n, { category: "UTILITY" }).errorCode));
    expect([...codes].sort()).toEqual([131026, null]);
  });

  it("happens in the order of life: each step later than the one before", () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (n, seed) => {
        const { webhooks } = plan(n % 10_000_000, { seed });
        const order = ["sent", "failed", "delivered", "read", "reply"];
        for (const [at, webhook] of webhooks.entries()) {
          const before = webhooks[at - 1];
          if (!before) continue;
          expect(webhook.dueMs).toBeGreaterThan(before.dueMs);
          expect(order.indexOf(webhook.kind)).toBeGreaterThan(order.indexOf(before.kind));
        }
      }),
    );
  });

  it("answers texts without a template only within a day of the person's own message", () => {
    const reachable = everyone.find((n) => plan(n).errorCode !== 131026) ?? 0;
    const free = { templateName: "", category: "" };
    expect(plan(reachable, free).errorCode).toBe(131047);
    expect(plan(reachable, { ...free, windowOpen: true }).errorCode).toBe(null);
  });

  it("reports a Brazilian number that cannot exist as undeliverable", () => {
    expect(plan(0, { person: "5520123" }).errorCode).toBe(131026);
  });

  it("sends some replies as presses, some as text, and leaves the context out of some presses", () => {
    const replies = everyone.flatMap((n) => plan(n).webhooks.flatMap((webhook) => webhook.reply ?? []));
    const presses = replies.filter((reply) => reply.type === "button");
    expect(presses.length).toBeGreaterThan(0);
    expect(replies.length).toBeGreaterThan(presses.length);
    expect(presses.every((reply) => reply.type === "button" && reply.payload === "SIM")).toBe(true);
    expect(presses.some((reply) => !reply.withContext)).toBe(true);
    expect(presses.some((reply) => reply.withContext)).toBe(true);
  });
});

describe("a Brazilian number", () => {
  it("keeps its ninth digit up to DDD 30, and loses it for a fixed part of the people beyond", () => {
    const waIds = (ddd: number) => everyone.map((n) => waIdOf("1", `55${ddd}9${60_000_000 + n}`));
    expect(waIds(11).every((id) => id.length === 13)).toBe(true);
    const short = waIds(31).filter((id) => id.length === 12).length / everyone.length;
    expect(short).toBeGreaterThan(0.35);
    expect(short).toBeLessThan(0.45);
  });

  it("is the same person with and without the ninth digit", () => {
    expect(canonicalDigits("553187654321")).toBe("5531987654321");
    expect(canonicalDigits("5531987654321")).toBe("5531987654321");
    expect(canonicalDigits("551133334444")).toBe("551133334444");
    expect(waIdOf("1", "553187654321")).toBe(waIdOf("1", "5531987654321"));
  });

  it("is read however it is written, and nothing else is", () => {
    expect(digitsOf("+55 (11) 98765-4321")).toBe("5511987654321");
    for (const wrong of ["", "11 9x", "123456", "1".repeat(16), "0551198765432"]) expect(digitsOf(wrong)).toBe(null);
  });
});

describe("the dice", () => {
  it("fall evenly, also for words that differ by one letter", () => {
    const buckets = Array(10).fill(0);
    for (const n of everyone) buckets[Math.floor(draw("1", person(n), "read") * 10)]++;
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
