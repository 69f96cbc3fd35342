import { expect, test } from "vitest";
import { replyFit } from "#core/sending/reply-fit.ts";

test.each(["pending", "queued", "skipped", "failed"] as const)("nobody answers what reached nobody (%s)", (status) => {
  expect(replyFit({ status, messageId: null }, null)).toBe("declines");
  expect(replyFit({ status, messageId: "wamid.ours" }, null)).toBe("declines");
});

test("while the call is open nobody knows, and what is in doubt may have been answered", () => {
  expect(replyFit({ status: "sending", messageId: null }, null)).toBe("waits");
  expect(replyFit({ status: "unknown", messageId: null }, null)).toBe("takes");
});

test.each(["sent", "delivered", "read"] as const)("a message that is out (%s) takes what quotes nothing", (status) =>
  expect(replyFit({ status, messageId: "wamid.ours" }, null)).toBe("takes"),
);

test.each(["sent", "read", "failed"] as const)("who quotes a message answers that one and no other (%s)", (status) => {
  const row = { status, messageId: "wamid.ours" };
  expect([replyFit(row, "wamid.ours"), replyFit(row, "wamid.theirs")]).toEqual(["takes", "declines"]);
});
