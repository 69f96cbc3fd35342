import { expect, it } from "vitest";
import { ratesOf } from "../../worker/core/campaign-rates.ts";

const counts = {
  total: 20,
  pending: 0,
  queued: 0,
  sent: 16,
  delivered: 12,
  read: 6,
  failed: 4,
  skipped: 0,
  unknown: 0,
  replied: 3,
};

it("puts each state into relation to the one before it", () => {
  expect(ratesOf(counts)).toEqual({ delivery: 0.75, read: 0.5, reply: 0.25, failure: 0.2 });
});

it("says nothing where nothing has happened", () => {
  const none = { ...counts, sent: 0, delivered: 0, read: 0, failed: 0, replied: 0 };
  expect(ratesOf(none)).toEqual({ delivery: null, read: null, reply: null, failure: null });
});
