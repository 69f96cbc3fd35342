import { expect, test } from "vitest";
import { matchReply } from "#core/sending/match-reply.ts";

test.each(["pending", "queued", "skipped", "failed"] as const)("nobody answers what reached nobody (%s)", (status) => {
  expect(matchReply({ status, messageId: null }, null)).toBe("declines");
  expect(matchReply({ status, messageId: "wamid.ours" }, null)).toBe("declines");
});

test("while the call is open nobody knows, and what is unconfirmed may have been answered", () => {
  expect(matchReply({ status: "sending", messageId: null }, null)).toBe("waits");
  expect(matchReply({ status: "unknown", messageId: null }, null)).toBe("takes");
});

test.each(["sent", "delivered", "read"] as const)("a message that is out (%s) takes what quotes nothing", (status) =>
  expect(matchReply({ status, messageId: "wamid.ours" }, null)).toBe("takes"),
);

test.each(["sent", "read", "failed"] as const)("who quotes a message answers that one and no other (%s)", (status) => {
  const row = { status, messageId: "wamid.ours" };
  expect([matchReply(row, "wamid.ours"), matchReply(row, "wamid.theirs")]).toEqual(["takes", "declines"]);
});
