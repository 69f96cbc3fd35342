import fc from "fast-check";
import { expect, it } from "vitest";
import { ratesOf } from "#core/sending/rates.ts";

/** Of 3,000 people 2,000 are outside the filter; of the others 900 got the message, 30 failed, 20 are unconfirmed. */
const counts = {
  total: 3_000,
  pending: 50,
  queued: 0,
  sent: 900,
  delivered: 720,
  read: 360,
  failed: 30,
  skipped: 2_000,
  unknown: 20,
  replied: 72,
};

it("takes each share of those who came that far", () => {
  expect(ratesOf(counts)).toEqual({
    sent: 0.9,
    delivery: 0.8,
    read: 0.5,
    reply: 0.1,
    failure: 30 / 930,
    doubt: 20 / 950,
    skipped: 2 / 3,
  });
});

it("says the same of a campaign whatever number of people were left out of it", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (others) => {
      const wider = { ...counts, total: counts.total + others, skipped: counts.skipped + others };
      expect({ ...ratesOf(wider), skipped: null }).toEqual({ ...ratesOf(counts), skipped: null });
    }),
  );
});

it("says nothing where nothing has happened", () => {
  const none = { ...counts, sent: 0, delivered: 0, read: 0, failed: 0, unknown: 0, replied: 0, total: 5, skipped: 5 };
  expect(ratesOf(none)).toEqual({
    sent: null,
    delivery: null,
    read: null,
    reply: null,
    failure: null,
    doubt: null,
    skipped: 1,
  });
});
