import { expect, test } from "vitest";
import { detailOf, readEvent, storeEvent } from "#core/sending/history.ts";
import { HISTORY, STORED_HISTORY } from "../../support/history-events.ts";

test.each(HISTORY)("%j has its stable words, and is read as it was stored", (happened, detail) => {
  expect(detailOf(happened)).toBe(detail);
  const row = storeEvent(happened);
  expect(row.event).toBe(happened.event);
  expect(readEvent(row.event, row.detail)).toEqual(happened);
});

test.each(STORED_HISTORY)("%j is read from the words that earlier versions stored", (happened, words) => {
  expect(readEvent(happened.event, words)).toEqual(happened);
});

test.each([
  ["refused", ""],
  ["refused", "131026"],
  ["refused", "131026 failed"],
  ["refused", "refused"],
  ["refused", "131026 waits for you"],
  ["refused", "131026: Message undeliverable"],
  ["failed_after_delivery", "null"],
  ["in_doubt", "the answer of the send did not come"],
  ["in_doubt", "{"],
  ["in_doubt", '{"event":"in_doubt","reason":"no_idea"}'],
  ["abducted", "by_aliens"],
])("%s with %j is taken for none of these", (event, detail) => {
  expect(readEvent(event, detail)).toBeNull();
});
