import { expect, test } from "vitest";
import { mergeHarms } from "#core/sending/merge.ts";

test.each([
  ["nobody is a recipient", null, null, false],
  ["only the kept one waits", "pending", null, false],
  ["both wait, so one message is left out", "pending", "pending", false],
  ["both have got it", "sent", "delivered", false],
  ["only the merged one waits: it would be lost", null, "pending", true],
  ["only the merged one has got it", null, "read", false],
  ["the kept one waits, the other has got it: twice", "pending", "sent", true],
  ["the kept one waits, the other's call is under way: twice, perhaps", "pending", "sending", true],
  ["the kept one waits, the other's message failed", "pending", "failed", false],
] as const)("%s", (_, kept, merged, harms) => {
  expect(mergeHarms(kept, merged)).toBe(harms);
});
