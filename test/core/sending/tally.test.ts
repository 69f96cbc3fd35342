import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecipientStatus } from "#core/sending/recipient.ts";
import { accountingOf, countersOf, countsOf, Tally, type TallyRow } from "#core/sending/tally.ts";

const status = fc.constantFrom<RecipientStatus>(
  "pending",
  "sending",
  "sent",
  "delivered",
  "read",
  "failed",
  "skipped",
  "unknown",
);
const instant = fc.option(fc.integer({ min: 0, max: 50_000_000 }), { nil: null });
const row: fc.Arbitrary<TallyRow> = fc.record({
  status,
  skipReason: fc.constantFrom("noOptIn" as const, "cancelled" as const, null),
  wave: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
  lineId: fc.constantFrom("lin_a", "lin_b", null),
  sentAt: instant,
  deliveredAt: instant,
  readAt: instant,
  failedAt: instant,
  repliedAt: instant,
  errorCode: fc.option(fc.constantFrom(131026, 131049), { nil: null }),
});

describe("running counters", () => {
  test("equal a plain recount of the rows after any history of changes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (histories) => {
        const tally = new Tally();
        for (const history of histories) {
          let before: TallyRow | null = null;
          for (const after of history) {
            tally.move(before, after);
            before = after;
          }
        }
        const recount = new Map<string, number>();
        for (const history of histories) {
          const last = history.at(-1);
          for (const key of last ? countersOf(last) : []) recount.set(key, (recount.get(key) ?? 0) + 1);
        }
        for (const [rest, value] of tally.entries(""))
          expect([rest.join("/"), value]).toEqual([rest.join("/"), recount.get(rest.join("/"))]);
        for (const [key, value] of recount) expect(tally.get(key)).toBe(value);
        expect(accountingOf(tally, histories.length, 0).balanced).toBe(true);
        const counts = countsOf(tally, histories.length, 0);
        expect(counts.read).toBeLessThanOrEqual(counts.delivered);
        expect(counts.delivered).toBeLessThanOrEqual(counts.sent);
      }),
    );
  });

  test("say so when a row is missing", () => {
    const tally = new Tally();
    tally.add("status/sent", 2);
    expect(accountingOf(tally, 3, 0).balanced).toBe(false);
  });
});
