import { expect, test } from "vitest";
import { billOf, difference, sumByItem } from "./bill.ts";

test("a million messages cost what so many messages did, by the price of each item", () => {
  const { lines, usd } = billOf(
    { "object-rows-written.campaign": 9_000, "object-rows-written.portfolio": 1_000, "queue-operations.sends": 3_000 },
    1_000,
  );
  const of = (item: string) => lines.find((line) => line.item === item);
  expect(of("object-rows-written")).toEqual({ item: "object-rows-written", perMessage: 10, usd: 10 });
  expect(of("queue-operations")?.usd).toBeCloseTo(1.2);
  expect(of("d1-rows-written")).toEqual({ item: "d1-rows-written", perMessage: 0, usd: 0 });
  expect(usd).toBeCloseTo(11.2);
});

test("names are summed by the item that they begin with, and what nobody bills is left out", () => {
  expect(
    sumByItem({ "d1-rows-read": 1, "d1-queries": 5, "object-calls.campaign.claim": 2, "object-calls.x": 3 }),
  ).toEqual({
    "d1-rows-read": 1,
    "object-calls": 5,
  });
});

test("only what was counted between two readings is billed", () => {
  expect(difference({ a: 2 }, { a: 5, b: 1 })).toEqual({ a: 3, b: 1 });
});
